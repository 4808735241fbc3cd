"""When two observations speak of the same thing: same or broader finding, compatible place and side, or derived.

It does not judge; rules do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from app.review.lexicon import Finding, Lexicon
from app.review.reading import NO_SIDE, Observation, Reading, Statement

# Tissues that every region has: "bone" and "femur" never exclude each other.
_TISSUES = frozenset(
    {
        "bone",
        "soft tissue",
        "joint",
        "lymph node",
        "phalanx",
        "disc",
        "vertebra",
        "nerve root",
        "spinal cord",
        "spinal canal",
        "neural foramen",
        "facet joint",
    }
)

# Regions whose organs stand in the lexicon under each other's names; vessels run through all.
_NEIGHBORS = {
    "head": "head",
    "neck": "head",
    "chest": "chest",
    "breast": "chest",
    "abdomen": "abdomen",
    "pelvis": "abdomen",
    "spine": "spine",
    "limbs": "limbs",
}
_EVERYWHERE = frozenset({"vessels"})

# A node is not the organ that it drains.
_NODE = "lymph node"
# A finding with more kinds than this says little about which of them is meant.
_MANY = 8

_NOT_LIMITING = frozenset({"focal", "lobar", "definite", "convincing", "obvious", "visible", "pathological", "central"})


class Nearness(IntEnum):
    """How two sets of places lie to each other."""

    APART = 0
    SAME_ORGAN = 1
    UNKNOWN = 2
    SAME = 3


@dataclass(frozen=True)
class Matcher:
    """Compares observations of two readings with one lexicon."""

    lexicon: Lexicon

    def places_of(self, observation: Observation) -> frozenset[str]:
        """The stated places, or the organ that the finding's name implies."""
        if observation.places:
            return observation.places
        return frozenset({observation.finding.organ}) if observation.finding.organ else frozenset()

    def nearness(self, one: frozenset[str], two: frozenset[str]) -> Nearness:
        """How near two sets of places are; tissues that occur everywhere say nothing."""
        if one and two and (_NODE in one) != (_NODE in two):
            return Nearness.APART
        known = self.lexicon.places
        first = [known[name] for name in one - _TISSUES if name in known]
        second = [known[name] for name in two - _TISSUES if name in known]
        if not first or not second:
            return Nearness.UNKNOWN
        best = Nearness.APART
        for a in first:
            for b in second:
                if a.name in b.within or b.name in a.within:
                    return Nearness.SAME
                shared = a.within & b.within
                if any(len(known[name].within) > 1 for name in shared):
                    best = Nearness.SAME_ORGAN
        return best

    def covers(self, outer: frozenset[str], inner: frozenset[str]) -> bool:
        """Whether what is said of the outer places holds for the inner ones; no stated place is everywhere."""
        known = self.lexicon.places
        around = outer - _TISSUES
        if not around or not inner - _TISSUES:
            return True
        return any(around & known[name].within for name in inner)

    def near(self, one: Observation, two: Observation) -> Nearness:
        """How near two observations lie, by stated places, else by the organs that their names imply."""
        stated = self.nearness(one.places, two.places)
        if stated is Nearness.UNKNOWN:
            stated = self.nearness(one.places | self.organ(one), two.places | self.organ(two))
        same_organ = one.finding.organ and one.finding.organ == two.finding.organ and related(one.finding, two.finding)
        return max(stated, Nearness.SAME_ORGAN) if same_organ else stated

    def organ(self, observation: Observation) -> frozenset[str]:
        return frozenset({observation.finding.organ}) if observation.finding.organ else frozenset()

    def is_in_other_region(self, observation: Observation, places: frozenset[str]) -> bool:
        """Whether places all lie outside the region of the organ that a finding's name implies."""
        known = self.lexicon.places
        organ = known.get(observation.finding.organ)
        if organ is None or organ.region in _EVERYWHERE:
            return False
        stated = {known[name].region for name in places - _TISSUES if name in known} - _EVERYWHERE
        return bool(stated) and _NEIGHBORS.get(organ.region) not in {_NEIGHBORS.get(region) for region in stated}

    def same_finding(self, one: Observation, two: Observation) -> bool:
        """Same or broader/narrower finding, not in places that exclude each other."""
        return related(one.finding, two.finding) and self.near(one, two) is not Nearness.APART

    def is_broad(self, finding: Finding) -> bool:
        """A word for many different things, such as "lesion" or "opacity"."""
        return self.lexicon.narrower[finding.name] > _MANY

    def derived(self, diagnosis: Observation, evidence: Observation) -> bool:
        """Concluded from evidence, unless both state places that exclude each other; organs may differ."""
        if not follows(diagnosis.finding, evidence.finding):
            return False
        return self.nearness(diagnosis.places, evidence.places) is not Nearness.APART

    def likeness(self, statement: Statement, reading: Reading, other: Statement, other_reading: Reading) -> float:
        """How much two statements speak of the same thing: findings count most, then places, then other words."""
        score = 0.0
        mine = [reading.observations[at] for at in statement.observations if not reading.observations[at].is_generic]
        theirs = [
            other_reading.observations[at] for at in other.observations if not other_reading.observations[at].is_generic
        ]
        if mine and theirs:
            best = [max(self._finding_score(a, b) for b in theirs) for a in mine]
            score += (max(best) + sum(best) / len(best)) / 2
        near = self.nearness(statement.places, other.places)
        score += {Nearness.SAME: 2.0, Nearness.SAME_ORGAN: 0.5, Nearness.UNKNOWN: 0.0, Nearness.APART: -2.5}[near]
        if near is Nearness.SAME and statement.places & other.places - {"lung", "chest", "abdomen", "brain", "bone"}:
            score += 1.0
        score += min(len(statement.stems & other.stems), 4) * 0.75
        return score

    def _finding_score(self, one: Observation, two: Observation) -> float:
        if one.finding.name == two.finding.name:
            return 4.0
        if related(one.finding, two.finding):
            return 3.0
        if follows(one.finding, two.finding) or follows(two.finding, one.finding):
            return 2.0
        return 0.0


def related(one: Finding, two: Finding) -> bool:
    """The same finding, or one is a kind of the other."""
    return one.is_kind_of(two.name) or two.is_kind_of(one.name)


def follows(diagnosis: Finding, evidence: Finding) -> bool:
    """Whether a diagnosis may be concluded from evidence, by the lexicon."""
    return any(evidence.is_kind_of(source) for source in diagnosis.follows_from)


def sides_agree(one: Observation, two: Observation) -> bool:
    """Not stated for opposite sides only."""
    return one.sides == NO_SIDE or two.sides == NO_SIDE or bool(one.sides & two.sides)


def satisfies(present: Observation, denial: Observation) -> bool:
    """Whether a denial ("no large acute effusion") speaks of what is present (not of a small or old one)."""
    if denial.trend == "new" or denial.qualifiers & {"new", "additional", "further", "other"}:
        return present.trend == "new" or present.is_acute
    if denial.qualifiers & {"acute", "active", "recent", "early", "fresh"}:
        return not present.is_chronic and present.trend != "stable"
    limited = denial.qualifiers - _NOT_LIMITING - {"residual"}
    if limited & present.qualifiers:
        return True
    if limited & {"displaced", "depressed", "complete", "high grade", "discrete"}:
        return False
    if limited or (denial.severity or 0) >= 4:
        return (present.severity or 0) >= 4 or present.is_acute
    return True
