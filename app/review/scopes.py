"""Decides for every word of a sentence whether what it names is there, absent, uncertain or only asked about.

After NegEx (Chapman et al., 2001) and ConText (Harkema et al., 2009), with radiology's own cues from resources/lexicon.
It does not know findings, only cues and where their reach ends.
"""

from __future__ import annotations

from enum import IntEnum

from app.review.mentions import Mention
from app.review.words import Words


class Status(IntEnum):
    """What a text says of a finding; a higher value overrides a lower one where scopes overlap."""

    PRESENT = 0
    PROBABLE = 1
    POSSIBLE = 2
    ABSENT = 3
    ASKED = 4


_FORWARD = {
    "probable": Status.PROBABLE,
    "possible": Status.POSSIBLE,
    "absent": Status.ABSENT,
    "hypothetical": Status.ASKED,
}
_BACKWARD = {"absent_before": Status.ABSENT, "possible_before": Status.POSSIBLE}
_VERBS = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "show",
        "demonstrate",
        "reveal",
        "appear",
        "measure",
        "remain",
        "there",
        "exist",
        "persist",
        "contain",
    }
)
_HARD_ENDS = frozenset({";", ".", "?", ":"})
_ADJECTIVES = frozenset({"suspicious", "suspected", "concerning", "questionable", "equivocal", "apparent", "potential"})
_NEGATIVE_ANSWERS = frozenset({"no", "none", "absent", "negative", "nil", "not", "unremarkable", "normal", "without"})
# "Resolution of the consolidation with residual atelectasis": what is gone left something.
_GONE = frozenset({"resolution", "regression", "disappearance", "resolved", "removal", "removed"})
# The whole answer to a heading that names something to look for: "Endoleak: none."
_HEADING_WORDS = 4
_PLAIN_ANSWERS = frozenset(
    {("no",), ("none",), ("nil",), ("absent",), ("negative",), ("not", "seen"), ("not", "present"), ("none", "seen")}
)
# "Rectal tumor, T3, EMVI negative": without a verb these speak of what stands right before them.
_BARE_ANSWERS = frozenset({("negative",), ("absent",), ("nil",)})
_LISTING = frozenset({"and", "or", "nor"})
# Cues that name one explanation, unless an "or" follows.
_EXPLAINING = frozenset({"represent", "representing", "reflect", "reflecting", "compatible", "consistent", "keeping"})
_AGAINST_EACH_OTHER = frozenset({"versus", "vs"})
_AT_LANDMARKS = frozenset(
    (where, "the") for where in ("within", "in", "inside", "around", "behind", "beneath", "between", "along", "beside")
)
# After a comma these tell of what there is, not of what there is not: "no enhancement, resembling a hamartoma".
_CONCLUDING = frozenset({"resembling", "classifying", "classified", "extending", "reaching", "measuring", "displacing"})
_ANEW = _CONCLUDING | {"with"}
_SHOWING = frozenset({"show", "demonstrate", "reveal", "contain"})
_INTRODUCING = frozenset({"with", "and", "the", "an", "show", "demonstrate", "reveal", ","})
_LIST_WORDS = frozenset({"or", "nor", "and/or"})
# Right behind a finding's name, without a mark, these begin a statement of their own.
_STARTING = frozenset({"the", "there", "a", "an", "both", "all", "this", "these", "it", "some", "multiple", "several"})
_GRADING = frozenset({"small", "mild", "moderate", "minimal", "tiny", "trace", "large", "old", "mildly", "moderately"})
_TOLD = frozenset(
    {"normal", "unremarkable", "clear", "intact", "patent", "preserved", "is", "are", "show", "demonstrate", "measure"}
)
_TELLING = 6
_TOLD_WORDS = 4
_CLAUSE_STARTS = frozenset({("the",), ("there",), ("a",), ("an",)})
_ADJECTIVE_ENDINGS = (
    "ed",
    "al",
    "ic",
    "ive",
    "ous",
    "ar",
    "ant",
    "ent",
    "ing",
    "ary",
    "able",
    "ible",
    "te",
    "ute",
    "ly",
)
# After "and" these begin a new statement, "no mass and large effusion"; the qualifiers of negated lists do not.
_OPENERS = frozenset(
    {
        "small",
        "mild",
        "moderate",
        "minimal",
        "trace",
        "tiny",
        "there",
        "a",
        "an",
        "the",
        "stable",
        "unchanged",
        "with",
        "slight",
        "bilateral",
        "left",
        "right",
        "normal",
        "is",
        "are",
        "has",
        "new",
        "multiple",
        "several",
        "mildly",
        "moderately",
        "slightly",
        "persistent",
        "some",
        "few",
        "only",
        "subtle",
        "have",
        "presence",
        "increased",
        "decreased",
        "worsening",
        "improved",
    }
)


