"""What every corpus reader yields, and how a corpus without an official split is split."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from app.domain.report import Report

Split = Literal["train", "validation", "test", "apart"]
Stratum = Literal["normal", "abnormal", "unknown"]


@dataclass(frozen=True)
class CorpusReport:
    """One report of a corpus.

    Attributes:
        id: the corpus's own identifier, unique within it.
        corpus: the corpus's short name ("open-i").
        stratum: normal or abnormal as the corpus's own labels say; "unknown" when it has none.
    """

    id: str
    corpus: str
    report: Report
    stratum: Stratum = "unknown"


def split_of(findings: str) -> Split:
    """The split that findings text belongs to, grouped so that no findings text stands on two sides.

    1 of 10 → test, 1 → validation, 1 → kept apart as a final examination, the rest → train.
    """
    normalized = re.sub(r"[^a-z0-9]+", " ", findings.lower()).strip()
    tenth = int(hashlib.sha256(("v1" + normalized).encode()).hexdigest(), 16) % 10
    named: dict[int, Split] = {0: "apart", 1: "test", 2: "validation"}
    return named.get(tenth, "train")
