"""Every error the user can meet has a sentence, a remedy, an exit code, and crosses the process border."""

import inspect

import pytest

from app.domain import errors
from app.domain.errors import DraftingFailed, FindingsTooLong, WorkstationError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, WorkstationError)]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_is_in_the_drawn_tree(kind: type[WorkstationError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_crosses_the_border_with_its_type_sentence_and_remedy(kind: type[WorkstationError]) -> None:
    revived = WorkstationError.revive(kind.__name__, "It broke.", "Mend it.")
    assert type(revived) is kind
    assert (revived.sentence, revived.remedy, revived.exit_code) == ("It broke.", "Mend it.", kind.exit_code)


def test_unknown_errors_of_another_version_become_a_failed_draft() -> None:
    assert type(WorkstationError.revive("Unheard", "It broke.", "Mend it.")) is DraftingFailed


def test_too_long_findings_are_refused_with_the_counts() -> None:
    assert "2,310 tokens, limit 1,920" in FindingsTooLong(2310, 1920).sentence