def statuses(words: Words, cues: list[Mention], named: list[Mention]) -> list[Status]:
    """One status a word.

    Args:
        cues: the sentence's cues of the kinds "status", "ends" and "historical".
        named: findings and places; a cue inside a name ("no flow") is none.
    """
    covered = {at for mention in named if mention.kind == "finding" for at in mention.anchors}
    active = [cue for cue in cues if not (covered >= set(range(cue.first, cue.end)))]
    active = [cue for cue in active if not _is_attribute(words, cue)]
    said = [Status.PRESENT] * len(words)
    findings = {mention.first for mention in named if mention.kind == "finding"}
    over = _over_unmarked(words, named)
    # "No post-traumatic fracture" denies all of it.
    after = {cue.first for cue in active if words.forms[cue.first : cue.end] == ("post",)}
    ends = {cue.first for cue in active if cue.kind in ("ends", "historical")} - after
    for meaning, status in _FORWARD.items():
        for cue in active:
            if cue.name == meaning:
                reach = _forward_end(words, cue, status, ends, active, findings)
                if status is Status.ABSENT:
                    reach = min((at for at in over if cue.end < at < reach), default=reach)
                _paint(said, cue.end, reach, _chosen(words, cue, reach, status))
    _keep_landmarks(said, words, named)
    _paint_headings(said, words, named)
    for meaning, status in _BACKWARD.items():
        for cue in active:
            if cue.name == meaning:
                _paint(said, _backward_start(words, cue, ends, active, findings), cue.first, status)
    return said


def _is_attribute(words: Words, cue: Mention) -> bool:
    """ "With absent color flow" denies nothing of what stands before it."""
    if cue.name != "absent_before" or words.forms[cue.first : cue.end] != ("absent",) or not cue.first:
        return False
    following = words.forms[cue.end : cue.end + 1]
    return words.forms[cue.first - 1] in _INTRODUCING and bool(following) and following[0].isalpha()


def _paint_headings(said: list[Status], words: Words, named: list[Mention]) -> None:
    """ "Effusion: none.": a heading takes the status of its answer; it says nothing where the answer names findings."""
    colon = words.forms.index(":") if ":" in words.forms else len(words)
    answered = tuple(form for form in words.forms[colon + 1 :] if form != ".")
    if colon <= _HEADING_WORDS and answered in _PLAIN_ANSWERS:
        _paint(said, 0, colon, Status.ABSENT)
    for mention in named:
        if (
            mention.kind != "finding"
            or mention.first > 1
            or said[mention.first] is Status.ABSENT
            or words.forms[mention.end : mention.end + 1] != (":",)
        ):
            continue
        answer = words.forms[mention.end + 1 : mention.end + 2]
        if not answer:
            _paint(said, mention.first, mention.end, Status.ASKED)
        elif answer[0] in _NEGATIVE_ANSWERS:
            _paint(said, mention.first, mention.end, Status.ABSENT)
        elif any(other.kind == "finding" and other.first > mention.end for other in named):
            _paint(said, mention.first, mention.end, Status.ASKED)


def _chosen(words: Words, cue: Mention, reach: int, status: Status) -> Status:
    """ "Represents atelectasis or scarring" leaves open which."""
    explains = status is Status.PROBABLE and not _EXPLAINING.isdisjoint(words.forms[cue.first : cue.end])
    return Status.POSSIBLE if explains and "or" in words.forms[cue.end : reach] else status


