"""One study's work: typing, drafting, versions."""

from __future__ import annotations

import pytest

from app.domain.report import Study
from app.domain.study_work import StudyWork
from app.domain.versions import Wanted

REPORT = """Accession: 4711-22   Patient: DOE, JANE
EXAM: CT chest
FINDINGS:
6 mm nodule in the left upper lobe.
IMPRESSION:
6 mm nodule.
RECOMMENDATION:
CT in 12 months."""


def drafted(text: str = "Nodule.") -> StudyWork:
    work = StudyWork()
    work.set_text("findings", "6 mm nodule in the left upper lobe.")
    wanted = work.wanted()
    assert wanted is not None
    work.add_draft(wanted, text, is_complete=True)
    return work


def test_a_report_becomes_a_study_with_identity_sections_and_a_human_impression() -> None:
    work = StudyWork.from_report(REPORT)
    assert work.study == Study("4711-22", "DOE, JANE", exam="CT chest")
    assert work.report.findings == "6 mm nodule in the left upper lobe."
    assert work.impression_text == "6 mm nodule.\n\nRECOMMENDATION:\nCT in 12 months."
    assert work.report.other == ""
    assert work.version is not None
    assert not work.version.is_by_model


def test_a_header_that_names_two_studies_stays_in_sight() -> None:
    work = StudyWork.from_report("Accession: 1001\nAccession: 1002\nFINDINGS: clear\nIMPRESSION: clear")
    assert "1002" in work.report.other
    assert work.identity_conflict() is not None


def test_the_exam_field_is_the_studys_exam() -> None:
    work = StudyWork()
    work.set_text("exam", "CT chest ")
    work.set_study(Study(accession="1", exam="MR knee"))
    assert work.study == Study(accession="1", exam="CT chest")


def test_typing_an_impression_begins_a_version_by_hand() -> None:
    work = StudyWork()
    work.set_impression("")
    assert work.version is None
    work.set_impression("Normal chest.")
    assert work.version is not None
    assert work.version.label() == "written by hand"


def test_an_edited_version_is_never_overwritten() -> None:
    work = drafted()
    work.set_impression("Nodule, 6 mm.")
    work.set_text("findings", "8 mm nodule in the left upper lobe.")
    wanted = work.wanted()
    assert wanted is not None
    work.add_draft(wanted, "8 mm nodule.", is_complete=True)
    assert [one.draft.text for one in work.versions] == ["Nodule, 6 mm.", "8 mm nodule."]


def test_nothing_changed_says_so_once_and_then_wants_an_alternative() -> None:
    work = drafted()
    assert work.wanted() is None
    again = work.wanted()
    assert again is not None
    assert again.alternative == 1
    work.add_draft(again, "Pulmonary nodule.", is_complete=True)
    assert work.wanted() is None
    third = work.wanted()
    assert third is not None
    assert third.alternative == 2


def test_white_space_is_no_change() -> None:
    work = drafted()
    work.set_text("findings", "6 mm nodule in the left upper lobe.\n\n")
    assert work.wanted() is None


def test_another_length_is_drafted_and_later_only_shown() -> None:
    work = drafted()
    concise = work.wanted("concise")
    assert concise is not None
    assert concise.length == "concise"
    work.add_draft(concise, "Nodule", is_complete=True)
    assert work.wanted("standard") is None
    assert work.current == 0


def test_a_cut_off_version_does_not_count_as_drafted() -> None:
    work = StudyWork()
    work.set_text("findings", "6 mm nodule.")
    wanted = work.wanted()
    assert wanted is not None
    work.add_draft(wanted, "6 mm", is_complete=False)
    assert isinstance(work.wanted(), Wanted)


def test_changed_findings_make_the_draft_stale_with_its_changed_sentences_until_kept() -> None:
    work = drafted()
    work.set_text("findings", "6 mm nodule in the left upper lobe. New effusion.")
    assert work.is_stale
    assert work.changed_sentences() == [(36, 49)]
    work.keep()
    assert not work.is_stale
    assert work.changed_sentences() == []
    work.set_text("findings", "Something else.")
    assert work.is_stale


def test_paging_stops_at_the_ends() -> None:
    work = drafted()
    work.add_draft(Wanted(work.findings, "concise"), "N.", is_complete=True)
    work.page(1)
    assert work.current == 1
    work.page(-1)
    work.page(-1)
    assert work.current == 0


@pytest.mark.parametrize("name", ["exam", "indication", "comparison", "technique", "findings", "other"])
def test_any_text_makes_a_study_worth_keeping(name: str) -> None:
    work = StudyWork()
    assert work.is_empty
    assert not work.is_unsigned_work
    work.set_text(name, "x")
    assert work.is_unsigned_work
