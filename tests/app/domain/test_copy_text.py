"""What a copy looks like outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.copy_text import DRAFT_MARK, for_export, marked, receipt, to_ascii
from app.domain.report import Study


def test_unsigned_text_is_marked_at_both_ends() -> None:
    assert marked("Small effusion.\n") == f"{DRAFT_MARK}\nSmall effusion.\n{DRAFT_MARK}\n"


def test_tabs_and_trailing_blanks_do_not_leave() -> None:
    assert for_export("a\tb  \r\nc ", ascii_only=False, line_ends="\r\n") == "a b\r\nc"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("12 × 3.5 mm", "12 x 3.5 mm"),
        ("≥ 6 mm – stable", ">= 6 mm - stable"),
        ("10½ cm", "10 1/2 cm"),
        ("10⁹/L", "10^9/L"),
        ("4 cm²", "4 cm2"),
        ("30°", "30 degrees"),
        ("30 °", "30 degrees"),
        ("Ménière’s", "Meniere's"),
        ("5 µm", "5 um"),
        ("肺", "?"),
    ],
)
def test_ascii_keeps_the_meaning(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@given(st.text())
def test_ascii_is_ascii_and_line_ends_are_the_chosen_ones(text: str) -> None:
    exported = for_export(text, ascii_only=True, line_ends="\r\n")
    assert exported.isascii()
    assert "\n" not in exported.replace("\r\n", "")
    assert "\t" not in exported


def test_receipt_names_state_study_and_size() -> None:
    study = Study(accession="2024-4711")
    assert (
        receipt("one two", study, signed=True, what="3 sections") == "Copied: SIGNED · ACC …4711 · 3 sections · 2 words"
    )
    unsigned = receipt(marked("one"), Study(), signed=False, what="impression")
    assert unsigned == "Copied: DRAFT, not signed · no accession · impression · 1 word"