def _keep_landmarks(said: list[Status], words: Words, named: list[Mention]) -> None:
    """ "No enhancement within the lesion" denies no lesion."""
    for mention in named:
        before = words.forms[max(0, mention.first - 2) : mention.first]
        if mention.kind == "finding" and not mention.state and before in _AT_LANDMARKS:
            for at in range(mention.first, mention.end):
                said[at] = Status.PRESENT if said[at] is Status.ABSENT else said[at]


def _paint(said: list[Status], first: int, end: int, status: Status) -> None:
    for at in range(first, end):
        said[at] = max(said[at], status)


def _over_unmarked(words: Words, named: list[Mention]) -> list[int]:
    """Where a denial ends though no mark says so: "no effusion heart size normal", "no shift there is a bleed".

    Only right behind a finding's name, and where the next words plainly begin a statement.
    """
    begins = {m.first for m in named if m.kind in ("place", "sided")}
    found = []
    for at in {m.end for m in named if m.kind == "finding" and m.end < len(words)}:
        form = words.forms[at]
        opens = form in _STARTING or (form in _GRADING and words.forms[at + 1 : at + 2] != ("or",))
        if opens or (at in begins and _is_told(words, at)):
            found.append(at)
    return found


def _is_told(words: Words, at: int) -> bool:
    """Something is said of the place here before the next mark: "orbits unremarkable"."""
    for form in words.forms[at + 1 : at + 1 + _TELLING]:
        if form in _HARD_ENDS or form in _LIST_WORDS or form in (",", "no", "without"):
            return False
        if form in _TOLD:
            return True
    return False


def _is_noun_before_finding(words: Words, cue: Mention, at: int) -> bool:
    """ "No contact of the fragments, displacement of 9 mm": what is denied has been named before the comma."""
    if at - cue.end < 2 or words.forms[at - 1].endswith(_ADJECTIVE_ENDINGS) or not words.forms[at - 1].isalpha():
        return False
    rest = list(words.forms[at + 1 :])
    ended = next((number for number, form in enumerate(rest) if form in _HARD_ENDS), len(rest))
    segment = rest[:ended]
    return _LIST_WORDS.isdisjoint(segment) and ("with" in segment or any(form[0].isdigit() for form in segment))


def _forward_end(
    words: Words, cue: Mention, status: Status, ends: set[int], active: list[Mention], findings: set[int]
) -> int:
    if words.forms[cue.first : cue.end] == ("non",):
        return min(cue.end + 1, len(words))
    hedges = {other.first for other in active if other.name in ("possible", "probable") and other.first >= cue.end}
    begun = min((at for at in findings if at >= cue.end), default=len(words))
    for at in range(cue.end, len(words)):
        form = words.forms[at]
        if form in _HARD_ENDS or at in ends:
            return at
        if form == "," and words.forms[cue.first : cue.end] == ("not",) and _is_over(words, at + 1):
            return at
        # "No mass, possible small effusion", but "no lesion suspicious for metastasis".
        hedged_anew = at in hedges and words.forms[at - 1] in (",", "-", "and", "with") and form not in _ADJECTIVES
        if status is Status.ABSENT and hedged_anew:
            return at
        # "No acute, displaced fracture": the list has not begun before its first finding; but "without involvement of
        # the ureter, with a hematoma" is over.
        begins_anew = form == "," and not _ANEW.isdisjoint(words.forms[at + 1 : at + 2])
        if at < begun and status is Status.ABSENT and not begins_anew and form == ",":
            clause = words.forms[at + 1 : at + 2] in _CLAUSE_STARTS and _new_clause(words, cue.end, at + 1, status)
            begins_anew = clause or _is_noun_before_finding(words, cue, at)
            if begins_anew:
                return at
        if at < begun and status is Status.ABSENT and not begins_anew:
            continue
        if status in (Status.POSSIBLE, Status.PROBABLE) and form in ("no", "without"):
            return at
        if status is Status.ABSENT and form == "," and not _CONCLUDING.isdisjoint(words.forms[at + 1 : at + 2]):
            return at
        if form in (",", "-") and _new_clause(words, cue.end, at + 1, status):
            return at
        if form == "with" and not _GONE.isdisjoint(words.forms[cue.first : cue.end]):
            return at
        if form in ("and", "with") and _opens(words, cue.end, at + 1, status):
            return at
    return len(words)


