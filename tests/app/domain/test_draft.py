"""A draft becomes an impression by a signature only."""

from datetime import UTC, datetime

import pytest

from app.domain.draft import Draft, DraftNotSignable, DraftState

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
DRAFT = Draft(text="Clear chest.", model_text="Clear chest.", findings_digest="d1")


def test_editing_and_taking_the_edit_back() -> None:
    edited = DRAFT.edited("Clear lungs.")
    assert (edited.state, edited.model_text) == (DraftState.EDITED, "Clear chest.")
    assert edited.edited("Clear chest.").state is DraftState.PROPOSED


def test_signing_gives_the_signed_draft_and_its_impression() -> None:
    signed, impression = DRAFT.sign("R. Doe", AT)
    assert signed.state is DraftState.SIGNED
    assert (impression.text, impression.signed_by, impression.signed_at) == ("Clear chest.", "R. Doe", AT)


@pytest.mark.parametrize(
    "draft",
    [
        Draft(text="  ", findings_digest="d"),
        Draft(text="Cut off", model_text="Cut off", findings_digest="d", is_complete=False),
        DRAFT.sign("R. Doe", AT)[0],
        Draft(text="x", findings_digest="d", state=DraftState.DISCARDED),
    ],
)
def test_empty_cut_off_signed_and_discarded_drafts_are_not_signed(draft: Draft) -> None:
    with pytest.raises(DraftNotSignable):
        draft.sign("R. Doe", AT)


def test_a_cut_off_draft_that_a_human_finished_can_be_signed() -> None:
    draft = Draft(text="Cut off", model_text="Cut off", findings_digest="d", is_complete=False)
    assert draft.edited("Complete.").sign("R. Doe", AT)[1].text == "Complete."


def test_signed_text_is_immutable() -> None:
    with pytest.raises(DraftNotSignable):
        DRAFT.sign("R. Doe", AT)[0].edited("other")


def test_a_draft_is_stale_when_its_findings_changed() -> None:
    assert DRAFT.is_stale("d2")
    assert not DRAFT.is_stale("d1")
