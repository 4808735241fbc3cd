"""The split decides what a model may have seen: it must never move."""

from hypothesis import given
from hypothesis import strategies as st

from training.corpus import split_of


def test_split_is_the_published_function_of_the_findings() -> None:
    """Values worked out by hand from the documented hash; a change of the function would leak test pairs."""
    published = {"The lungs are clear.": "test", "mass": "validation", "Heart size normal": "train", "9": "train"}
    assert {findings: split_of(findings) for findings in published} == published


@given(st.text(max_size=80))
def test_case_punctuation_and_spacing_do_not_move_findings_across_the_split(text: str) -> None:
    assert split_of(text) == split_of(f"  {text}\n.") == split_of(text.replace(" ", "  "))


def test_about_one_tenth_goes_to_each_held_out_part() -> None:
    splits = [split_of(f"finding number {number}") for number in range(4000)]
    for part in ("test", "validation", "apart"):
        assert 300 < splits.count(part) < 500
