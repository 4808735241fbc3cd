"""What was learned survives a process, and so does the word of what ended one."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.verdicts import Measured, Situation, Step, Verdicts

SITUATION = Situation("model.gguf", 7, 11, "0.5.0", ("Vulkan Vulkan0",), ("6.1",), None, 0)
ALL = Step(("Vulkan0",), 30, 8192)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "devices.json"


def test_what_was_measured_is_read_again(path):
    verdicts = Verdicts(path)
    with verdicts.entry(SITUATION) as entry:
        entry.measured.append(Measured(ALL, 0.5))
        verdicts.save(entry)
    with Verdicts(path).entry(SITUATION) as entry:
        assert entry.measured == [Measured(ALL, 0.5)]
        assert entry.fatal == []
    assert sorted(file.name for file in path.parent.iterdir()) == ["devices.json", "devices.lock"]


@pytest.mark.parametrize(
    "changed",
    [
        {"drivers": ("6.2",)},
        {"devices": ("Vulkan Vulkan0", "Vulkan Vulkan1")},
        {"library": "0.6.0"},
        {"model_bytes": 8},
        {"model_changed": 12},
    ],
)
def test_another_situation_is_asked_anew_and_takes_the_place_of_the_old_one(path, changed):
    verdicts = Verdicts(path)
    with verdicts.entry(SITUATION) as entry:
        verdicts.save(entry)
    other = msgspec.structs.replace(SITUATION, **changed)
    with verdicts.entry(other) as entry:
        assert entry.measured == []
        verdicts.save(entry)
    assert [entry.situation for entry in verdicts._read()] == [other]


def test_each_model_and_wish_has_its_own_entry_and_only_the_latest_are_kept(path):
    verdicts = Verdicts(path)
    for number in range(20):
        with verdicts.entry(msgspec.structs.replace(SITUATION, model=f"{number}.gguf")) as entry:
            verdicts.save(entry)
    kept = [entry.situation.model for entry in verdicts._read()]
    assert kept == [f"{number}.gguf" for number in range(4, 20)]
    with verdicts.entry(msgspec.structs.replace(SITUATION, model="19.gguf", wanted_layers=3)) as entry:
        verdicts.save(entry)
    assert [entry.situation.model for entry in verdicts._read()][-2:] == ["19.gguf", "19.gguf"]


@pytest.mark.parametrize("content", [b"", b"{", b'[{"situation": 3}]', b'"x"', b"\xff\x00", b"[[[["])
def test_a_damaged_file_is_ignored_and_written_anew(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with Verdicts(path).entry(SITUATION) as entry:
        assert entry.measured == []
        Verdicts(path).save(entry)
    assert [entry.situation for entry in Verdicts(path)._read()] == [SITUATION]


def test_the_word_of_an_attempt_stands_while_it_lasts(path):
    verdicts = Verdicts(path)
    with verdicts.entry(SITUATION) as entry:
        with verdicts.trying(entry, ALL):
            assert [kept.trying for kept in Verdicts(path)._read()] == [ALL]
        assert [kept.trying for kept in Verdicts(path)._read()] == [None]
        with pytest.raises(RuntimeError), verdicts.trying(entry, ALL):
            raise RuntimeError("refused, which is no death")
        assert [kept.trying for kept in Verdicts(path)._read()] == [None]


def test_whoever_is_told_to_end_takes_the_word_back(path):
    verdicts = Verdicts(path)
    verdicts.withdraw()
    assert not path.exists()
    with verdicts.entry(SITUATION) as entry, verdicts.trying(entry, ALL):
        Verdicts(path).withdraw()
        assert [kept.trying for kept in verdicts._read()] == [ALL], "another process's word is not ours to take"
        verdicts.withdraw()
        assert [kept.trying for kept in verdicts._read()] == [None]


def test_where_nothing_can_be_written_nothing_is_remembered_and_nothing_fails(tmp_path):
    (tmp_path / "file").touch()
    for verdicts in (Verdicts(tmp_path / "file" / "devices.json"), Verdicts(None)):
        with verdicts.entry(SITUATION) as entry, verdicts.trying(entry, ALL):
            assert verdicts._read() == []
