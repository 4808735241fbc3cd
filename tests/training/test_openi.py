"""The Open-i reader on files shaped like the official ones, with invented text."""

import tarfile
from pathlib import Path

from training.openi import read_openi

XML = """<?xml version="1.0" encoding="utf-8"?>
<eCitation><uId id="CXR{number}"/><MedlineCitation><Article><Abstract>
<AbstractText Label="COMPARISON">None.</AbstractText>
<AbstractText Label="INDICATION">Cough</AbstractText>
<AbstractText Label="FINDINGS">{findings}</AbstractText>
<AbstractText Label="IMPRESSION">Clear chest.</AbstractText>
</Abstract></Article></MedlineCitation>
<MeSH>{mesh}</MeSH><parentImage id="a"><caption>Xray Chest PA and Lateral</caption></parentImage></eCitation>"""


def write_corpus(folder: Path) -> None:
    folder.mkdir()
    for number, mesh in ((10, "<major>normal</major>"), (2, "<major>Nodule/lung/left</major><major>normal</major>")):
        text = XML.format(number=number, mesh=mesh, findings="Lungs are clear &amp; expanded.")
        (folder / f"{number}.xml").write_text(text, encoding="utf-8")


def test_folder_is_read_in_numeric_order_with_sections(tmp_path: Path) -> None:
    write_corpus(tmp_path / "xml")
    second, tenth = read_openi(tmp_path / "xml")
    assert (second.id, tenth.id) == ("CXR2", "CXR10")
    assert tenth.report.findings == "Lungs are clear & expanded."
    assert tenth.report.impression == "Clear chest."
    assert tenth.report.indication == "Cough"
    assert tenth.report.exam == "Xray Chest PA and Lateral"


def test_normal_means_that_the_major_mesh_list_is_exactly_normal(tmp_path: Path) -> None:
    write_corpus(tmp_path / "xml")
    assert [source.stratum for source in read_openi(tmp_path / "xml")] == ["abnormal", "normal"]


def test_archive_gives_what_the_folder_gives(tmp_path: Path) -> None:
    write_corpus(tmp_path / "xml")
    archive = tmp_path / "reports.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "xml", arcname="ecgen-radiology")
    assert list(read_openi(archive)) == list(read_openi(tmp_path / "xml"))
