"""Whatever the text: no crash, valid spans, one link a sentence, the same answer twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.sentences import sentence_spans
from app.review.flags import Review
from app.review.second_reader import review

WORDS = """no left right pleural effusion pneumothorax 12 mm 1.5 x 2 cm L4-L5 T2 normal The lungs are clear . , ; : ( )
1. - without possible unchanged compared to prior recommend CT heart enlarged İ ß é 𝔞 XXXX ___ [ ] BI-RADS 4 RLL PTX
fracture old LEFT EFFUSION neither nor cannot be excluded"""
MARKS = ["\n", "\r\n", "\n\n", "\u200f", "\u202e", "\u2066", "\t"]

texts = st.lists(st.sampled_from([*re.split(r"\s+", WORDS), *MARKS]), max_size=60).map(" ".join) | st.text(max_size=120)


def _is_valid(reviewed: Review, findings: str, impression: str) -> bool:
    def inside(span: tuple[int, int] | None, text: str) -> bool:
        return span is None or 0 <= span[0] < span[1] <= len(text)

    flags = all(inside(f.impression_span, impression) and inside(f.findings_span, findings) for f in reviewed.flags)
    mends = all(
        inside(mend.span, impression if mend.text == "impression" else findings)
        for flag in reviewed.flags
        for mend in flag.mends
    )
    links = all(
        inside(link.impression_span, impression) and all(inside(span, findings) for span in link.findings_spans)
        for link in reviewed.links
    )
    return flags and mends and links


@settings(max_examples=100, deadline=None)
@given(texts, texts, st.sampled_from(["", "None.", "CT of May"]), st.sampled_from([None, "F", "M", "?"]))
def test_spans_are_valid_in_any_text(findings: str, impression: str, comparison: str, sex: str | None) -> None:
    reviewed = review(findings, impression, comparison=comparison, sex=sex, exam=findings[:20], age=impression[:3])
    assert _is_valid(reviewed, findings, impression)
    assert [link.impression_span for link in reviewed.links] == sentence_spans(impression)
    assert reviewed == review(
        findings, impression, comparison=comparison, sex=sex, exam=findings[:20], age=impression[:3]
    )


@pytest.mark.parametrize(
    ("findings", "impression"),
    [
        ("", ""),
        ("", "Pneumothorax."),
        ("Pneumothorax.", ""),
        ("...", "\n\n"),
        ("SMALL RIGHT PLEURAL EFFUSION.", "SMALL LEFT PLEURAL EFFUSION."),
        ("\u202bSmall right effusion.\u202c", "\u200fSmall left effusion."),
        ("Lungs:\r\nclear\r\n\r\nHeart:\r\nnormal\r\n", "1. Normal.\r\n2. No effusion.\r\n"),
    ],
)
def test_odd_texts_are_reviewed(findings: str, impression: str) -> None:
    assert _is_valid(review(findings, impression), findings, impression)


def test_capitals_are_understood() -> None:
    kinds = {flag.kind for flag in review("SMALL RIGHT PLEURAL EFFUSION.", "SMALL LEFT PLEURAL EFFUSION.").flags}
    assert "side_mismatch" in kinds


def test_a_megabyte_is_reviewed_at_its_beginning() -> None:
    text = "No pleural effusion. Small nodule of 5 mm in the right upper lobe. " * 15_000
    reviewed = review(text, text)
    assert _is_valid(reviewed, text, text)
    assert "wrong_section" in {flag.kind for flag in reviewed.flags}
    assert len(reviewed.links) == len(sentence_spans(text))


def test_an_endless_sentence_is_reviewed() -> None:
    text = "no effusion and left nodule " * 60
    assert _is_valid(review(text, text), text, text)
