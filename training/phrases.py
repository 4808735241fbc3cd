"""A model's own drafts → its phrase table: what is frequent, without what would betray a report, proved on the file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.domain.errors import ModelUnsupported, OutputUnwritable, PhrasesUnusable
from app.models.gguf_header import read_header
from app.models.installed import inspect_model
from app.models.llama_contract import dimensions
from app.models.phrases import (
    BEGIN,
    ORDERS,
    Guess,
    PhrasesHeader,
    read_phrases,
    vocabulary_digest,
    write_phrases,
)
from training.phrase_drafts import Drafts
from training.phrase_privacy import Context, Decode, readable, without_rare_runs

LEAST_REPORTS = 5


@dataclass(frozen=True)
class Summary:
    """What became of a table, in counts.

    Attributes:
        reports: whose drafts were counted; `left_out` lines that gave none.
        frequent: entries that enough reports hold; `kept` those without which no rare run can be read.
    """

    reports: int
    left_out: int
    frequent: int
    kept: int


@dataclass(frozen=True)
class Source:
    """The model whose drafts are counted, as its own file tells of it."""

    tokenizer: str
    vocabulary: int
    prompt_id: str
    adapter_sha256: str


def source_of(model: Path) -> Source:
    """Read it. Raises ModelError; ModelUnsupported for one that radiology-gpt-convert did not make."""
    header, card = read_header(model), inspect_model(model).card
    if card is None:
        raise ModelUnsupported(model, "it carries no card")
    return Source(vocabulary_digest(header), dimensions(header).vocabulary, card.prompt_id, card.adapter_sha256)


def build_phrases(
    drafts: Drafts, decode: Decode, source: Source, output: Path, least_reports: int = LEAST_REPORTS
) -> Summary:
    """Write the table, unless it would betray something.

    Raises:
        PhrasesUnusable: what was written does not pass `check_phrases`; it is deleted.
        OutputUnwritable: the disk is full, or the folder refuses to be written.
    """
    frequent = frequent_entries(drafts.tokens, ORDERS, least_reports)
    uses = uses_of(frequent, drafts.tokens, ORDERS)
    continuations = {context: guess.token for context, guess in frequent.items()}
    # Entries of no use here have some elsewhere, where a longer context is not known.
    kept = without_rare_runs(continuations, drafts.texts, decode, least_reports, lambda context: uses[context] + 0.1)
    header = PhrasesHeader(orders=ORDERS, least_reports=least_reports, reports=len(drafts.texts), **asdict(source))
    partial = output.with_name(f".{output.name}.partial")
    try:
        try:
            write_phrases(partial, {context: frequent[context] for context in kept}, header)
            check_phrases(partial, drafts, decode, least_reports)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OutputUnwritable(output, error.strerror or type(error).__name__) from None
    return Summary(len(drafts.texts), drafts.left_out, len(frequent), len(kept))


def check_phrases(path: Path, drafts: Drafts, decode: Decode, least_reports: int = LEAST_REPORTS) -> int:
    """Prove of the file itself that it betrays no report; the number of its entries.

    Its hashes are undone with all contexts of the drafts: an entry that is none of these, that fewer reports hold, or
    that says something else than they do is refused, as is a table from which a rare run can be read.

    Raises:
        PhrasesUnusable
    """
    phrases = read_phrases(path)
    contexts = {context for tokens in drafts.tokens for context, _ in places(tokens, phrases.header.orders)}
    found = {context: guess.token for context in contexts if (guess := phrases.entry(context))}
    if len(found) != len(phrases):
        raise PhrasesUnusable(path, f"{len(phrases) - len(found)} of its entries are not from these drafts")
    reports = _reports(drafts.tokens, phrases.header.orders)
    if few := sum(reports[entry] < least_reports for entry in found.items()):
        raise PhrasesUnusable(path, f"{few} of its entries are from fewer than {least_reports} reports")
    if ways := readable(found, drafts.texts, decode, least_reports):
        raise PhrasesUnusable(path, f"{len(ways)} runs of words from fewer than {least_reports} reports can be read")
    return len(phrases)


def frequent_entries(
    drafts: Sequence[Sequence[int]], orders: Sequence[int] = ORDERS, least_reports: int = LEAST_REPORTS
) -> dict[Context, Guess]:
    """Of every context its most frequent continuation, where so many drafts hold both."""
    followed: dict[Context, Counter[int]] = defaultdict(Counter)
    for tokens in drafts:
        for context, token in places(tokens, orders):
            followed[context][token] += 1
    reports = _reports(drafts, orders)
    entries = {}
    for context, counts in followed.items():
        token, often = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if reports[context, token] >= least_reports:
            entries[context] = Guess(token, often / counts.total())
    return entries


def uses_of(
    entries: Mapping[Context, Guess], drafts: Sequence[Sequence[int]], orders: Sequence[int] = ORDERS
) -> Counter[Context]:
    """In how many places each entry is the one that is asked, and right."""
    uses: Counter[Context] = Counter()
    for tokens in drafts:
        padded = (BEGIN, *tokens)
        for at in range(1, len(padded)):
            contexts = (padded[at - order : at] for order in orders if order <= at)
            asked = next((context for context in contexts if context in entries), None)
            if asked and entries[asked].token == padded[at]:
                uses[asked] += 1
    return uses


def places(tokens: Sequence[int], orders: Sequence[int]) -> Iterator[tuple[Context, int]]:
    """Every context of a draft with what follows it; one BEGIN stands before the first token."""
    padded = (BEGIN, *tokens)
    for at in range(1, len(padded)):
        for order in orders:
            if order <= at:
                yield padded[at - order : at], padded[at]


def _reports(drafts: Sequence[Sequence[int]], orders: Sequence[int]) -> Counter[tuple[Context, int]]:
    reports: Counter[tuple[Context, int]] = Counter()
    for tokens in drafts:
        reports.update(set(places(tokens, orders)))
    return reports
