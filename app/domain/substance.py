"""Whether findings say anything at all: a model turns even "normal" into a fluent report, and nobody saw it."""

from __future__ import annotations

import re

from app.domain.errors import FindingsEmpty, NothingToSummarize

_WORD = re.compile(r"[^\W\d_]{2,}")
# Words that name nothing that could be seen. One other word is enough to draft from.
_EMPTY_WORDS = frozenset(
    """above all applicable are as assessment available below clear comment complete done evaluation exam examination
    finding findings follow for from here image images imaging impression in is it limits nad negative nil no none
    normal not nothing of ok okay please report results review scan see seen stable study technique test text the there
    this to unchanged unremarkable was were within wnl""".split()  # noqa: SIM905 - prose reads better than quotes
)


def check_substance(findings: str) -> None:
    """Whether there is anything to summarize; in doubt there is.

    Raises:
        FindingsEmpty: white space alone.
        NothingToSummarize: signs, numbers or words such as "normal study" that name no organ.
    """
    if not findings.strip():
        raise FindingsEmpty
    if all(word in _EMPTY_WORDS for word in _WORD.findall(findings.lower())):
        raise NothingToSummarize
