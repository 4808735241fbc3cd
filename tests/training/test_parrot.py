"""The PARROT reader."""

import json
from pathlib import Path

from training.parrot import read_parrot


def test_every_line_becomes_a_report_without_a_stratum(tmp_path: Path) -> None:
    fields = {
        "id": "P1",
        "title": "MR knee",
        "indication": "pain",
        "comparison": "",
        "technique": "T1, T2",
        "findings": "Torn medial meniscus.",
        "impression": "Meniscal tear.",
        "recommendation": "",
        "report": "unused",
    }
    path = tmp_path / "parrot.jsonl"
    path.write_text(json.dumps(fields) + "\n", encoding="utf-8")
    (source,) = read_parrot(path)
    assert (source.id, source.corpus, source.stratum) == ("P1", "parrot", "unknown")
    assert (source.report.exam, source.report.findings, source.report.impression) == (
        "MR knee",
        "Torn medial meniscus.",
        "Meniscal tear.",
    )
