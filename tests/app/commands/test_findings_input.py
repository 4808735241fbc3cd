"""What commands read: any bytes give a line or a problem, never a crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.findings_input import read_line, read_report
from app.domain.errors import FileUnreadable

_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary() | _JSON.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_a_line_or_a_problem(raw):
    line = read_line(raw)
    assert line.problem or line.id is not None


@given(st.text(), st.text(), st.text() | st.none())
def test_a_good_line_is_read_as_it_is(name, findings, indication):
    line = read_line(json.dumps({"id": name, "findings": findings, "indication": indication}).encode())
    assert (line.id, line.findings.text, line.findings.indication, line.problem) == (
        name,
        findings,
        indication or "",
        "",
    )


def test_deep_nesting_is_a_problem():
    assert read_line(b"[" * 100_000).problem


def test_text_before_the_first_header_is_what_was_seen(tmp_path):
    file = tmp_path / "dictated.txt"
    file.write_text("The lungs are clear.\n\nCOMPARISON: None.")
    assert read_report(file).findings == "The lungs are clear."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encodings_that_name_themselves(tmp_path, encoding):
    file = tmp_path / "findings.txt"
    file.write_bytes("Nodule of 3 × 4 mm.".encode(encoding))
    assert read_report(file).findings == "Nodule of 3 × 4 mm."


@pytest.mark.parametrize("content", [b"\xe9ffusion", b"\xff\xfe\x00"])
def test_other_encodings_are_refused_not_guessed(tmp_path, content):
    file = tmp_path / "findings.txt"
    file.write_bytes(content)
    with pytest.raises(FileUnreadable, match="UTF-8"):
        read_report(file)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileUnreadable):
        read_report(tmp_path)
