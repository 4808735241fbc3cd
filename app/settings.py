"""Every setting, declared once: default, range and help beside its field; read by command line, window and dialog.

Machine policy goes before the user's file, the user's file before the default. A bad value gives a sentence and the
default; it never stops the start.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from app.domain.errors import FileUnreadable, InputError, SettingInvalid
from app.domain.prompt import LENGTHS, STYLES, Length


def _about(
    section: str,
    label: str,
    explanation: str,
    *,
    choices: Mapping[str, str] | None = None,
    span: tuple[int, int] | None = None,
    zero: str = "",
    empty: str = "",
) -> dict[str, Any]:
    """What the settings dialog and `load_settings` need to know about a field.

    Args:
        section: heading in the dialog; "" keeps the field out of it.
        choices: value → label.
        span: lowest and highest number.
        zero: what the number 0 means, if it is not a number.
        empty: what an empty text or None means.
    """
    return {
        "section": section,
        "label": label,
        "help": explanation,
        "choices": choices,
        "span": span,
        "zero": zero,
        "empty": empty,
    }


@dataclass(frozen=True)
class Settings:
    """One field a setting."""

    length: Length = field(
        default="standard",
        metadata=_about(
            "Drafting",
            "Length",
            "The length of a draft when no key for a length was pressed.",
            choices={name: name.capitalize() for name in LENGTHS},
        ),
    )
    max_tokens: int = field(
        default=256,
        metadata=_about(
            "Drafting",
            "Longest draft",
            "Tokens after which a draft is cut off and marked incomplete.",
            span=(16, 4096),
        ),
    )
    copy_only: bool = field(
        default=True,
        metadata=_about(
            "Drafting",
            "Copy only",
            "Sides, sizes, numbers, levels and comparisons only as the findings state them. "
            "Words guaranteed, truth not.",
        ),
    )
    recommendations: bool = field(
        default=False,
        metadata=_about(
            "Drafting", "Recommendations", "Drafts may add recommendations; they are marked as added by the model."
        ),
    )
    prepare: str = field(
        default="full",
        metadata=_about(
            "Drafting",
            "Read ahead",
            "The model reads the findings while they are typed, and begins the draft unseen. Off on battery.",
            choices={"full": "While typing", "low": "In pauses", "off": "Off"},
        ),
    )
    guess_ahead: bool = field(
        default=True,
        metadata=_about(
            "Drafting",
            "Guess ahead",
            "The model checks likely phrases several words at a time: faster, and the same draft.",
        ),
    )
    user_name: str = field(
        default="",
        metadata=_about("Signing", "Your name", "Stands beside your signature.", empty="the name of this account"),
    )
    copy_on_sign: bool = field(
        default=True,
        metadata=_about("Signing", "Copy the report when signing", "Signing puts the whole report on the clipboard."),
    )
    ascii_only: bool = field(
        default=False,
        metadata=_about(
            "Signing", "Copy plain ASCII", "For systems that show × or ≥ wrongly: × becomes x, ≥ becomes >=."
        ),
    )
    line_ends: str = field(
        default="auto",
        metadata=_about(
            "Signing",
            "Line ends of copies",
            "What the receiving system expects at the end of a line.",
            choices={"auto": "As on this system", "lf": "LF", "crlf": "CR LF"},
        ),
    )
    clipboard_seconds: int = field(
        default=60,
        metadata=_about(
            "Signing",
            "Clear the clipboard after",
            "Seconds after which a copied report leaves the clipboard, if it is still there.",
            span=(0, 3600),
            zero="never",
        ),
    )
    theme: str = field(
        default="auto",
        metadata=_about(
            "Window",
            "Theme",
            "Dark suits the reading room.",
            choices={"auto": "As on this system", "dark": "Dark", "light": "Light"},
        ),
    )
    font_size: int = field(
        default=11, metadata=_about("Window", "Text size", "Points. Ctrl and + or − change it too.", span=(8, 32))
    )
    away_minutes: int = field(
        default=5,
        metadata=_about(
            "Window",
            "Away after",
            "Minutes without a key after which the patient's line is shown inverse, to remind whose report is open.",
            span=(1, 240),
        ),
    )
    model_path: str = field(
        default="",
        metadata=_about("Model", "Model file", "A GGUF file; the model page chooses it.", empty="the default model"),
    )
    prompt_style: str = field(
        default="",
        metadata=_about(
            "Model",
            "Prompt style",
            "Only for a model that does not state its own.",
            choices={"": "As the model states"} | {name: name for name in STYLES},
        ),
    )
    gpu_layers: int | None = field(
        default=None,
        metadata=_about(
            "Model",
            "Layers on the GPU",
            "How many layers of the model the GPU holds.",
            span=(0, 999),
            empty="all that fit",
        ),
    )
    threads: int = field(
        default=0,
        metadata=_about("Model", "Processor threads", "Threads that compute a draft.", span=(0, 256), zero="automatic"),
    )
    context: int = field(
        default=0,
        metadata=_about(
            "Model",
            "Context",
            "Tokens of findings and draft together; more needs more memory.",
            span=(0, 131_072),
            zero="automatic",
        ),
    )
    keys: dict[str, str] = field(default_factory=dict, metadata={"section": ""})
    intended_use_read: bool = field(default=False, metadata=_about("", "", "Whether the intended use was shown."))


@dataclass(frozen=True)
class LoadedSettings:
    """Settings as they hold now.

    Attributes:
        locked: names that the machine policy sets; the user cannot change them.
        problems: values that were ignored, and why.
    """

    settings: Settings
    locked: frozenset[str] = frozenset()
    problems: tuple[InputError, ...] = ()


def load_settings(user: Path, policy: Path | None = None) -> LoadedSettings:
    """Read the user's file and the machine policy; either may be missing."""
    problems: list[InputError] = []
    chosen = _checked(user, problems)
    enforced = _checked(policy, problems) if policy else {}
    keys = {**chosen.get("keys", {}), **enforced.get("keys", {})}
    merged = {**chosen, **enforced} | ({"keys": keys} if keys else {})
    return LoadedSettings(Settings(**merged), frozenset(enforced), tuple(problems))


