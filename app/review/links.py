"""Ties every sentence of the impression to the findings that support it."""

from __future__ import annotations

from app.review.case import Case
from app.review.compare import Nearness, sides_agree
from app.review.flags import Link, Support
from app.review.grounds import grounds_for
from app.review.lexicon import Tier
from app.review.reading import Observation, Span, Statement
from app.review.scopes import Status

_MAX_SPANS = 4
# Share of a sentence's content words that one finding sentence must hold to count as its source.
_SHARED = 0.5


def links(case: Case) -> tuple[Link, ...]:
    """One link a sentence of the impression, in order."""
    return tuple(_link(case, index, span) for index, span in enumerate(case.impression.sentences))


def _link(case: Case, index: int, span: Span) -> Link:
    said = [o for o in case.impression.observations if o.sentence == index and o.status is not Status.ASKED]
    statements = [s for s in case.impression.statements if s.sentence == index]
    stated: list[Span] = []
    derived: list[Span] = []
    for observation in said:
        if observation.is_generic:
            continue
        stated += _stated(case, observation)
        derived += _derived(case, observation) if not _stated(case, observation) else []
    if stated or derived:
        support: Support = "stated" if stated else "derived"
        return Link(span, _ordered([*stated, *derived]), support)
    if _says_normal(said, statements):
        return _normal_link(case, span, statements)
    # A named finding without support stays without, whatever words it shares with other sentences.
    worded = () if any(not o.is_generic for o in said) else _worded(case, statements)
    return Link(span, worded, "stated" if worded else "none")


def _stated(case: Case, said: Observation) -> list[Span]:
    """The sentences that say the same, present or absent alike."""
    if said.is_asserted:
        matching = [o for o in case.stated_for(said) if sides_agree(said, o)]
        return [case.findings.sentence_of(o) for o in matching]
    matching = [
        o
        for o in case.denials
        if (said.finding.is_kind_of(o.name) or o.finding.is_kind_of(said.name)) and not o.is_generic
    ]
    return [case.findings.sentence_of(o) for o in matching]


def _derived(case: Case, said: Observation) -> list[Span]:
    if not said.is_asserted:
        return []
    grounds = [case.findings.sentences[s.sentence] for s in grounds_for(case, said)]
    return [case.findings.sentence_of(o) for o in case.evidence_for(said)] + grounds


def _says_normal(said: list[Observation], statements: list[Statement]) -> bool:
    if any(o.is_asserted for o in said):
        return False
    return any(o.status is Status.ABSENT for o in said) or any(s.normal is True for s in statements)


def _normal_link(case: Case, span: Span, statements: list[Statement]) -> Link:
    """Normal because nothing above routine is found there, or because the findings call it so."""
    places = frozenset[str]().union(*(s.own_places for s in statements))
    against = [
        o
        for o in case.weighty
        if not places or case.matcher.nearness(places, case.matcher.places_of(o)) is Nearness.SAME
    ]
    spans = [
        case.findings.sentences[s.sentence]
        for s in case.findings.statements
        if s.normal is True and (not places or case.matcher.nearness(places, s.places) is Nearness.SAME)
    ]
    spans += [case.findings.sentence_of(o) for o in case.denials if not places or _is_there(case, o, places)]
    if any(o.tier >= Tier.URGENT for o in against) or not case.findings.text.strip():
        return Link(span, (), "none")
    return Link(span, _ordered(spans), "normal")


def _is_there(case: Case, observation: Observation, places: frozenset[str]) -> bool:
    return case.matcher.nearness(places, case.matcher.places_of(observation)) is Nearness.SAME


def _worded(case: Case, statements: list[Statement]) -> tuple[Span, ...]:
    """Sentences without findings of the lexicon: the findings' sentence that shares most of their words."""
    stems = frozenset[str]().union(*(s.stems for s in statements))
    if not stems:
        return ()
    gathered: dict[int, set[str]] = {}
    for statement in case.findings.statements:
        gathered.setdefault(statement.sentence, set()).update(statement.stems)
    best = max(gathered, key=lambda at: len(stems & gathered[at]), default=None)
    if best is None or len(stems & gathered[best]) < _SHARED * len(stems):
        return ()
    return (case.findings.sentences[best],)


def _ordered(spans: list[Span]) -> tuple[Span, ...]:
    return tuple(sorted(dict.fromkeys(spans)))[:_MAX_SPANS]
