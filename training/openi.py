"""Reader for Open-i's Indiana University chest X-ray reports: `NLMCXR_reports.tgz` or its unpacked XML files."""

from __future__ import annotations

import io
import tarfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from app.domain.report import Report
from training.corpus import CorpusReport


def read_openi(source: Path) -> Iterator[CorpusReport]:
    """Every report under a folder of XML files or in the tar archive, in order of their file names.

    The stratum is "normal" when the major MeSH list is exactly `normal`, else "abnormal".
    """
    for name, content in sorted(_xml_files(source), key=lambda pair: _order(pair[0])):
        yield _parse(Path(name).stem, content)


def _order(name: str) -> tuple[int, str]:
    stem = Path(name).stem
    return (int(stem) if stem.isdigit() else 0, stem)


def _xml_files(source: Path) -> Iterator[tuple[str, bytes]]:
    if source.is_dir():
        for path in source.rglob("*.xml"):
            yield path.name, path.read_bytes()
        return
    with tarfile.open(source) as archive:
        for member in archive:
            extracted = archive.extractfile(member) if member.isfile() and member.name.endswith(".xml") else None
            if extracted:
                yield member.name, extracted.read()


def _parse(stem: str, content: bytes) -> CorpusReport:
    root = ElementTree.parse(io.BytesIO(content)).getroot()
    sections = {
        (element.get("Label") or "").lower(): (element.text or "").strip() for element in root.iter("AbstractText")
    }
    majors = [(element.text or "").strip().lower() for element in root.iterfind(".//MeSH/major")]
    report = Report(
        exam=next((caption for e in root.iter("caption") if (caption := (e.text or "").strip())), ""),
        indication=sections.get("indication", ""),
        comparison=sections.get("comparison", ""),
        findings=sections.get("findings", ""),
        impression=sections.get("impression", ""),
    )
    return CorpusReport(f"CXR{stem}", "open-i", report, "normal" if majors == ["normal"] else "abnormal")
