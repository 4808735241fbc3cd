"""Report → Pair(findings, impression): what is cleaned, what is rejected and why, and the folder of pairs."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.domain.prompt import is_given
from app.domain.report import Findings
from app.domain.sentences import sentence_spans
from training.corpus import CorpusReport, Split, Stratum, split_of

SPLITS: tuple[Split, ...] = ("train", "validation", "test")
MANIFEST = "pairs.json"

REDACTED = re.compile(r"x{3,}", re.IGNORECASE)
_MARKUP = re.compile(r"<br\s*/?>|&gt;\]?|&lt;|&amp;", re.IGNORECASE)
_RECOMMENDS = re.compile(
    r"\b(recommend\w*|suggest(?:ed)? (?:follow|ct|mri|further)|follow[- ]?up|correlat\w+|advis\w+|"
    r"consider (?:ct|mri|further|repeat)|further evaluation|(?:could|may) be (?:obtained|performed))\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(compared (?:to|with)|comparison|prior|previous\w*|interval(?:ly)?|unchanged|stable|(?:un)?changed|"
    r"increas(?:ed|ing)|decreas(?:ed|ing)|improv\w+|worsen\w+|new|resol\w+|progress\w+|again)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pair:
    """A study's findings with their context, and what a radiologist concluded."""

    id: str
    corpus: str
    findings: str
    indication: str
    comparison: str
    impression: str
    stratum: Stratum

    @property
    def for_drafting(self) -> Findings:
        return Findings(self.findings, self.indication, self.comparison)


@dataclass
class Counts:
    """How many pairs each split got, and why reports or sentences were left out."""

    kept: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    cleaned: Counter[str] = field(default_factory=Counter)


def clean(text: str) -> str:
    """Text without stray markup, doubled full stops and runs of spaces; lines stay lines."""
    text = _MARKUP.sub(" ", text)
    text = re.sub(r"\.(\s*\.)+(?=\s|$)", ".", text)
    return "\n".join(line for raw in text.splitlines() if (line := " ".join(raw.split())))


def drop_unsupported(impression: str, findings: str, comparison: str, counts: Counter[str]) -> str:
    """The impression without sentences that no findings can teach.

    A recommendation that the findings do not hold, or comparison wording without anything to compare with: a model
    trained on these learns to invent them (about 94 % and 24 % of Open-i's have no basis).
    """
    has_basis = is_given(comparison) or bool(_COMPARES.search(findings))
    kept = []
    for start, end in sentence_spans(impression):
        sentence = impression[start:end]
        if _RECOMMENDS.search(sentence) and not _RECOMMENDS.search(findings):
            counts["recommendation without basis removed"] += 1
        elif _COMPARES.search(sentence) and not has_basis:
            counts["comparison without basis removed"] += 1
        else:
            kept.append(sentence.strip())
    return " ".join(kept)


def make_pair(source: CorpusReport, split: Split, counts: Counts) -> Pair | None:
    """The pair of one report, or None with the reason counted.

    Test pairs keep the human's impression as it is (only markup cleaned): cleaning the ruler would flatter the model.
    """
    report = source.report
    findings, impression = clean(report.findings), clean(report.impression)
    if not findings or not impression:
        counts.rejected["no findings" if not findings else "no impression"] += 1
        return None
    if split != "test":
        if REDACTED.search(impression):
            counts.rejected[f"impression redacted ({split})"] += 1
            return None
        impression = drop_unsupported(impression, findings, report.comparison, counts.cleaned)
        if not re.search(r"[a-z]", impression, re.IGNORECASE):
            counts.rejected[f"nothing left of the impression ({split})"] += 1
            return None
    return Pair(
        source.id,
        source.corpus,
        findings,
        clean(report.indication),
        clean(report.comparison),
        impression,
        source.stratum,
    )


def write_pairs(sources: Iterable[CorpusReport], folder: Path) -> Counts:
    """Write train.jsonl, validation.jsonl, test.jsonl and, last, pairs.json with the counts and the digest."""
    counts = Counts()
    gathered: dict[Split, list[Pair]] = {split: [] for split in SPLITS}
    for source in sources:
        split = split_of(source.report.findings)
        if split == "apart":
            counts.rejected["kept apart for the final examination"] += 1
            continue
        if pair := make_pair(source, split, counts):
            gathered[split].append(pair)
            counts.kept[split] += 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    digest = hashlib.sha256()
    for split in SPLITS:
        content = "".join(json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in gathered[split])
        (folder / f"{split}.jsonl").write_text(content, encoding="utf-8")
        digest.update(content.encode())
    manifest = {
        "digest": digest.hexdigest(),
        "corpora": sorted({pair.corpus for pairs in gathered.values() for pair in pairs}),
        "kept": dict(counts.kept),
        "rejected": dict(counts.rejected),
        "cleaned": dict(counts.cleaned),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return counts


def read_pairs(folder: Path, split: Split) -> list[Pair]:
    """The pairs of one split of a folder that `write_pairs` completed."""
    return list(_read_lines(folder / f"{split}.jsonl"))


def _read_lines(path: Path) -> Iterator[Pair]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield Pair(**json.loads(line))


def pairs_digest(folder: Path) -> str:
    """The digest that names this exact set of pairs on cards and in logs."""
    return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["digest"])
