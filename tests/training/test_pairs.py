"""What becomes a pair, what is cleaned and what is rejected, with the reason counted."""

import json
from collections import Counter
from pathlib import Path

import pytest

from app.domain.report import Report
from tests.training.conftest import invented_reports
from training.corpus import CorpusReport
from training.pairs import Counts, clean, drop_unsupported, make_pair, pairs_digest, read_pairs, write_pairs


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("No acute disease..", "No acute disease."),
        ("Clear. . Normal heart.", "Clear. Normal heart."),
        ("Mass &gt;] seen<BR>today", "Mass seen today"),
        ("1.5 cm nodule... stable", "1.5 cm nodule. stable"),
        ("two\n\n  lines ", "two\nlines"),
        ("", ""),
    ],
)
def test_stray_markup_and_doubled_full_stops_are_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("impression", "findings", "comparison", "kept"),
    [
        ("Nodule. Recommend CT.", "6 mm nodule.", "", "Nodule."),
        ("Nodule. Recommend CT.", "6 mm nodule; CT recommended.", "", "Nodule. Recommend CT."),
        ("Unchanged effusion. Clear lungs.", "Effusion.", "None.", "Clear lungs."),
        ("Unchanged effusion.", "Effusion.", "2 May 2011", "Unchanged effusion."),
        ("Unchanged effusion.", "Effusion, unchanged from prior.", "", "Unchanged effusion."),
        ("Clear lungs.", "Lungs clear.", "", "Clear lungs."),
    ],
)
def test_sentences_that_no_findings_can_teach_are_dropped(
    impression: str, findings: str, comparison: str, kept: str
) -> None:
    assert drop_unsupported(impression, findings, comparison, Counter()) == kept


def source(findings: str, impression: str) -> CorpusReport:
    return CorpusReport("R1", "invented", Report(findings=findings, impression=impression), "normal")


@pytest.mark.parametrize(
    ("findings", "impression", "reason"),
    [
        ("", "Clear.", "no findings"),
        ("Clear.", "", "no impression"),
        ("Clear.", "Stable XXXX.", "impression redacted (train)"),
        ("Mass.", "Recommend CT.", "nothing left of the impression (train)"),
    ],
)
def test_every_rejection_has_a_named_reason_and_a_count(findings: str, impression: str, reason: str) -> None:
    counts = Counts()
    assert make_pair(source(findings, impression), "train", counts) is None
    assert counts.rejected == {reason: 1}


def test_test_pairs_keep_the_human_impression() -> None:
    pair = make_pair(source("Mass.", "Mass XXXX. Recommend CT.."), "test", Counts())
    assert pair is not None
    assert pair.impression == "Mass XXXX. Recommend CT."


def test_written_folder_reads_back_without_leaks_and_keeps_part_apart(tmp_path: Path) -> None:
    counts = write_pairs(invented_reports(200), tmp_path)
    splits = [read_pairs(tmp_path, split) for split in ("train", "validation", "test")]
    assert [len(split) for split in splits] == [counts.kept[name] for name in ("train", "validation", "test")]
    assert all(splits)
    ids = [pair.id for split in splits for pair in split]
    assert len(ids) == len(set(ids))
    assert len(ids) + counts.rejected["kept apart for the final examination"] == 200


def test_digest_names_exactly_these_pairs(tmp_path: Path) -> None:
    for name, count in (("a", 40), ("b", 40), ("c", 41)):
        write_pairs(invented_reports(count), tmp_path / name)
    digests = [pairs_digest(tmp_path / name) for name in "abc"]
    assert digests[0] == digests[1] != digests[2]


def test_manifest_holds_counts_and_reasons_but_no_report_text(tmp_path: Path) -> None:
    write_pairs(invented_reports(40), tmp_path)
    manifest = (tmp_path / "pairs.json").read_text(encoding="utf-8")
    assert set(json.loads(manifest)) == {"digest", "corpora", "kept", "rejected", "cleaned"}
    assert "pneumothorax" not in manifest


@pytest.mark.corpus
def test_open_i_and_parrot_give_the_counts_on_record(shared_data: Path, tmp_path: Path) -> None:
    from training.openi import read_openi
    from training.parrot import read_parrot

    sources = [*read_openi(shared_data / "NLMCXR_reports_dev.tgz"), *read_parrot(shared_data / "parrot_english.jsonl")]
    counts = write_pairs(sources, tmp_path)
    assert counts.kept == {"train": 2579, "validation": 389, "test": 431}
