"""Sentences of reports as they are typed, pasted and dictated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \r\n ", []),
        ("...", []),
        ("Lungs are clear. No effusion.", ["Lungs are clear.", "No effusion."]),
        ("Lungs are clear. no effusion", ["Lungs are clear.", "no effusion"]),
        ("Nodule of 2.5 cm. No effusion.", ["Nodule of 2.5 cm.", "No effusion."]),
        ("Nodule of 3 cm. in diameter.", ["Nodule of 3 cm. in diameter."]),
        ("Discussed with Dr. Smith at 3 p.m. by phone.", ["Discussed with Dr. Smith at 3 p.m. by phone."]),
        ("Called to Dr. J. Smith. The line is high.", ["Called to Dr. J. Smith.", "The line is high."]),
        ("Atelectasis vs. pneumonia.", ["Atelectasis vs. pneumonia."]),
        ("1. Pneumonia. 2. Small effusion.", ["Pneumonia.", "Small effusion."]),
        ("1. Pneumonia\n2. Small effusion", ["Pneumonia", "Small effusion"]),
        ("1) Pneumonia\r\n2) Small effusion", ["Pneumonia", "Small effusion"]),
        ("- Pneumonia\n- Small effusion", ["Pneumonia", "Small effusion"]),
        ("Stenosis at L5. 2 cm cyst.", ["Stenosis at L5.", "2 cm cyst."]),
        ("1.5 cm nodule.", ["1.5 cm nodule."]),
        ("There is a small right\npleural effusion.", ["There is a small right\npleural effusion."]),
        ("Nodule measuring\n12 mm.", ["Nodule measuring\n12 mm."]),
        ("Lungs: clear\nHeart: normal", ["Lungs: clear", "Heart: normal"]),
        ("FINDINGS\n\nno effusion", ["FINDINGS", "no effusion"]),
        ("Lungs clear.No effusion.The heart is normal.", ["Lungs clear.", "No effusion.", "The heart is normal."]),
        ("lungs clear.no effusion", ["lungs clear.", "no effusion"]),
        ("Lungs are clear No effusion", ["Lungs are clear", "No effusion"]),
        ("Is there a fracture? Cannot be excluded!", ["Is there a fracture?", "Cannot be excluded!"]),
        ("Normal chest..", ["Normal chest.."]),
        ("NO EFFUSION. NO PNEUMOTHORAX.", ["NO EFFUSION.", "NO PNEUMOTHORAX."]),
        ("Compared with study No. 5 there is no change.", ["Compared with study No. 5 there is no change."]),
        ("Hepatitis C. The liver is small.", ["Hepatitis C.", "The liver is small."]),
    ],
)
def test_sentences_of_reports(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=st.sampled_from("aA1. \n\r-–\u200f\u202eé,:!?)\t…") | st.characters(), max_size=200))
def test_spans_are_valid_ordered_and_lose_nothing_but_markers(text: str) -> None:
    spans = sentence_spans(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        position = end
    kept = sum(character.isalpha() for start, end in spans for character in text[start:end])
    assert kept == sum(character.isalpha() for character in text)


def test_a_megabyte_is_split_in_linear_time() -> None:
    assert len(sentence_spans("No effusion. " * 80_000)) == 80_000
    assert len(sentence_spans("x" * 1_000_000)) == 1
    for filler in (".", " ", "\n", "1. ", "- ", ".)", " \n"):
        assert sentence_spans(filler * (1_000_000 // len(filler))) == []
        assert len(sentence_spans(filler * (1_000_000 // len(filler)) + "x")) == 1
