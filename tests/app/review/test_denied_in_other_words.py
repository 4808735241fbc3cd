"""A denial is one however it is worded, and what is only nearly gone is still there."""

from __future__ import annotations

import pytest

from app.review.reader import read
from app.review.scopes import Status
from app.review.second_reader import review

DENIALS = (
    "Lungs w/o {}.",
    "Fails to show {}.",
    "Nothing to suggest {}.",
    "No image compatible with {}.",
    "Spared from {}.",
    "{} could not be demonstrated.",
    "{} cannot be seen.",
    "{} can't be identified.",
    "{} isn't seen.",
    "{} not detectable.",
    "{} is not recognisable.",
    "{} is not depicted.",
    "{} is nil.",
    "{} has fully regressed.",
)


@pytest.mark.parametrize("wording", DENIALS)
def test_a_known_finding_is_denied(wording: str) -> None:
    reading = read(wording.format("pneumothorax").capitalize())
    assert [o.status for o in reading.observations] == [Status.ABSENT]


@pytest.mark.parametrize("wording", [*DENIALS, "{}: none.", "{}: nil.", "{}: absent.", "{}: not seen."])
def test_an_unknown_word_is_denied(wording: str) -> None:
    reading = read(wording.format("zorblaxes").capitalize())
    assert any(stem.startswith("zorb") for s in reading.statements for stem in s.denied_stems)


def test_a_heading_with_more_than_a_plain_no_is_not_denied() -> None:
    reading = read("Zorblaxes: no change in size, 4 cm.")
    assert not any(stem.startswith("zorb") for s in reading.statements for stem in s.denied_stems)


@pytest.mark.parametrize(
    "sentence",
    [
        "Near-complete resolution of the pneumothorax.",
        "There is an almost complete regression of the pneumothorax.",
        "The pneumothorax has not completely resolved.",
        "The pneumothorax has almost completely resolved.",
        "The pneumothorax has not resolved.",
        "Partial resolution of the pneumothorax.",
    ],
)
def test_what_is_nearly_gone_is_there(sentence: str) -> None:
    assert [o.status for o in read(sentence).observations] == [Status.PRESENT]


def test_what_is_left_by_what_is_gone_is_there() -> None:
    seen = {o.name: o.status for o in read("Resolution of the consolidation with residual atelectasis.").observations}
    assert seen == {"consolidation": Status.ABSENT, "atelectasis": Status.PRESENT}


def test_a_residue_denied_is_flagged() -> None:
    findings = (
        "The left basal consolidation has almost completely resolved. Residual atelectasis remains at the left base."
    )
    good = review(findings, "Near-complete resolution of the left basal consolidation with residual atelectasis.")
    bad = review(findings, "Near-complete resolution of the left basal consolidation without residual atelectasis.")
    assert "negation_flip" not in {flag.kind for flag in good.flags}
    assert "negation_flip" in {flag.kind for flag in bad.flags}


def test_a_bare_answer_speaks_of_what_stands_right_before_it() -> None:
    one = {o.name: o.status for o in read("Large effusion, midline shift absent.").observations}
    assert one == {"effusion": Status.PRESENT, "midline shift": Status.ABSENT}
    both = read("Effusion, pneumothorax and consolidation absent.").observations
    assert {o.status for o in both} == {Status.ABSENT}


def test_what_is_not_involved_is_not_asserted() -> None:
    findings = "Spiculated mass of the left breast. Skin and pectoral muscle not involved."
    good = review(findings, "Left breast mass, no skin or muscle invasion.")
    assert "negation_flip" not in {flag.kind for flag in good.flags}


def test_none_of_which_denies_what_follows_only() -> None:
    reading = read("Demyelinating plaques, none of which show pneumothorax.")
    assert [o.status for o in reading.observations] == [Status.PRESENT, Status.ABSENT]
