"""How strong a contradiction's evidence is: each thing that weakens it makes a flag one step quieter.

It does not find contradictions; rules do.
"""

from __future__ import annotations

import re

from app.review.case import Case
from app.review.compare import Nearness, sides_agree
from app.review.denied_words import place_stems
from app.review.flags import Severity
from app.review.phrases import STEM
from app.review.reading import Observation, Span
from app.review.scopes import Status

# Characters around a finding's name in which its place is looked for.
_NEAR = 24
_GONE = re.compile(r"[^.;]{0,60}\b(?:gone|cleared|resolved|disappeared|passed|resorbed|no\s+longer)\b", re.IGNORECASE)


def quieter(severity: Severity, steps: int) -> Severity:
    """Some steps down from critical over warning to note, which is the last."""
    loudness = list(Severity)
    return loudness[min(severity.rank + steps, len(loudness) - 1)]


def weakness_of_denial(case: Case, denial: Observation, found: Observation) -> int:
    """How many things speak for the impression's denial being of something else than what the findings describe."""
    taken_up = _taken_up(case, denial, found)
    of_another = taken_up or _is_denied_too(case, denial, found) or _is_gone_too(case, denial)
    told_apart = taken_up > 1 or _are_elsewhere(case, denial, found) or _is_denied_there(case, denial, found)
    return found.by_sign + bool(of_another) + told_apart


def weakness_of_claim(case: Case, claim: Observation, denied: Observation) -> int:
    """How many things speak for the findings' denial being of something else than what the impression asserts."""
    return sum(
        (
            claim.name != denied.name and claim.status is not Status.PRESENT,
            bool(case.evidence_for(claim)),
            _are_elsewhere(case, claim, denied),
            _is_limited(case, claim, denied),
        )
    )


def _taken_up(case: Case, denial: Observation, found: Observation) -> int:
    """How clearly the impression asserts what is described beside the denial: "vein encased, artery not encased"."""
    claims = [o for o in case.claims if o.name == found.name and o.span != denial.span and sides_agree(o, found)]
    return bool(claims) + any(o.sentence == denial.sentence and o.name == denial.name for o in claims)


def _is_gone_too(case: Case, denial: Observation) -> bool:
    """Both texts say of something of this name that it is gone: of several, the others may be left."""
    if not _GONE.match(case.impression.text, denial.span[1]):
        return False
    word = case.impression.text[slice(*denial.span)].split()[-1][:STEM].lower()
    sentences = (case.findings.text[slice(*span)].lower() for span in case.findings.sentences)
    return any(word in sentence and _GONE.match(sentence, sentence.index(word)) for sentence in sentences)


def _is_denied_there(case: Case, denial: Observation, found: Observation) -> bool:
    """The findings call the place that stands with the denial sound, or deny something of it: "no acetabular fracture"
    beside intact acetabula and broken rami."""
    words = case.impression.words[denial.sentence]
    near = (f for f, span in zip(words.forms, words.spans, strict=True) if _is_near(span, denial.span))
    places = {form[:STEM] for form in near} & place_stems(STEM)
    theirs = {stem[:STEM] for stem in case.findings.statement_of(found).stems}
    if not places or places & theirs:
        return False
    for statement in case.findings.statements:
        named = (case.findings.observations[at] for at in statement.observations)
        is_sound = statement.normal is True or any(o.status is Status.ABSENT for o in named)
        if is_sound and places <= {stem[:STEM] for stem in statement.stems}:
            return True
    return False


def _is_near(word: Span, name: Span) -> bool:
    return name[0] - _NEAR <= word[0] and word[1] <= name[1] + _NEAR


def _is_denied_too(case: Case, denial: Observation, found: Observation) -> bool:
    """The findings deny it too, by the same name if in another place: the denial may repeat that one."""
    denied = (o for o in case.denials if o.name == denial.name and sides_agree(o, denial))
    return found.name != denial.name and any(o.places == denial.places for o in denied)


def _are_elsewhere(case: Case, one: Observation, other: Observation) -> bool:
    """Both name their places, and these are not the same."""
    if not one.places or not other.places:
        return False
    return case.matcher.nearness(one.places, other.places) not in (Nearness.SAME, Nearness.UNKNOWN)


def _is_limited(case: Case, claim: Observation, denied: Observation) -> bool:
    """The denial holds for a place, and the claim under another name does not say to be there."""
    if claim.name == denied.name or not denied.places:
        return False
    return case.matcher.nearness(claim.places, denied.places) is not Nearness.SAME
