"""Numbering is layout: sentences keep their words."""

from __future__ import annotations

import pytest

from app.domain.layout import lay_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No pneumonia. 3 mm nodule.", "1. No pneumonia.\n2. 3 mm nodule."),
        ("No pneumonia.", "No pneumonia."),
        ("", ""),
        ("1. No pneumonia.\n2. Small effusion.", "1. No pneumonia.\n2. Small effusion."),
        ("Nodule of 2.5 cm. Follow up.", "1. Nodule of 2.5 cm.\n2. Follow up."),
    ],
)
def test_numbered_puts_each_sentence_on_its_own_line(text, expected):
    assert lay_out(text, "numbered") == expected


@pytest.mark.parametrize("length", ["concise", "standard"])
def test_other_lengths_are_left_as_they_are(length):
    assert lay_out("No pneumonia. 3 mm nodule.", length) == "No pneumonia. 3 mm nodule."
