"""Every kind of flag: texts in which it must appear with its severity, and texts in which it must not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from app.review.flags import Kind
from app.review.second_reader import review

TABLES = [tomllib.loads(path.read_text("utf-8")) for path in sorted(Path(__file__).with_name("cases").glob("*.toml"))]
RULES = {kind: rule for table in TABLES for kind, rule in table.items()}

# Written by the copy-only guard while drafting; a review of texts cannot know which words it replaced.
OF_THE_GUARD = {"guarded_word"}


def _cases(which: str) -> list[Any]:
    return [
        pytest.param(kind, case, id=f"{kind}-{number}")
        for kind, rule in RULES.items()
        for number, case in enumerate(rule[which])
    ]


def _flags(kind: str, case: dict[str, Any]) -> list[str]:
    given = {key: value for key, value in case.items() if key not in ("f", "i", "s")}
    return [flag.severity.value for flag in review(case["f"], case["i"], **given).flags if flag.kind == kind]


@pytest.mark.parametrize(("kind", "case"), _cases("fires"))
def test_flag_appears(kind: str, case: dict[str, Any]) -> None:
    assert case["s"] in _flags(kind, case)


@pytest.mark.parametrize(("kind", "case"), _cases("silent"))
def test_flag_stays_away(kind: str, case: dict[str, Any]) -> None:
    assert _flags(kind, case) == []


def test_every_kind_has_five_cases_of_each() -> None:
    assert set(RULES) == set(get_args(Kind)) - OF_THE_GUARD
    for rule in RULES.values():
        assert len(rule["fires"]) >= 5
        assert len(rule["silent"]) >= 5
