"""The second reader: checks an impression against its findings and ties each sentence to its evidence.

Pure and local: text in, flags and links out; no model, no file but the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from app.domain.sentences import sentence_spans
from app.review.bare_numbers import bare_number_flags
from app.review.case import Case
from app.review.compare import Matcher
from app.review.conclusions import denied_conclusions, unsupported_conclusions
from app.review.contradictions import contradiction_flags
from app.review.courses import change_flags, course_flags, turned_course_flags
from app.review.denied_places import place_flags
from app.review.denied_states import denied_state_flags
from app.review.denied_words import word_flips
from app.review.displacement import displacement_flags
from app.review.drift import certainty_flags, proof_flags, severity_flags
from app.review.flags import Flag, Link, Origin, Review, Severity
from app.review.identity import identity_claim_flags
from app.review.lexicon import lexicon
from app.review.links import links
from app.review.lost_denials import any_flags, searching_flags, undeniable_flags
from app.review.negation import flipped_to_absent, flipped_to_present
from app.review.normals import generic_flags, normal_flags
from app.review.omitted import critical_results, omitted_flags
from app.review.patient import age_flags, exam_flags, identity_flags, sex_flags
from app.review.places import level_flags, lobe_flags
from app.review.position_flags import position_flags
from app.review.priors import prior_flags, trend_flags
from app.review.reader import read
from app.review.recommendations import question_flags, recommendation_flags
from app.review.side_balance import context_flags
from app.review.side_sizes import sized_side_flags
from app.review.side_words import chamber_flags, comparison_flags, doubled_flags, echo_flags
from app.review.sides import side_flags
from app.review.signed_conclusions import sign_flags
from app.review.sizes import count_flags, grade_flags, size_flags
from app.review.states import state_flags
from app.review.told_courses import told_course_flags
from app.review.unmentioned import phrase_flags
from app.review.unsupported import unsupported_flags, unsupported_words
from app.review.wording import incomplete_flags, placeholder_flags, section_flags

Rule = Callable[[Case], Iterator[Flag]]

RULES: tuple[Rule, ...] = (
    side_flags,
    chamber_flags,
    comparison_flags,
    doubled_flags,
    echo_flags,
    context_flags,
    sized_side_flags,
    flipped_to_present,
    flipped_to_absent,
    place_flags,
    unsupported_conclusions,
    word_flips,
    state_flags,
    denied_state_flags,
    any_flags,
    undeniable_flags,
    searching_flags,
    denied_conclusions,
    sign_flags,
    size_flags,
    grade_flags,
    count_flags,
    bare_number_flags,
    level_flags,
    lobe_flags,
    position_flags,
    unsupported_flags,
    unsupported_words,
    phrase_flags,
    omitted_flags,
    prior_flags,
    trend_flags,
    severity_flags,
    displacement_flags,
    certainty_flags,
    proof_flags,
    identity_claim_flags,
    course_flags,
    change_flags,
    turned_course_flags,
    told_course_flags,
    recommendation_flags,
    question_flags,
    sex_flags,
    age_flags,
    exam_flags,
    identity_flags,
    contradiction_flags,
    normal_flags,
    generic_flags,
    placeholder_flags,
    section_flags,
    incomplete_flags,
    critical_results,
)

# Characters. The longest human impressions of the corpora have 3,000, the longest findings 10,000.
MAX_FINDINGS = 30_000
MAX_IMPRESSION = 5_000

_SEXES = {"f": "F", "female": "F", "w": "F", "m": "M", "male": "M"}


def review(
    findings: str,
    impression: str,
    *,
    exam: str = "",
    prior_report: str = "",
    indication: str = "",
    comparison: str = "",
    sex: str | None = None,
    age: int | str | None = None,
    origin: Origin = "model",
) -> Review:
    """Review an impression against its findings.

    Args:
        sex: "F", "M" or anything else for unknown.
        age: years; text such as "58" or "058Y" is understood.
        origin: who wrote the impression; what a human adds is a note where a model's addition is a warning or more.

    Returns:
        Flags, the loudest first, and one link a sentence of the impression. Spans are character offsets into the texts
        as given.
    """
    case = Case(
        findings=read(findings[:MAX_FINDINGS]),
        impression=read(impression[:MAX_IMPRESSION]),
        exam=read(exam),
        indication=read(indication),
        prior=read(prior_report),
        comparison=comparison,
        sex=_SEXES.get((sex or "").strip().lower(), ""),
        age=_years(age),
        origin=origin,
        matcher=Matcher(lexicon()),
    )
    flags = _once(flag for rule in RULES for flag in rule(case))
    rest = tuple(Link(span, (), "none") for span in sentence_spans(impression)[len(case.impression.sentences) :])
    flags += _too_long(findings, impression)
    return Review(tuple(sorted(flags, key=_loudness)), links(case) + rest)


def _once(flags: Iterable[Flag]) -> list[Flag]:
    """Of several flags of one kind on the same words of the impression, the loudest, or the first of equal ones.

    Rules stand from sure to vague.
    """
    kept: dict[object, Flag] = {}
    for flag in flags:
        key = (flag.kind, flag.impression_span) if flag.impression_span else flag
        before = kept.setdefault(key, flag)
        if flag.severity.rank < before.severity.rank:
            kept[key] = flag
    return list(kept.values())


def _too_long(findings: str, impression: str) -> Iterator[Flag]:
    """No report is this long: what was pasted holds something else, and only its beginning is compared."""
    if len(findings) > MAX_FINDINGS:
        message = f"The findings are too long: only the first {MAX_FINDINGS:,} characters were reviewed."
        yield Flag("wrong_section", Severity.WARNING, message, None, (MAX_FINDINGS, len(findings)))
    if len(impression) > MAX_IMPRESSION:
        message = f"The impression is too long: only the first {MAX_IMPRESSION:,} characters were reviewed."
        yield Flag("wrong_section", Severity.WARNING, message, (MAX_IMPRESSION, len(impression)))


def _years(age: int | str | None) -> int | None:
    match = re.fullmatch(r"\s*0*(\d{1,3})(?:\.0)?\s*(?:y(?:ears?)?(?:\s*old)?)?\s*", str(age), re.IGNORECASE)
    return int(match[1]) if match else None


def _loudness(flag: Flag) -> tuple[int, tuple[int, int], str]:
    return flag.severity.rank, flag.impression_span or flag.findings_span or (0, 0), flag.kind
