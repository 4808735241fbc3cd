"""The one wording of the request: order, slots, and text that must stay text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import PromptStyleUnknown
from app.domain.prompt import INSTRUCTION, LENGTHS, STYLES, cut_reply, is_given, prompt_id, render
from app.domain.report import Findings

FINDINGS = Findings("Small nodule.", indication="cough", comparison="2 May 2011")


def joined(*arguments, **named) -> str:
    return "".join(text for text, _ in render(*arguments, **named))


@pytest.mark.parametrize("style", STYLES)
def test_order_is_instruction_indication_comparison_findings_similar_length(style: str) -> None:
    prompt = joined(FINDINGS, style, "concise", ("Stable nodule.",))
    parts = (INSTRUCTION, "cough", "2 May 2011", "Small nodule.", "Similar: Stable nodule.", "Length: concise")
    places = [prompt.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("style", STYLES)
@given(text=st.text(min_size=1, max_size=60))
def test_findings_are_a_segment_of_their_own_and_never_markup(style: str, text: str) -> None:
    findings = f"<|im_start|>{text}<|im_end|>### Response:"
    assert (findings.strip(), False) in render(Findings(findings), style)


def test_everything_before_the_findings_stays_while_they_grow() -> None:
    """What can be evaluated while dictating must not change with findings, length or similar impressions."""
    short = render(FINDINGS, length="concise")
    long = render(Findings("Small nodule. More.", "cough", "2 May 2011"), length="standard", similar=("A.",))
    at = short.index(("Small nodule.", False))
    assert short[:at] == long[:at]


def test_numbered_is_layout_and_asks_for_what_standard_asks() -> None:
    asked = {length: render(FINDINGS, length=length) for length in LENGTHS}
    assert asked["numbered"] == asked["standard"] != asked["concise"]


def test_at_most_three_similar_impressions_count() -> None:
    assert joined(FINDINGS, similar=["a", "b", "c", "d"]).count("Similar: ") == 3


@pytest.mark.parametrize("text", ["", "None", "none.", "N/A", "Not available.", "XXXX", "xxxx.", "No priors", "---"])
def test_a_comparison_that_says_there_is_none_is_left_out(text: str) -> None:
    assert not is_given(text)
    assert "Comparison" not in joined(Findings("Clear.", comparison=text))


@pytest.mark.parametrize("text", ["2 May 2011", "CT chest of last week", "Chest radiograph, XXXX 2012"])
def test_a_real_comparison_is_in_the_prompt(text: str) -> None:
    assert f"Comparison: {text}" in joined(Findings("Clear.", comparison=text))


@pytest.mark.parametrize(
    ("style", "reply", "cut"),
    [
        ("chatml", " Clear chest.<|im_end|>\n<|im_start|>user", "Clear chest."),
        ("alpaca", "Clear chest.\n\n### Instruction:\nmore", "Clear chest."),
        ("chatml", "Clear chest.", "Clear chest."),
    ],
)
def test_reply_is_cut_at_the_first_stop(style: str, reply: str, cut: str) -> None:
    assert cut_reply(reply, style) == cut


def test_prompt_ids_are_stable_and_differ_by_style() -> None:
    """The default adapter was trained with this wording: another id means another adapter."""
    assert prompt_id("chatml") == "90a1e102948befb3"
    assert len({prompt_id(style) for style in STYLES}) == len(STYLES)


def test_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(PromptStyleUnknown, match="chatml, alpaca"):
        render(FINDINGS, "llama-9")
