"""Binds sides, places, sizes, severity, trend and time to the findings of one sentence.

It does not look beyond the sentence, except for what it is given to inherit.
"""

from __future__ import annotations

from dataclasses import replace

from app.review.lexicon import Lexicon
from app.review.measured_courses import course_of
from app.review.measures import Measure
from app.review.mentions import Mention
from app.review.piece import Piece, Sentence
from app.review.reading import NO_SIDE, Observation, Sides, Span, Statement
from app.review.scopes import Status
from app.review.statements import pieces

_GREATER = frozenset({"greater", ">", "more", "larger", "predominantly", "less", "than", "worse"})
_GOVERNING = frozenset({"on", "in", "of", "at", "the", "to", "within", "involving"})
# Costs of binding a side word to a finding, in words of distance.
_FINDING_BETWEEN = 10
_MISPLACED = 8
_TOO_FAR = 40
# How far behind a finding the hedged words may stand that call it old.
_OVER_HEDGE = 8
_GAS = "abnormal gas"
# Gas in the wrong place is expected where somebody has operated, and in a wound.
_OPERATED = frozenset(
    {"surgery", "operation", "surgical", "operative", "postoperative", "postsurgical", "laparotomy", "laparoscopy"}
    | {
        "laparoscopic",
        "thoracotomy",
        "drain",
        "drainage",
        "catheter",
        "biopsy",
        "puncture",
        "craniotomy",
        "intervention",
        "wound",
        "stab",
        "gunshot",
        "penetrating",
        "bullet",
    }
)


def bind(
    sentence: Sentence,
    lexicon: Lexicon,
    inherited_sides: Sides,
    inherited_places: frozenset[str],
    first_statement: int,
    first_observation: int,
    is_continued: bool,
) -> tuple[list[Statement], list[Observation]]:
    """The statements and observations of one sentence.

    Args:
        first_statement, first_observation: how many stand before in the reading; indexes start there.
    """
    findings = [m for m in sentence.named if m.kind == "finding"]
    normals = [cue for cue in sentence.cues if cue.kind == "normal"]
    statements: list[Statement] = []
    observations: list[Observation] = []
    subject_sides, subject_places = inherited_sides, inherited_places
    operated = not _OPERATED.isdisjoint(sentence.words.forms)
    stable = False
    for first, end in pieces(sentence.words, [*findings, *normals]):
        piece = Piece(sentence, lexicon, first, end)
        places = piece.places or subject_places
        sides = piece.sides or (subject_sides if _hold_together(piece.places, subject_places, lexicon) else NO_SIDE)
        mine = [m for m in piece.inside(findings) if not piece.is_elsewhere(m.name, places)]
        index = first_statement + len(statements)
        begin = first_observation + len(observations)
        seen = [_observe(piece, m, mine, index, places, sides) for m in mine]
        if operated:
            seen = [replace(o, is_chronic=True) if o.finding.is_kind_of(_GAS) else o for o in seen]
        # "The cyst is stable, with a thin rim": the rim is, too.
        if stable and seen and _describes(piece):
            seen = [o if o.trend else replace(o, trend="stable") for o in seen]
        stable = (stable and not mine) or (bool(seen) and all(o.trend == "stable" for o in seen))
        seen += [
            _by_sign(_observe(piece, sign, [sign], index, places, sides), status)
            for sign, status in sentence.signs
            if first <= sign.first < end
        ]
        observations += seen
        numbers = tuple(range(begin, begin + len(seen)))
        statements.append(piece.statement(places, sides, numbers, is_continued))
        subject_sides = (piece.sides if piece.places else NO_SIDE) or subject_sides
        subject_places = places
    return statements, observations


def _by_sign(seen: Observation, status: Status) -> Observation:
    """What a sign stands for: its words' side, grade and course are not the finding's own."""
    trend = seen.trend if seen.trend in ("new", "stable") else None
    bare = replace(seen, status=status, by_sign=True, sides=NO_SIDE, side_span=None, severity=None, severity_span=None)
    return replace(bare, trend=trend, trend_span=seen.trend_span if trend else None, measures=())


def _describes(piece: Piece) -> bool:
    """Begins with "with": tells more of what stands before it."""
    return next((form for form in piece.words.forms[piece.first : piece.end] if form != ","), "") == "with"


