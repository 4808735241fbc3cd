"""The page of figures: the object's shape is what scripts rely on, and nothing unknown is shown as a number."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from app.commands.bench_page import BenchFigures

FIGURES = BenchFigures(
    model="Tiny, Q8_0",
    device="CPU, 2 threads",
    prefill_tps=251.26,
    plain_tps=80.0,
    speculative_tps=160.04,
    tokens_per_step=2.345,
    acceptance={"phrases": 0.71239, "findings": None},
    first_word_cold_ms=1244.04,
    first_word_dictated_ms=38.26,
    cost_of_rows={1: 1.0, 2: 1.304, 16: 4.0},
    bandwidth=20e9,
    roofline_fraction=0.61249,
    cancel_ms_p99=99.94,
    cancels=87,
    load_ms=812.4,
    engine_bytes=305_800_000,
    window_bytes=98_480_000,
    identical={"speculative": 23, "dictated": 24},
    drafts=24,
)
UNKNOWN = replace(
    FIGURES,
    plain_tps=None,
    speculative_tps=None,
    tokens_per_step=None,
    roofline_fraction=None,
    cancel_ms_p99=None,
    engine_bytes=None,
    window_bytes=None,
    cost_of_rows={},
)


def test_the_object_has_the_stated_shape():
    assert json.loads(json.dumps(FIGURES.as_object())) == {
        "device": "CPU, 2 threads",
        "prefill_tps": 251.3,
        "decode_tps": {"plain": 80.0, "speculative": 160.0},
        "tokens_per_step": 2.35,
        "acceptance": {"phrases": 0.712, "findings": None},
        "first_word_ms": {"cold": 1244.0, "dictated": 38.3},
        "cost_of_rows": {"1": 1.0, "2": 1.3, "16": 4.0},
        "roofline_fraction": 0.612,
        "cancel_ms_p99": 99.9,
        "load_ms": 812.0,
        "rss_mb": {"engine": 305.8, "window": 98.5},
        "text_identical": {"speculative": 23, "dictated": 24, "of": 24},
    }


def test_what_is_not_known_is_null_and_keeps_its_place():
    known, unknown = FIGURES.as_object(), UNKNOWN.as_object()
    assert unknown.keys() == known.keys()
    assert unknown["decode_tps"] == {"plain": None, "speculative": None}
    assert unknown["rss_mb"] == {"engine": None, "window": None}
    assert unknown["roofline_fraction"] is None


def test_the_page_says_every_figure_with_its_unit():
    page = FIGURES.page()
    for said in (
        "251 tokens/s",
        "160.0 tokens/s, 2.00 ×",
        "phrases 71%, findings not known",
        "1: 1.00  2: 1.30  16: 4.00",
        "1,244 ms after the key",
        "38 ms after the key",
        "20.0 GB/s read, of which plain writing used 61%",
        "100 ms of 87 cancels",
        "812 ms",
        "306 MB",
        "98 MB",
        "speculative: 23 of 24; dictated: 24 of 24",
    ):
        assert said in page
    columns = [re.match(r".+? {2,}", line) for line in page.splitlines()]
    assert len({column.end() for column in columns if column}) == 1


def test_the_page_shows_no_number_for_what_is_not_known():
    page = UNKNOWN.page()
    assert "None" not in page
    assert "×" not in page
    assert "of which" not in page
    assert page.count("not known") == 8
