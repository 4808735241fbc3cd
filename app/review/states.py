"""A structure called intact, free or normal in one text and torn, involved or narrowed in the other."""

from __future__ import annotations

from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.normals import normal_for
from app.review.phrases import stems_of
from app.review.predicates import State, bad_states, good_states
from app.review.reading import Reading
from app.review.scopes import Status
from app.review.wording import quoted


def state_flags(case: Case) -> Iterator[Flag]:
    """ "Seminal vesicles normal" beside "seminal vesicle invasion"; "ACL torn" beside "ACL intact"."""
    lexicon = case.matcher.lexicon
    claimed, praised = list(bad_states(case.impression, lexicon)), list(good_states(case.impression, lexicon))
    if not claimed and not praised:
        return
    good, bad = list(good_states(case.findings, lexicon)), list(bad_states(case.findings, lexicon))
    asked = {cue.sentence for cue in case.impression.cues_of("recommendation", "asks")}
    for claim in claimed:
        if claim.sentence in asked or _is_answered(case, claim):
            continue
        source = next((state for state in good if state.excludes(claim)), None)
        if source is None or any(source.is_named_in(other) for other in bad if other.span != source.span):
            continue
        if not _is_described(case.findings, source, case):
            yield _flag(case, claim, source)
    for state in praised:
        told = next((other for other in bad if state.kind != "normal" and state.excludes(other)), None)
        if told and not any(told.word and other.is_named_in(told) for other in good if other.kind != "negative"):
            yield _flag(case, state, told)


def _flag(case: Case, mine: State, source: State) -> Flag:
    message = f"The findings say otherwise: {quoted(case.findings.text, source.span)}."
    return Flag("negation_flip", Severity.WARNING, message, mine.span, source.span)


def _is_answered(case: Case, claim: State) -> bool:
    """A finding of the lexicon stands there for which the rules of negation answer already."""
    inside = [o for o in case.claims if claim.span[0] <= o.span[0] < claim.span[1]]
    return any(not case.stated_for(o) and (case.denied_for(o) or normal_for(case, o)) for o in inside)


def _is_described(reading: Reading, state: State, case: Case) -> bool:
    """The findings describe something elsewhere with the structure's words."""
    own = stems_of(state.subject, case.matcher.lexicon)
    for found in reading.observations:
        if found.status is Status.ABSENT or found.sentence == state.sentence or found.is_generic:
            continue
        statement = reading.statement_of(found)
        if own and own <= {stem[: len(next(iter(own)))] for stem in statement.stems}:
            return True
    return False