def _hold_together(places: frozenset[str], subject: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether places are parts of what a heading or the beginning of the sentence spoke of."""
    if not places or not subject:
        return True
    around = {outer for name in places for outer in lexicon.places[name].within}
    within = {outer for name in subject for outer in lexicon.places[name].within}
    return any(len(lexicon.places[name].within) > 1 or name in subject for name in around & within)


def _observe(
    piece: Piece, mention: Mention, mine: list[Mention], statement: int, places: frozenset[str], sides: Sides
) -> Observation:
    words = piece.words
    stated = _side_of(piece, mention, mine)
    severity = _severity(piece, mention, mine)
    trend = _trend(piece, mention, mine)
    measures = _measures(piece, mention, mine)
    course = None if trend else course_of(piece.sentence.text, measures)
    return Observation(
        finding=piece.lexicon.findings[mention.name],
        span=words.span(mention.first, mention.end),
        sentence=piece.sentence.index,
        statement=statement,
        status=max((piece.sentence.said[at] for at in mention.deciding), default=Status.PRESENT),
        sides=stated[0] if stated else NO_SIDE if piece.side_mentions and len(mine) > 1 else sides,
        side_span=words.span(stated[1].first, stated[1].end) if stated and len(stated[0]) == 1 else None,
        places=places,
        measures=measures,
        severity=int(severity.name) if severity else None,
        severity_span=words.span(severity.first, severity.end) if severity else None,
        trend=trend.name if trend else course[0] if course else None,
        trend_span=words.span(trend.first, trend.end) if trend else course[1] if course else None,
        is_chronic=_is_near(piece, mention, "chronic") or _is_history(piece, mention),
        is_acute=_is_near(piece, mention, "acute"),
        qualifiers=_qualifiers(piece, mention),
    )


def _side_of(piece: Piece, mention: Mention, mine: list[Mention]) -> tuple[Sides, Mention] | None:
    """The sides and the side word that belong to a finding; all of them where it is the only finding."""
    found = piece.side_mentions
    if not found:
        return None
    if len(mine) == 1 or len({sides for sides, _ in found}) == 1:
        return piece.sides, found[0][1]
    cost, at = min((_cost(piece, mention, side, mine), at) for at, (_, side) in enumerate(found))
    sides, side = found[at]
    if at + 1 < len(found) and _GREATER.intersection(piece.words.forms[side.end : found[at + 1][1].first]):
        sides = sides | found[at + 1][0]
    # "Right greater than left atelectasis" holds for both sides, though the second stands nearest.
    if at and _GREATER.intersection(piece.words.forms[found[at - 1][1].end : side.first]):
        sides = sides | found[at - 1][0]
    return (sides, side) if cost < _TOO_FAR else None


def _cost(piece: Piece, mention: Mention, side: Mention, mine: list[Mention]) -> int:
    """How far a side word is from a finding: in words, more where another finding or the grammar stands between."""
    if mention.first <= side.first < mention.end:
        return 0
    is_before = side.first < mention.first
    first, end = (side.end, mention.first) if is_before else (mention.end, side.first)
    between = sum(first <= other.first < end for other in mine)
    # A side after its finding needs a preposition: "effusion on the right", not "effusion, right atelectasis".
    is_governed = bool(_GOVERNING.intersection(piece.words.forms[max(0, side.first - 2) : side.first]))
    follows_another = any(other.end <= side.first for other in mine)
    is_misplaced = (is_governed and follows_another) if is_before else not is_governed
    return max(end - first, 0) + _FINDING_BETWEEN * between + (_MISPLACED if is_misplaced else 0)


def _measures(piece: Piece, mention: Mention, mine: list[Mention]) -> tuple[Measure, ...]:
    """The sizes that stand closer to this finding than to any other of the statement."""
    if len(mine) == 1 or not piece.measures:
        return piece.measures
    own = piece.words.span(mention.first, mention.end)
    spans = [piece.words.span(m.first, m.end) for m in mine]
    return tuple(m for m in piece.measures if _gap(own, m.span) == min(_gap(span, m.span) for span in spans))


def _gap(one: Span, two: Span) -> int:
    return max(one[0] - two[1], two[0] - one[1], 0)


def _severity(piece: Piece, mention: Mention, mine: list[Mention]) -> Mention | None:
    """The grade before the finding and after the finding before it, else one that follows a lone finding."""
    cues = piece.cues("severity")
    before = [
        cue
        for cue in cues
        if cue.first < mention.end and not any(cue.end <= other.first < mention.first for other in mine)
    ]
    if before:
        return before[-1]
    after = [cue for cue in cues if cue.first >= mention.end and cue.first - mention.end <= 5]
    return after[0] if after and len(mine) == 1 else None


def _trend(piece: Piece, mention: Mention, mine: list[Mention]) -> Mention | None:
    """The trend word nearest the finding; a word inside the finding's own name ("increased density") is none.

    One right before another finding's name is that one's: "hydrocephalus despite unchanged catheter position".
    """
    own = set(mention.anchors)
    others = {other.first for other in mine if other.first > mention.first}
    cues = [
        cue
        for cue in piece.cues("trend")
        if not own.intersection(range(cue.first, cue.end)) and not (cue.end in others and cue.first > mention.first)
    ]
    return min(cues, key=lambda cue: abs(cue.first - mention.first), default=None)


def _is_near(piece: Piece, mention: Mention, meaning: str) -> bool:
    cues = piece.cues("modifiers", meaning)
    if meaning == "chronic" and _is_hedged_old(piece.sentence, mention):
        return True
    return any(-3 <= cue.first - mention.end <= 4 or 0 <= mention.first - cue.end <= 5 for cue in cues)


def _is_hedged_old(sentence: Sentence, mention: Mention) -> bool:
    """ "Thickening, in keeping with sequelae of a remote injury"."""
    hedges = {cue.end for cue in sentence.cues if cue.key == ("status", "probable") and cue.first >= mention.end}
    old = [cue for cue in sentence.cues if cue.key == ("modifiers", "chronic") and cue.first in hedges]
    return any(cue.first - mention.end <= _OVER_HEDGE for cue in old)


def _is_history(piece: Piece, mention: Mention) -> bool:
    return any(0 <= mention.first - cue.end <= 4 for cue in piece.cues("historical"))


def _qualifiers(piece: Piece, mention: Mention) -> frozenset[str]:
    return frozenset(
        " ".join(piece.words.forms[cue.first : cue.end])
        for cue in piece.cues("modifiers", "small_only", "acute")
        if 0 <= mention.first - cue.end <= 4 or mention.first <= cue.first < mention.end
    )