def _is_over(words: Words, at: int) -> bool:
    """ "Is not dilated, patent and shows plaques": a predicate's "not" reaches over a comma only in lists with "or"."""
    rest = list(words.forms[at:])
    ended = next((number for number, form in enumerate(rest) if form in _HARD_ENDS), len(rest))
    return _LIST_WORDS.isdisjoint(rest[:ended])


def _opens(words: Words, begin: int, at: int, status: Status) -> bool:
    """Whether the word after "and" begins a statement of its own; the scope began at `begin`."""
    if at >= len(words):
        return False
    following = words.forms[at : at + 6]
    if status is not Status.ABSENT:
        return any(form in _VERBS for form in following[:4])
    if following[0] in _OPENERS or following[0] in _SHOWING:
        return True
    return any(form in _VERBS for form in words.forms[begin : at - 1]) and any(form in _VERBS for form in following)


def _new_clause(words: Words, begin: int, at: int, status: Status) -> bool:
    """Whether the words after a comma are a clause with its own verb rather than the next item of a list."""
    segment: list[str] = []
    for form in words.forms[at:]:
        if form in (",", "-") or form in _HARD_ENDS:
            break
        segment.append(form)
    if not segment or segment[0] in _LIST_WORDS:
        return False
    rest = words.forms[at + len(segment) :]
    goes_on_as_list = any(form in _LIST_WORDS for form in rest[:8]) or any(form in _LIST_WORDS for form in segment)
    if status is not Status.ABSENT:
        return not goes_on_as_list or any(form in _VERBS for form in segment)
    if segment[0] == "with" and not goes_on_as_list:
        return True
    if segment[0] in ("and", "with"):
        return _opens(words, begin, at + 1, status)
    has_verb = any(form in _VERBS for form in segment)
    # "Without inflammation, degenerative changes with a slip": what is denied is neither measured nor told more of.
    if not goes_on_as_list and "with" in segment[1:]:
        return True
    return (has_verb and not goes_on_as_list) or segment[0] in ("there", "but", "a", "an", "the")


def _backward_start(words: Words, cue: Mention, ends: set[int], active: list[Mention], findings: set[int]) -> int:
    """Where the statement that a trailing cue ("… is not seen") speaks about begins.

    "Small effusion on the right, left effusion resolved": without an "and" the last item is meant alone.
    """
    if not _AGAINST_EACH_OTHER.isdisjoint(words.forms[cue.first : cue.end]):
        # "Opacity concerning for atelectasis versus pneumonia": what is explained is there.
        hedges = [o.end for o in active if o.name in ("possible", "probable") and o.end < cue.first]
        if hedges:
            return max(hedges)
    closed = {other.end for other in active if other.name in _BACKWARD and other.end <= cue.first}
    seen_comma = False
    is_bare = words.forms[cue.first : cue.end] in _BARE_ANSWERS
    for at in range(cue.first - 1, -1, -1):
        form = words.forms[at]
        if form in _HARD_ENDS or at in ends or at + 1 in closed:
            return at + 1
        if form == ",":
            if _LISTING.isdisjoint(words.forms[at : cue.first]) and (
                is_bare or (not seen_comma and _is_told_before(words, at, ends) and _holds(findings, at, cue.first))
            ):
                return at + 1
            seen_comma = True
        if form in _VERBS and at < cue.first - 1 and (seen_comma or "and" in words.forms[at : cue.first]):
            # The verb of an earlier clause: its own words are not spoken about.
            return _after_break(words, at, cue.first)
    return 0


def _is_told_before(words: Words, comma: int, ends: set[int]) -> bool:
    """What stands before a comma is more than a name: "small residual effusion on the right", not "pneumothorax"."""
    begin = comma
    while (
        begin and words.forms[begin - 1] not in _HARD_ENDS and words.forms[begin - 1] != "," and begin - 1 not in ends
    ):
        begin -= 1
    return comma - begin >= _TOLD_WORDS


def _holds(findings: set[int], first: int, end: int) -> bool:
    return any(first < at < end for at in findings)


def _after_break(words: Words, verb: int, end: int) -> int:
    for at in range(verb + 1, end):
        if words.forms[at] in (",", "and", "but"):
            return at + 1
    return verb + 1
