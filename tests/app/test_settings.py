"""Settings: policy over user over default; bad values are named and ignored."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import FileUnreadable, SettingInvalid
from app.settings import Settings, load_settings, save_user_settings, with_value


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path / "none.toml", tmp_path / "no_policy.toml")
    assert loaded.settings == Settings()
    assert not loaded.problems
    assert not loaded.locked


def test_policy_goes_before_user_and_is_locked(tmp_path: Path) -> None:
    user, policy = tmp_path / "user.toml", tmp_path / "policy.toml"
    user.write_text('theme = "light"\nfont_size = 14\n[keys]\ndraft = "F5"\nsign = "F10"\n')
    policy.write_text('theme = "dark"\n[keys]\nsign = "F12"\n')
    loaded = load_settings(user, policy)
    assert (loaded.settings.theme, loaded.settings.font_size) == ("dark", 14)
    assert loaded.settings.keys == {"draft": "F5", "sign": "F12"}
    assert loaded.locked == {"theme", "keys"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("font_size = 99", "between 8 and 32"),
        ('font_size = "11"', "a whole number"),
        ("font_size = true", "a whole number"),
        ('length = "endless"', "must be one of"),
        ("color = 1", "no such setting"),
        ("keys = 3", "table of key sequences"),
        ("[keys]\ndraft = 1", "table of key sequences"),
        ('user_name = "a\\nb"', "printable"),
    ],
)
def test_bad_value_is_named_and_the_rest_holds(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "user.toml"
    file.write_text(f"threads = 3\n{line}\n")
    loaded = load_settings(file)
    assert loaded.settings == Settings(threads=3)
    assert [reason in str(problem) for problem in loaded.problems] == [True]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"= = =", b"a"])
def test_file_that_is_no_settings_file_gives_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "user.toml"
    file.write_bytes(content)
    loaded = load_settings(file)
    assert loaded.settings == Settings()
    assert [type(problem) for problem in loaded.problems] == [FileUnreadable]


@given(
    name=st.text().filter(str.isprintable),
    threads=st.integers(0, 256),
    layers=st.none() | st.integers(0, 999),
    copies=st.booleans(),
)
def test_saving_and_loading_gives_the_same_settings(
    tmp_path_factory: pytest.TempPathFactory, name: str, threads: int, layers: int | None, copies: bool
) -> None:
    file = tmp_path_factory.mktemp("settings") / "deep" / "user.toml"
    settings = Settings(
        user_name=name, threads=threads, gpu_layers=layers, copy_on_sign=copies, keys={"draft": "Ctrl+Return"}
    )
    save_user_settings(settings, file)
    assert load_settings(file).settings == settings
    assert not list(file.parent.glob("*.new"))


def test_what_the_policy_sets_is_not_written_to_the_users_file(tmp_path: Path) -> None:
    file = tmp_path / "user.toml"
    save_user_settings(Settings(theme="dark", threads=2), file, locked=frozenset({"theme"}))
    assert file.read_text() == "threads = 2\n"


def test_saving_into_a_file_as_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileUnreadable):
        save_user_settings(Settings(), tmp_path / "file" / "user.toml")


def test_every_default_lies_in_its_own_range() -> None:
    for declared in fields(Settings):
        if declared.name != "keys":
            with_value(Settings(), declared.name, declared.default)


def test_unknown_name_is_refused() -> None:
    with pytest.raises(SettingInvalid, match="no such setting"):
        with_value(Settings(), "volume", 11)
