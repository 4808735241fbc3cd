"""What is refused as saying nothing: in doubt, nothing is."""

from __future__ import annotations

import pytest

from app.domain.errors import FindingsEmpty, NothingToSummarize
from app.domain.substance import check_substance


@pytest.mark.parametrize("findings", ["", " \n\t", "\u2003"])
def test_nothing_is_empty(findings):
    with pytest.raises(FindingsEmpty):
        check_substance(findings)


@pytest.mark.parametrize("findings", ["normal", "Normal study.", "N/A", "...", "12.5", "WNL", "see above", "test", "→"])
def test_words_that_name_nothing_seen_are_refused(findings):
    with pytest.raises(NothingToSummarize):
        check_substance(findings)


@pytest.mark.parametrize(
    "findings", ["Pneumothorax.", "lungs clear", "Normal heart.", "Herz normal groß", "No effusion", "肺野清晰"]
)
def test_anything_that_may_name_a_finding_is_accepted(findings):
    check_substance(findings)
