"""What leaves the program as text: how a copy is marked, tidied and receipted.

It does not know the clipboard.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from app.domain.report import Study

DRAFT_MARK = "*** DRAFT – NOT SIGNED ***"

# Where Unicode's own decomposition would change what a reader reads ("10½" → "101/2", "10⁹" → "109").
_ASCII: dict[str, str] = {
    "×": "x", "≥": ">=", "≤": "<=", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "±": "+/-", "→": "->", "←": "<-",
    "↑": "up", "↓": "down", "≈": "~", "≠": "!=", "·": "-", "•": "-", "■": "*", "▲": "*", "○": "*",
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "′": "'", "″": '"', "⁄": "/",
    "µ": "u", "μ": "u", "α": "alpha", "β": "beta", "γ": "gamma", "Ø": "O", "ø": "o", "ß": "ss", "æ": "ae", "Æ": "AE",
    "°": " degrees", "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ",
}  # fmt: skip
_SUPERSCRIPT_AFTER_DIGIT = re.compile(r"(?<=\d)(?=[⁰¹²³⁴-⁹⁺⁻])")


def marked(text: str) -> str:
    """Text that nobody signed: the mark stands at both ends, so that half of a paste still shows it."""
    return f"{DRAFT_MARK}\n{text.strip()}\n{DRAFT_MARK}\n"


def for_export(text: str, *, ascii_only: bool, line_ends: Literal["\n", "\r\n"]) -> str:
    """Text as a receiving system takes it: no tabs, no trailing blanks, the line ends it expects."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\N{PARAGRAPH SEPARATOR}", "\n").replace("\t", " ")
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    if ascii_only:
        text = to_ascii(text)
    return text.replace("\n", line_ends)


def to_ascii(text: str) -> str:
    """Text in ASCII, its meaning kept; a sign without a counterpart becomes "?"."""
    text = _SUPERSCRIPT_AFTER_DIGIT.sub("^", text)
    replaced = "".join(_ASCII.get(character, character) for character in text)
    replaced = replaced.replace("  degrees", " degrees")
    letters = [one for one in unicodedata.normalize("NFKD", replaced) if not unicodedata.combining(one)]
    return "".join(_ASCII.get(one, one) if _ASCII.get(one, one).isascii() else "?" for one in letters)


def receipt(text: str, study: Study, *, signed: bool, what: str) -> str:
    """What a copy held, for the status bar: "Copied: SIGNED · ACC …4711 · 3 sections · 112 words"."""
    state = "SIGNED" if signed else "DRAFT, not signed"
    accession = study.accession.strip()
    whose = f"ACC …{accession[-4:]}" if accession else "no accession"
    words = len(text.replace(DRAFT_MARK, "").split())
    return f"Copied: {state} · {whose} · {what} · {words} {'word' if words == 1 else 'words'}"
