"""Reader for PARROT v1.0 (fictional multi-modality reports written by radiologists) as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from app.domain.report import Report
from training.corpus import CorpusReport


def read_parrot(source: Path) -> Iterator[CorpusReport]:
    """Every report of the file in its order; PARROT has no normal/abnormal labels."""
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            report = Report(
                exam=fields["title"],
                indication=fields["indication"],
                comparison=fields["comparison"],
                technique=fields["technique"],
                findings=fields["findings"],
                impression=fields["impression"],
                recommendation=fields["recommendation"],
            )
            yield CorpusReport(fields["id"], "parrot", report)