def save_user_settings(settings: Settings, path: Path, locked: frozenset[str] = frozenset()) -> None:
    """Write what differs from the defaults, leaving out what the policy sets; the file is replaced as a whole.

    Raises:
        FileUnreadable: the folder cannot be written.
    """
    default = asdict(Settings())
    changed = {name: value for name, value in asdict(settings).items() if value != default[name] and name not in locked}
    keys = changed.pop("keys", {})
    lines = [f"{name} = {_toml(value)}" for name, value in changed.items() if value is not None]
    if keys:
        lines += ["", "[keys]", *(f"{name} = {_toml(value)}" for name, value in keys.items())]
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as problem:
        raise FileUnreadable(path, problem.strerror or "it cannot be written") from problem


def with_value(settings: Settings, name: str, value: object) -> Settings:
    """The settings with one value changed.

    Raises:
        SettingInvalid: no such setting, or outside its range.
    """
    declared = next((one for one in fields(Settings) if one.name == name), None)
    if declared is None:
        raise SettingInvalid(name, "there is no such setting")
    reason = _why_bad(declared, value)
    if reason:
        raise SettingInvalid(name, reason)
    changed: dict[str, Any] = {name: value}
    return replace(settings, **changed)


def _checked(path: Path, problems: list[InputError]) -> dict[str, Any]:
    """The valid values of a file; what is wrong goes to `problems`."""
    try:
        loaded = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        problems.append(FileUnreadable(path, problem.strerror or "it cannot be opened"))
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        problems.append(FileUnreadable(path, "it is not a settings file (TOML)"))
        return {}
    kept: dict[str, Any] = {}
    for name, value in loaded.items():
        try:
            with_value(Settings(), name, value)
        except SettingInvalid as problem:
            problems.append(problem)
        else:
            kept[name] = value
    return kept


def _why_bad(declared: Field[Any], value: object) -> str:
    """Why a value does not suit its setting; "" when it does."""
    if declared.name == "keys":
        suits = isinstance(value, dict) and all(isinstance(key, str) for key in value.values())
        return "" if suits else "it is a table of key sequences"
    default, about = declared.default, declared.metadata
    wanted = int if default is None else type(default)
    if value is None:
        return "" if default is None else "it is empty"
    if type(value) is not wanted:
        return f"it must be {_WORDS[wanted]}"
    choices, span = about["choices"], about["span"]
    if choices and value not in choices:
        return f"it must be one of {', '.join(repr(choice) for choice in choices)}"
    if span and isinstance(value, int) and not span[0] <= value <= span[1]:
        return f"it must lie between {span[0]} and {span[1]}"
    if isinstance(value, str) and not value.isprintable():
        return "it must be one line of printable text"
    return ""


_WORDS: dict[type, str] = {int: "a whole number", bool: "true or false", str: "text in quotes"}


def _toml(value: object) -> str:
    # JSON's text, numbers and truth values are TOML's as well once non-ASCII letters stand for themselves.
    return json.dumps(value, ensure_ascii=False)
