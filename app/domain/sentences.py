"""Where sentences begin and end in a report: drafts are laid out, reviewed and moved by the sentence.

It knows nothing of findings, only of how reports are written and dictated.
"""

from __future__ import annotations

import re

_BOUNDARY = re.compile(
    r"(?=[.!?…\s])(?:"  # nothing else begins a boundary
    r"(?P<stop>(?<![.!?…])[.!?…]++[\"'”’)\]]*+)(?=\s|$)"  # a stop and white space
    r"|(?P<glued>(?<=[^\W\d_])\.+)(?=[^\W\d_])"  # "clear.No": dictation without the space
    r"|(?P<line>(?:\r\n?|\n)\s*)"  # line ends, blank lines
    r"|(?P<runon>(?<=[a-z])[ \t]+)(?=(?:No|There|The|These|This|It) [a-z]))"  # "clear No effusion"
)
_LAST_WORD = re.compile(r"[\w/.&-]*$")
_NEXT_WORD = re.compile(r"\s*([\w.]*)")
_MARKER = re.compile(r"\s*(?:(?:\(?\d{1,2}[.)]|[-–—•*·▪◦])(?=\s)\s*)+|\s+")
_LIST_ITEM = re.compile(r"(?:\(?\d{1,2}[.)]|[-–—•*·▪◦]|[a-z][.)])\s")
_MEASURE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:x|×|mm|cm|ml|cc|%)", re.IGNORECASE)


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Never the end of a sentence, whatever follows.
_ABBREVIATIONS = _words(
    "dr drs mr mrs ms prof vs e.g i.e eg ie approx ca cf fig figs incl resp ser im img dept jr st mt"
)
# The end of a sentence only if a capital follows: "measures 3 cm. in diameter", "seen at 3 p.m. by".
_ONLY_BEFORE_CAPITAL = _words(
    "mm cm ml cc in max min no nos a.m p.m am pm etc jan feb mar apr jun jul aug sep sept oct nov dec hr hrs sec "
    "wk wks mo mos yr yrs pt pts hx dx rt lt bilat ant post sup inf lat med"
)
_OPENERS = _words(
    "no the there this these it a an in of on both normal unremarkable stable unchanged otherwise mild moderate severe "
    "small large left right bilateral heart lungs liver bony bones soft lung findings possible probable new"
)
# A line that ends in one of these goes on in the next one.
_CONNECTING = _words(
    "a an and are as at both by for from in is left no not of on or right that the to was were which with within "
    "without measuring"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a report's text, in order, as (start, end) character offsets.

    Spans hold no surrounding white space and no list marker ("1.", "2)", "-"); they never overlap and never are empty.
    A line end ends a sentence unless the next line plainly continues it. Headings ("Lungs:") stay with what follows
    on their line.
    """
    spans: list[tuple[int, int]] = []
    start = _after_marker(text, 0)
    by_line = _is_by_line(text)
    for boundary in _BOUNDARY.finditer(text):
        if boundary.start() < start or not _ends_sentence(text, start, boundary, by_line):
            continue
        end = boundary.end() if boundary.lastgroup in ("stop", "glued") else boundary.start()
        _append(spans, text, start, end)
        start = _after_marker(text, boundary.end())
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Add a span without its outer white space, if it holds more than punctuation."""
    piece = text[start:end]
    kept = piece.strip()
    if any(character.isalnum() for character in kept):
        begin = start + piece.index(kept)
        spans.append((begin, begin + len(kept)))


def _after_marker(text: str, position: int) -> int:
    marker = _MARKER.match(text, position)
    return marker.end() if marker else position


def _is_by_line(text: str) -> bool:
    """Dictated without capitals and stops, one statement a line: there a small letter does not continue a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    small = sum(line[0].islower() for line in lines)
    return len(lines) > 1 and small == len(lines) and not any(line.endswith((".", "-", ",")) for line in lines)


def _ends_sentence(text: str, start: int, boundary: re.Match[str], by_line: bool) -> bool:
    match boundary.lastgroup:
        case "line" if by_line:
            return _last_word(text, start, boundary) not in _CONNECTING
        case "line":
            return _line_ends_sentence(text, start, boundary)
        case "runon":
            return True
        case _:
            return _stop_ends_sentence(text, start, boundary)


def _stop_ends_sentence(text: str, start: int, boundary: re.Match[str]) -> bool:
    at = boundary.start()
    if text[at] != ".":
        return True
    found = _LAST_WORD.search(text, max(start, at - 24), at)
    word = found[0] if found else ""
    following = _NEXT_WORD.match(text, boundary.end())
    after = following[1] if following else ""
    lowered = word.lower()
    if boundary.lastgroup == "glued":
        # "clear.No" and "clear.no", but neither "a.m" nor "i.e".
        return len(word) > 2 and "." not in word and len(after.rstrip(".")) > 1 and lowered not in _ABBREVIATIONS
    if lowered in _ABBREVIATIONS:
        return False
    if lowered in ("no", "nos"):
        return not after[:1].isdigit()
    if len(word) == 1 and word.isalpha() and after:
        # An initial ("Dr. J. Smith") unless a sentence plainly begins ("hepatitis C. The liver").
        return after.lower() in _OPENERS
    if lowered in _ONLY_BEFORE_CAPITAL or re.fullmatch(r"(?:\w\.)+\w", lowered):
        return not after or not after[0].islower()
    return True


def _line_ends_sentence(text: str, start: int, boundary: re.Match[str]) -> bool:
    if boundary[0].count("\n") > 1 or boundary[0].count("\r") > 1:
        return True
    following = text[boundary.end() : boundary.end() + 12]
    if not following or _LIST_ITEM.match(following):
        return True
    last = _last_word(text, start, boundary)
    if last.endswith((",", "/")) or last in _CONNECTING:
        return False
    return not (following[0].islower() or _MEASURE.match(following))


def _last_word(text: str, start: int, boundary: re.Match[str]) -> str:
    before = text[max(start, boundary.start() - 24) : boundary.start()].split()
    return before[-1].lower() if before else ""
