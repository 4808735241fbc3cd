"""`radiology-gpt bench`: how fast this installation drafts on this PC, from invented findings, in under two minutes."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.commands.bench_page import BenchFigures
from app.commands.chosen_model import choose_model, progress_on_stderr
from app.engine.order import Order
from app.engine.protocol import Finished, Load, Ready
from app.engine.session import EngineSession
from app.measuring.allotment import within
from app.measuring.bandwidth import read_bandwidth
from app.measuring.cancels import cancel_ms, percentile
from app.measuring.drafts import (
    Acceptance,
    draft_all,
    mean_position,
    prefill_rate,
    same_texts,
    tokens_a_second,
    tokens_a_step,
)
from app.measuring.first_word import PAUSE, dictate, first_word_ms, read_instruction_alone
from app.measuring.memory import resident_bytes
from app.measuring.samples import longest, samples
from app.measuring.window import start_window
from app.models.gguf_header import read_header
from app.models.traffic import context_bytes_a_token, weight_bytes_a_token
from app.paths import policy_path, resources_dir, settings_path
from app.settings import Settings, load_settings

_SOURCES = ("phrases", "findings")
# Seconds for each part that can be cut short, and the fewest samples that it takes all the same.
_DRAFTING_SECONDS, _FEWEST_DRAFTS = 16.0, 3
_FIRST_WORD_SECONDS, _FIRST_WORDS = 20.0, 5
_CANCEL_SECONDS, _CANCELS = 20.0, 100
_MAX_TOKENS = 128


def run_bench(model: Path | None, prompt_style: str, *, as_json: bool) -> None:
    """Measure everything and print it.

    Raises:
        ModelError, EngineError: the model cannot be used, or the engine failed.
    """
    settings = load_settings(settings_path(), policy_path()).settings
    path = choose_model(model, settings)
    with progress_on_stderr("Measuring") as tell:
        figures = _Bench(path, prompt_style or settings.prompt_style, settings, tell).run()
    sys.stdout.write(json.dumps(figures.as_object()) + "\n" if as_json else figures.page())


@dataclass(frozen=True)
class _Texts:
    """Of the same orders: drafted plainly, with guesses, and with guesses after reading ahead."""

    plain: list[Finished]
    speculative: list[Finished]
    dictated: list[Finished]


class _Bench:
    """One run, part after part; nothing else of ours computes meanwhile."""

    def __init__(self, path: Path, prompt_style: str, settings: Settings, tell: Callable[[float, str], None]) -> None:
        """Raises ModelError: the file cannot be used."""
        self._path, self._style, self._settings, self._tell = path, prompt_style, settings, tell
        self._header = read_header(path)
        found = samples(resources_dir() / "samples")
        self._orders = [Order(sample.findings, max_tokens=_MAX_TOKENS, exam=sample.exam) for sample in found]
        long = longest(found)
        self._long = Order(long.findings, max_tokens=_MAX_TOKENS, exam=long.exam)

    def run(self) -> BenchFigures:
        self._tell(0.0, "the window")
        window = start_window(self._path)
        with EngineSession() as session:
            texts, ready = self._draft_in_three_ways(session)
            self._tell(0.55, "the first word")
            prefill = statistics.median(prefill_rate(session, self._long) for _ in range(3))
            cold, dictated = self._first_words(session)
            engine_bytes = resident_bytes(session.process_id) if session.process_id else None
        self._tell(0.75, "cancels")
        cancels = cancel_ms(self._load(guess_ahead=True), [*self._orders, self._long], _CANCELS, _CANCEL_SECONDS)
        self._tell(0.95, "the memory")
        bandwidth = read_bandwidth(ready.threads)
        plain = tokens_a_second(texts.plain)
        return BenchFigures(
            model=f"{ready.name}, {ready.quantization}",
            device=_describe(ready),
            prefill_tps=prefill,
            plain_tps=plain,
            speculative_tps=tokens_a_second(texts.speculative),
            tokens_per_step=tokens_a_step(texts.speculative),
            acceptance={source: Acceptance.of(texts.speculative, source).share for source in _SOURCES},
            first_word_cold_ms=cold,
            first_word_dictated_ms=dictated,
            cost_of_rows=ready.row_costs,
            bandwidth=bandwidth,
            roofline_fraction=None if ready.gpu_layers else self._roofline(plain, texts.plain, bandwidth),
            cancel_ms_p99=percentile(cancels, 99) if cancels else None,
            cancels=len(cancels),
            load_ms=ready.load_ms,
            engine_bytes=engine_bytes,
            window_bytes=window.window_bytes if window else None,
            identical={
                "speculative": same_texts(texts.plain, texts.speculative),
                "dictated": same_texts(texts.plain, texts.dictated),
            },
            drafts=len(texts.plain),
        )

    def _draft_in_three_ways(self, session: EngineSession) -> tuple[_Texts, Ready]:
        """The texts, and how the model stands loaded then: with guesses."""
        self._tell(0.05, "plain drafts")
        self._load_into(session, guess_ahead=False)
        plain = draft_all(session, within(_DRAFTING_SECONDS, self._orders, _FEWEST_DRAFTS))
        orders = self._orders[: len(plain)]
        self._tell(0.25, "drafts that guess ahead")
        ready = self._load_into(session, guess_ahead=True)
        speculative = draft_all(session, orders)
        self._tell(0.4, "drafts begun while dictating")
        dictated = draft_all(session, orders, lambda order: dictate(session, order, PAUSE, 0.0))
        return _Texts(plain, speculative, dictated), ready

    def _first_words(self, session: EngineSession) -> tuple[float, float]:
        """Milliseconds to the first word, with findings that were not read, and dictated with the shortest pause."""
        cold, dictated = [], []
        for _ in within(_FIRST_WORD_SECONDS, range(_FIRST_WORDS)):
            read_instruction_alone(session)
            cold.append(first_word_ms(session, self._long)[0])
            dictate(session, self._long, PAUSE)
            dictated.append(first_word_ms(session, self._long)[0])
        return statistics.median(cold), statistics.median(dictated)

    def _roofline(self, plain: float | None, drafts: Sequence[Finished], bandwidth: float) -> float | None:
        """Of the bandwidth, the share that writing used: the weights, and the context so far, once for every token."""
        if plain is None:
            return None
        context = context_bytes_a_token(self._header) * mean_position(drafts)
        return plain * (weight_bytes_a_token(self._header) + context) / bandwidth

    def _load(self, *, guess_ahead: bool) -> Load:
        settings = self._settings
        return Load(
            id=0,
            path=str(self._path),
            prompt_style=self._style,
            gpu_layers=settings.gpu_layers,
            context=settings.context,
            threads=settings.threads,
            guess_ahead=guess_ahead,
        )

    def _load_into(self, session: EngineSession, *, guess_ahead: bool) -> Ready:
        wanted = self._load(guess_ahead=guess_ahead)
        return session.load(
            wanted.path,
            prompt_style=wanted.prompt_style,
            gpu_layers=wanted.gpu_layers,
            context=wanted.context,
            threads=wanted.threads,
            guess_ahead=wanted.guess_ahead,
        )


def _describe(ready: Ready) -> str:
    if ready.gpu_layers:
        return f"{ready.device}, {ready.gpu_layers} of {ready.layers} layers"
    return f"{ready.device}, {ready.threads} threads"
