"""A sentence is judged as its author's: what a model adds is flagged louder than what a human adds."""

from __future__ import annotations

from app.domain.versions import Guarded
from app.review.authors import Texts, model_sentences, review_texts
from app.review.flags import Severity

FINDINGS = "Small right pleural effusion. The heart is normal in size."
ADDED = "Acute pulmonary embolism."
TRUE = "Small right pleural effusion."


def severities(texts: Texts, kind: str) -> list[Severity]:
    return [flag.severity for flag in review_texts(texts).flags if flag.kind == kind]


def test_the_model_s_addition_is_critical_and_a_human_s_a_note() -> None:
    by_model = Texts(FINDINGS, f"{TRUE} {ADDED}", model_text=f"{TRUE} {ADDED}")
    assert severities(by_model, "unsupported_finding") == [Severity.CRITICAL]
    assert severities(Texts(FINDINGS, f"{TRUE} {ADDED}"), "unsupported_finding") == [Severity.NOTE]
    edited = Texts(FINDINGS, f"{TRUE} {ADDED}", model_text=TRUE)
    assert severities(edited, "unsupported_finding") == [Severity.NOTE]
    kept = Texts(FINDINGS, f"Heart size is normal. {ADDED}", model_text=f"{TRUE} {ADDED}")
    assert severities(kept, "unsupported_finding") == [Severity.CRITICAL]


def test_a_contradiction_is_critical_whoever_wrote_it() -> None:
    wrong = "Small left pleural effusion."
    for model_text in ("", TRUE, wrong):
        assert severities(Texts(FINDINGS, wrong, model_text=model_text), "side_mismatch") == [Severity.CRITICAL]


def test_model_sentences_are_known_again_whatever_the_layout() -> None:
    spans = model_sentences("1. One two.\n2. By hand.", "One  two. Three.")
    assert spans == ((3, 11),)


def test_a_guarded_sentence_is_marked_while_it_stands_as_drafted() -> None:
    guarded = (Guarded(TRUE, "side"),)
    texts = Texts(FINDINGS, TRUE, model_text=TRUE, guarded=guarded)
    assert severities(texts, "guarded_word") == [Severity.WARNING]
    edited = Texts(FINDINGS, "Small effusion on the right.", model_text=TRUE, guarded=guarded)
    assert severities(edited, "guarded_word") == []
