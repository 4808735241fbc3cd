"""Present in one text, denied in the other."""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.compare import Matcher, Nearness, satisfies, sides_agree
from app.review.flags import Flag, Severity
from app.review.lexicon import Tier
from app.review.normals import normal_for
from app.review.reading import Observation, Reading
from app.review.scopes import Status

# A statement needs this many content words before they are compared one by one.
_ECHOED_WORDS = 2


def flipped_to_present(case: Case) -> Iterator[Flag]:
    """The impression asserts what the findings deny."""
    for claim in case.claims:
        if case.stated_for(claim):
            continue
        denied = case.denied_for(claim)
        named = any(o.name == claim.name for o in denied)
        if denied and (named or claim.status is Status.PRESENT or not case.evidence_for(claim)):
            yield _flip(case.matcher, claim, denied[0], f"The findings say there is no {denied[0].name}.")
            continue
        normal = normal_for(case, claim) if claim.tier > Tier.ROUTINE else None
        if normal and not case.evidence_for(claim) and not denied:
            severity = Severity.CRITICAL if claim.status is Status.PRESENT else Severity.WARNING
            yield Flag(
                "negation_flip",
                severity,
                f"The findings call this normal; the impression says {claim.name}.",
                claim.span,
                normal.span,
            )


def flipped_to_absent(case: Case) -> Iterator[Flag]:
    """The impression denies what the findings assert."""
    for denial in case.claimed_denials:
        if denial.is_generic:
            continue
        present = [
            o
            for o in case.positives
            if o.status in (Status.PRESENT, Status.PROBABLE)
            and _is_denied_by(case, denial, o)
            and sides_agree(denial, o)
            and satisfies(o, denial)
        ]
        if present and not _is_also_denied(case, denial):
            yield _flip(
                case.matcher, denial, max(present, key=lambda o: o.tier), f"The findings describe {present[0].name}."
            )


def _is_denied_by(case: Case, denial: Observation, found: Observation) -> bool:
    if not case.matcher.same_finding(denial, found):
        pointed = denial.sides and denial.sides == found.sides and denial.places and denial.places == found.places
        return bool(pointed) and case.matcher.derived(denial, found) and found.tier > Tier.ROUTINE
    if denial.finding.is_vague and case.matcher.nearness(denial.places, found.places) is not Nearness.SAME:
        return denial.name == found.name and denial.places == found.places
    return found.finding.is_kind_of(denial.name) or _is_pointed(case, denial, found)


def _is_pointed(case: Case, denial: Observation, found: Observation) -> bool:
    """A denial of something narrower that points at the very side and place of what the findings describe."""
    near = case.matcher.near(denial, found)
    if denial.sides and denial.sides == found.sides:
        return near in (Nearness.SAME, Nearness.UNKNOWN)
    same_weight = denial.finding.tier is found.finding.tier
    return near is Nearness.SAME and same_weight and not case.matcher.is_broad(found.finding)


def echoed_flips(case: Case) -> Iterator[Flag]:
    """Words of the impression that stand denied there and asserted in the findings, or the other way round.

    For what the lexicon does not name: it compares content words, sentence by sentence.
    """
    findings = _by_sentence(case.findings)
    for statement in case.impression.statements:
        named = [case.impression.observations[at] for at in statement.observations]
        if any(not o.is_generic for o in named) or statement.is_continued:
            continue
        here_denied, here_said = statement.denied_stems, statement.stems - statement.denied_stems
        for mine, theirs, agreeing in ((here_denied, 0, 1), (here_said, 1, 0)):
            if len(mine) < _ECHOED_WORDS:
                continue
            source = _echo(mine, {at: stems[theirs] for at, stems in findings.items()})
            if source is None or _echo(mine, {at: stems[agreeing] for at, stems in findings.items()}, share=0.5):
                continue
            said = "say what the impression denies" if theirs == 0 else "deny what the impression says"
            yield Flag(
                "negation_flip",
                Severity.WARNING,
                f"The findings {said}.",
                statement.span,
                case.findings.sentences[source],
            )


def _by_sentence(reading: Reading) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Asserted and denied content words of each sentence."""
    gathered: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for statement in reading.statements:
        said, denied = gathered.get(statement.sentence, (frozenset(), frozenset()))
        plain = statement.stems - statement.denied_stems
        gathered[statement.sentence] = (said | plain, denied | statement.denied_stems)
    return gathered


def _echo(mine: frozenset[str], sentences: dict[int, frozenset[str]], share: float = 0.75) -> int | None:
    """The sentence that holds most of these words, if it holds enough of them."""
    best = max(sentences, key=lambda at: len(mine & sentences[at]), default=None)
    if best is None or len(mine & sentences[best]) < max(share * len(mine), 1):
        return None
    return best


def _is_also_denied(case: Case, denial: Observation) -> bool:
    """The findings deny it too, in the same words: their own contradiction is flagged elsewhere."""
    same = [o for o in case.denials if o.name == denial.name and sides_agree(o, denial)]
    return any(bool(o.qualifiers) == bool(denial.qualifiers) and o.sides == denial.sides for o in same)


def _flip(matcher: Matcher, claim: Observation, other: Observation, message: str) -> Flag:
    tier = max(claim.finding.tier, other.tier)
    chronic = claim.is_chronic or other.is_chronic
    heavy = tier > Tier.ROUTINE and not chronic and other.status is not Status.POSSIBLE
    differ = claim.name != other.name
    if claim.finding.is_vague or (
        differ and any(matcher.is_broad(o.finding) or o.finding.is_vague for o in (claim, other))
    ):
        heavy = False
    if claim.status is Status.POSSIBLE:
        heavy = False
    return Flag("negation_flip", Severity.CRITICAL if heavy else Severity.WARNING, message, claim.span, other.span)
