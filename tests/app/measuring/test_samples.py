"""The invented reports that are measured with."""

from __future__ import annotations

from app.domain.substance import check_substance
from app.measuring.samples import LONG, longest, samples
from app.paths import resources_dir


def test_there_are_enough_to_be_varied_and_every_one_can_be_drafted_from():
    found = samples(resources_dir() / "samples")
    assert 20 <= len(found) <= 30
    assert {sample.name.split("_")[0] for sample in found} == {"CT", "MR", "US", "XR"}
    for sample in found:
        check_substance(sample.findings.text)
        assert sample.exam


def test_the_longest_is_as_long_as_the_first_word_s_figures_say():
    assert longest(samples(resources_dir() / "samples")).words == LONG
