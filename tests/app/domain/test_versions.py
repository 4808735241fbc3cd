"""Versions: what they are called and when they are stale."""

from __future__ import annotations

from dataclasses import replace

from app.domain.draft import Draft
from app.domain.report import Findings
from app.domain.versions import Version, Wanted, changed_sentences, written_by_hand

FINDINGS = Findings("Small left effusion. Heart size is normal.")


def _version(**changes: object) -> Version:
    draft = Draft("Small left effusion.", FINDINGS.digest, "Small left effusion.")
    return Version(replace(draft, **changes), Wanted(FINDINGS, "standard"))


def test_white_space_makes_no_draft_stale() -> None:
    assert not _version().is_stale(Findings("Small  left effusion.\nHeart size is normal. "))


def test_a_changed_word_makes_it_stale_until_it_is_kept() -> None:
    changed = Findings("Small right effusion. Heart size is normal.")
    assert _version().is_stale(changed)
    assert not replace(_version(), kept_for=changed.digest).is_stale(changed)


def test_text_written_by_hand_is_never_stale() -> None:
    assert not written_by_hand("Effusion.", FINDINGS).is_stale(Findings("Something else."))


def test_labels() -> None:
    assert _version().label() == "standard"
    assert _version(alternative=1).edited("Effusion.").label() == "standard · alternative · edited"
    assert _version(is_complete=False).label() == "standard · ■ incomplete"
    assert _version(is_complete=False).edited("Effusion.").label() == "standard · edited"
    assert written_by_hand("x", FINDINGS).label() == "written by hand"


def test_the_same_request_apart_from_white_space() -> None:
    wanted = Wanted(FINDINGS, "standard")
    assert wanted.asks_same(Wanted(replace(FINDINGS, text=FINDINGS.text + "\n"), "standard", alternative=2))
    assert not wanted.asks_same(Wanted(FINDINGS, "concise"))
    assert not wanted.asks_same(Wanted(replace(FINDINGS, indication="cough"), "standard"))


def test_changed_sentences_are_the_new_ones() -> None:
    now = "Small right effusion. Heart size is normal."
    assert [now[start:end] for start, end in changed_sentences(FINDINGS.text, now)] == ["Small right effusion."]
