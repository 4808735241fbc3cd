"""All that the rules may look at, read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.review.compare import Matcher, Nearness, satisfies, sides_agree
from app.review.flags import Origin
from app.review.lexicon import Tier
from app.review.once import once
from app.review.phrases import STEM, Phrase, phrases
from app.review.reading import Observation, Reading, Sides, Statement
from app.review.scopes import Status

# "None. Clinical", "No comparisons were available", but not "None; CT of 3 May".
_NO_COMPARISON = re.compile(
    r"\s*(?:[\s.;:-]*$|none?s?\b|no\s+(?:prior|previous|comparison|relevant|available|stud|other|earlier)|not?\s+available"
    r"|unavailable|n/?a\b|nil\b|not\s+(?:applicable|given)|without\b)",
    re.IGNORECASE,
)
_STUDY = re.compile(
    r"\b(?:ct|mri?|pet|radiograph\w*|x-?rays?|dated|ultrasound|film|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Case:
    """One report under review.

    Attributes:
        sex: "F", "M" or "" if unknown.
        age: years, or None.
        origin: who wrote the impression.
    """

    findings: Reading
    impression: Reading
    exam: Reading
    indication: Reading
    prior: Reading
    comparison: str
    sex: str
    age: int | None
    origin: Origin
    matcher: Matcher

    @property
    def is_by_model(self) -> bool:
        return self.origin == "model"

    @once
    def has_comparison(self) -> bool:
        """Whether an earlier examination is named, here or as a text."""
        if self.prior.text.strip() or _NO_COMPARISON.match(self.comparison) is None:
            return True
        return self.comparison.lower().lstrip().startswith("none") and _STUDY.search(self.comparison) is not None

    @once
    def exam_sides(self) -> Sides:
        return frozenset().union(*(statement.sides for statement in self.exam.statements))

    @once
    def positives(self) -> tuple[Observation, ...]:
        """The findings' asserted observations, generic ones apart."""
        return tuple(o for o in self.findings.observations if o.is_asserted and not o.is_generic)

    @once
    def denials(self) -> tuple[Observation, ...]:
        return tuple(o for o in self.findings.observations if o.status is Status.ABSENT)

    @once
    def claims(self) -> tuple[Observation, ...]:
        """The impression's asserted observations, generic ones apart; what it describes only by signs is no claim."""
        return tuple(o for o in self.impression.observations if o.is_asserted and not o.is_generic and not o.by_sign)

    @once
    def claimed_denials(self) -> tuple[Observation, ...]:
        return tuple(o for o in self.impression.observations if o.status is Status.ABSENT)

    @once
    def weighty(self) -> tuple[Observation, ...]:
        """The findings' positives above routine."""
        return tuple(o for o in self.positives if o.tier > Tier.ROUTINE)

    @once
    def asserted_stems(self) -> frozenset[str]:
        """The content words that the findings do not deny, cut to compare."""
        said = (stem[:STEM] for s in self.findings.statements for stem in s.stems - s.denied_stems)
        return frozenset(said)

    @once
    def denied_stems(self) -> frozenset[str]:
        """The content words that the findings only deny, cut to compare."""
        denied = (stem[:STEM] for s in self.findings.statements for stem in s.denied_stems)
        return frozenset(denied) - self.asserted_stems

    def stated_for(self, claim: Observation) -> list[Observation]:
        """The findings' positives that say what a claim says."""
        return self._remembered("stated", claim, lambda: self._stated_for(claim))

    def _stated_for(self, claim: Observation) -> list[Observation]:
        return [o for o in self.positives if self.matcher.same_finding(claim, o)]

    def evidence_for(self, claim: Observation) -> list[Observation]:
        """The findings' positives from which a claim may be concluded; nothing urgent follows from old scars."""
        return self._remembered("evidence", claim, lambda: self._evidence_for(claim))

    def _evidence_for(self, claim: Observation) -> list[Observation]:
        weighty = self.weighty if claim.tier >= Tier.URGENT else self.positives
        return [o for o in weighty if self.matcher.derived(claim, o)]

    @once
    def claimed_phrases(self) -> tuple[tuple[Statement, tuple[Phrase, ...]], ...]:
        """The impression's statements with their phrases."""
        reading = self.impression
        return tuple((s, tuple(phrases(reading, s, self.matcher.lexicon))) for s in reading.statements)

    @once
    def _memory(self) -> dict[tuple[str, int], list[Observation]]:
        return {}

    def _remembered(
        self, question: str, claim: Observation, answer: Callable[[], list[Observation]]
    ) -> list[Observation]:
        """Many rules ask the same of a claim; observations live as long as the case, so their identity is a key."""
        key = (question, id(claim))
        if key not in self._memory:
            self._memory[key] = answer()
        return self._memory[key]

    def _denies(self, denial: Observation, claim: Observation) -> bool:
        """ "No lesion" denies a cyst only in the same stated place; "no effusion" any pleural effusion."""
        if not claim.finding.is_kind_of(denial.name):
            return False
        if not self.matcher.covers(denial.places, claim.places | self.matcher.organ(claim)):
            return False
        near = self.matcher.near(claim, denial)
        if denial.finding.is_vague or (claim.name != denial.name and self.matcher.is_broad(denial.finding)):
            return near is Nearness.SAME and bool(denial.places)
        return near is not Nearness.APART

    def denied_for(self, claim: Observation) -> list[Observation]:
        """The findings' denials that deny a claim: of the same or a broader finding, for its side."""
        return [
            o
            for o in self.denials
            if not o.is_generic and self._denies(o, claim) and sides_agree(claim, o) and satisfies(claim, o)
        ]
