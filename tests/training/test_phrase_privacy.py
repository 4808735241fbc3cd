"""No run of words that few reports hold can be read from a table, however it is read; checked by another reader."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.phrase_privacy import FORMS, SHORTEST_RUN, Context, Run, rare_runs, readable, without_rare_runs
from training.phrases import frequent_entries

WORDS = [*"abcdefghijklmnopqrstuvwxyz"]


def decode(tokens: Sequence[int]) -> str:
    """One token, one word."""
    return " ".join(WORDS[token] for token in tokens)


def tokens_of(text: str) -> tuple[int, ...]:
    return tuple(WORDS.index(word) for word in text.split())


def all_rare_runs(texts: Sequence[str], least: int) -> Iterator[Run]:
    """Rare runs of every length, straight from the definition."""
    drafts = [tuple(text.split()) for text in texts]
    held: Counter[Run] = Counter()
    for words in drafts:
        ends = itertools.combinations(range(len(words) + 1), 2)
        held.update({words[start:end] for start, end in ends if end - start >= SHORTEST_RUN})
    return (run for run, count in held.items() if count < least)


def can_be_read(continuations: Mapping[Context, int], run: Run) -> bool:
    """Whether each word but the first follows, by any entry, from those before it and from anything before those."""
    spelled = tuple(WORDS.index(word) for word in run)

    def follows(at: int) -> bool:
        return any(
            token == spelled[at]
            and all(a == b for a, b in zip(reversed(context), reversed(spelled[:at]), strict=False))
            for context, token in continuations.items()
        )

    return all(follows(at) for at in range(1, len(run)))


def table(texts: Sequence[str], least: int) -> dict[Context, int]:
    entries = frequent_entries([tokens_of(text) for text in texts], (3, 2, 1), least)
    return {context: guess.token for context, guess in entries.items()}


# One report joins two common phrases; the second is so common that "h" alone leads into it.
STITCHED = ["a b c d e f g h"] * 6 + ["h i j k l m n o"] * 9 + ["c d e f g h i j k l"]


def test_frequent_words_alone_would_betray_a_stitched_run():
    found = table(STITCHED, 5)
    assert any(can_be_read(found, run) for run in all_rare_runs(STITCHED, 5))
    assert readable(found, STITCHED, decode, 5)


def test_stitched_run_is_cut_and_common_phrases_stay():
    kept = without_rare_runs(table(STITCHED, 5), STITCHED, decode, 5, lambda _: 1.0)
    assert not any(can_be_read(kept, run) for run in all_rare_runs(STITCHED, 5))
    for phrase in (STITCHED[0], STITCHED[6]):
        assert can_be_read(kept, tuple(phrase.split()))


def test_what_is_worth_least_goes():
    precious = (WORDS.index("h"),)
    kept = without_rare_runs(table(STITCHED, 5), STITCHED, decode, 5, lambda c: 100.0 if c == precious else 1.0)
    assert precious in kept
    assert not readable(kept, STITCHED, decode, 5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=8, max_size=14).map(" ".join), min_size=4, max_size=16))
def test_nothing_rare_can_be_read_from_any_table(texts):
    """Few words, threshold 2: everything is stitched to everything."""
    drafts = texts + texts[:3]
    found = table(drafts, 2)
    for kept in (found, without_rare_runs(found, drafts, decode, 2, lambda context: len(context))):
        betrayed = [run for run in all_rare_runs(drafts, 2) if can_be_read(kept, run)]
        assert bool(betrayed) == bool(readable(kept, drafts, decode, 2))
    assert not betrayed


def test_rare_runs_are_the_shortest_ones():
    texts = [tuple("abcdefghij")] * 5 + [tuple("bcdefghijk")]
    assert rare_runs(texts, 5) == [tuple("defghijk")]
    assert rare_runs([tuple("abcdefgh")] * 4, 5) == [tuple("abcdefgh")]
    assert rare_runs([tuple("abcdefg")], 5) == []
    # Each half is common, the whole is not.
    joined = [tuple("abcdefghi")] * 5 + [tuple("bcdefghij")] * 5 + [tuple("abcdefghij")]
    assert rare_runs(joined, 7) == [tuple("abcdefgh"), tuple("cdefghij")]
    assert rare_runs(joined, 6) == [tuple("abcdefghij")]


def test_run_held_twice_by_one_report_counts_once():
    assert rare_runs([tuple("abcdefgh") * 2] * 4, 5)[0] == tuple("abcdefgh")


@pytest.mark.parametrize(
    ("text", "seen"), [("A b c. D e f g h", True), ("a, b c d e f g H", True), ("x b c d e f g h", False)]
)
def test_other_case_and_other_marks_do_not_hide_a_run(text, seen):
    """A table that spells the words of a rare report with other capitals and marks betrays it too."""
    pieces = ["", *text.split(" ")]
    chain = {(at,): at + 1 for at in range(1, 8)}
    ways = readable(chain, ["a b c d e f g h"], lambda tokens: " ".join(pieces[token] for token in tokens), 5)
    assert bool(ways) == seen


def test_words_of_several_tokens_are_followed_through():
    pieces = [" card", "iomegaly", " is", " a", " b", " c", " d", " e", " f"]
    text = "cardiomegaly is a b c d e f"

    def spell(tokens: Sequence[int]) -> str:
        return "".join(pieces[token] for token in tokens)

    chain = {(at,): at + 1 for at in range(8)}
    assert len(readable(chain, [text], spell, 5)) == len(FORMS)
    del chain[(0,)]
    assert not readable(chain, [text], spell, 5)


def test_circle_of_marks_ends():
    pieces = ["a", "."]
    chain = {(0,): 1, (1,): 1}
    assert not readable(chain, ["a b c d e f g h"], lambda tokens: " ".join(pieces[token] for token in tokens), 5)


def test_unfinished_character_hides_nothing():
    """A letter of two bytes may be cut between two tokens."""
    encoded = "ä b c d e f g h".encode()
    pieces = [encoded[0:1], encoded[1:2], *(encoded[at : at + 2] for at in range(2, len(encoded), 2))]
    chain = {(at,): at + 1 for at in range(len(pieces) - 1)}

    def spell(tokens: Sequence[int]) -> str:
        return b"".join(pieces[token] for token in tokens).decode("utf-8", "replace")

    assert readable(chain, [encoded.decode()], spell, 5)
