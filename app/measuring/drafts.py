"""What comes of drafting the same findings in several ways: how fast each is, and whether the text is the same.

It does not load models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.engine.order import Order
from app.engine.protocol import Finished
from app.engine.session import EngineSession
from app.measuring.first_word import first_word_ms, read_instruction_alone

Drafts = Sequence[Finished]


@dataclass(frozen=True)
class Acceptance:
    """Of one source: the share of its guesses that the model made its own; None where it guessed nothing."""

    share: float | None

    @staticmethod
    def of(drafts: Drafts, source: str) -> Acceptance:
        told = [draft.guesses[source] for draft in drafts if source in draft.guesses]
        offered = sum(guesses.offered for guesses in told)
        return Acceptance(sum(guesses.accepted for guesses in told) / offered if offered else None)


def draft_all(
    session: EngineSession, orders: Iterable[Order], before: Callable[[Order], object] | None = None
) -> list[Finished]:
    """Draft each, with only the instruction read before, or whatever `before` leaves in the engine's memory."""
    prepare = before or (lambda _: read_instruction_alone(session))
    drafts = []
    for order in orders:
        prepare(order)
        drafts.append(first_word_ms(session, order)[1])
    return drafts


def tokens_a_second(drafts: Drafts) -> float | None:
    """While writing, from each reply's first token on, its end counted as a token; None where no reply has two."""
    counted = [draft for draft in drafts if draft.output_tokens > 1 and draft.tokens_per_second > 0]
    seconds = sum((draft.output_tokens - 1) / draft.tokens_per_second for draft in counted)
    return sum(_chosen(draft) - 1 for draft in counted) / seconds if seconds else None


def tokens_a_step(drafts: Drafts) -> float | None:
    """Tokens chosen by one evaluation of the model, a reply's end among them; None where nothing was guessed ahead."""
    counted = [draft for draft in drafts if draft.steps]
    steps = sum(draft.steps for draft in counted)
    return sum(map(_chosen, counted)) / steps if steps else None


def _chosen(draft: Finished) -> int:
    """The model's choices in a reply: one that was not cut off ends with a choice that is not written."""
    return draft.output_tokens + (draft.finish == "stop")


def same_texts(one: Drafts, other: Drafts) -> int:
    """How many are the same, word for word; those of which there is no counterpart count as other."""
    return sum(ours.text == theirs.text for ours, theirs in zip(one, other, strict=False))


def mean_position(drafts: Drafts) -> float:
    """How many tokens stand before the one that is written, on average over all that are written."""
    written = sum(draft.output_tokens for draft in drafts)
    before = sum((draft.prompt_tokens + draft.output_tokens / 2) * draft.output_tokens for draft in drafts)
    return before / written if written else 0.0


def prefill_rate(session: EngineSession, order: Order) -> float:
    """Tokens of findings read a second, from the key to the reply's first token."""
    instruction = read_instruction_alone(session)
    finished = session.draft(order.findings, max_tokens=1, exam=order.exam)
    return (finished.prompt_tokens - instruction) / finished.first_token_ms * 1000
