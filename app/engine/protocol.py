"""The messages between the app and its engine child, and nothing else.

Each message is a JSON object behind a 4-byte big-endian length. `id` names the request that an answer belongs to.
"""

from __future__ import annotations

from typing import Literal

import msgspec

PROTOCOL_VERSION = 2
MAX_MESSAGE_BYTES = 8 * 1024 * 1024

Finish = Literal["stop", "length", "cancelled"]


class Message(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """What every message holds."""

    id: int


# --- app → child ---------------------------------------------------------------------------------------------------


class Hello(Message, frozen=True, tag="hello"):
    version: int = PROTOCOL_VERSION


class Load(Message, frozen=True, tag="load"):
    """Load a model. `prompt_style` serves a model that states none; `gpu_layers` None: as many as fit; `sha256` of the
    file that it must be, "" any; `guess_ahead`: whether phrases and findings are used to guess ahead of the model."""

    path: str
    prompt_style: str = ""
    gpu_layers: int | None = None
    context: int = 0
    threads: int = 0
    guess_ahead: bool = True
    sha256: str = ""


class Asking(Message, frozen=True):
    """What a draft is made from and how.

    `copy_only`: sides, sizes, numbers, levels and comparisons only as findings, comparison and exam hold them;
    `recommendations`: those that the findings do not hold may be added all the same.
    """

    findings: str
    indication: str = ""
    comparison: str = ""
    similar: tuple[str, ...] = ()
    length: Literal["concise", "standard", "numbered"] = "standard"
    max_tokens: int = 256
    exam: str = ""
    copy_only: bool = True
    recommendations: bool = False


class Draft(Asking, frozen=True, tag="draft"):
    """Draft an impression. `alternative` n > 0 asks for the n-th deterministic alternative to the greedy text."""

    alternative: int = 0


class DraftBeside(Asking, frozen=True, tag="draft_beside"):
    """Draft an impression beside others: those asked for before it is answered are computed together.

    Each is answered when it is done, in any order, by Finished or Failed; no words are told, and Reading only as a sign
    of life.
    """


class Prepare(Asking, frozen=True, tag="prepare"):
    """Read ahead of a draft that may be asked for; the latest counts, and anything else that is asked ends it.

    `is_open`: the findings' last word is still being typed. Otherwise the draft is begun too, unseen, so that it can be
    shown at once when it is asked for. Answered by Prepared.
    """

    is_open: bool = False


class Forget(Message, frozen=True, tag="forget"):
    """Clear everything that was read but the instruction: another study begins, or nobody is here."""


class Learn(Message, frozen=True, tag="learn"):
    """A signed impression: its phrases are guessed from now on, until the child ends. They change no draft."""

    text: str


class Cancel(Message, frozen=True, tag="cancel"):
    """Stop the request `target`; it answers Finished with finish "cancelled"."""

    target: int


class Shutdown(Message, frozen=True, tag="shutdown"):
    pass


Request = Hello | Load | Draft | DraftBeside | Prepare | Forget | Learn | Cancel | Shutdown

# --- child → app ---------------------------------------------------------------------------------------------------


class Welcome(Message, frozen=True, tag="welcome"):
    version: int
    pid: int


class Ready(Message, frozen=True, tag="ready"):
    """A model is loaded. `card` is its card's JSON, "" for a foreign model; `notice` says why a fallback was taken,
    `system_info` what llama.cpp was built for, in its own words; `network_modules` must be empty; `phrases` entries of
    the phrase memory are in use; `row_costs` says what a step with so many tokens costs here, one token being 1."""

    name: str
    sha256: str
    quantization: str
    prompt_id: str
    prompt_style: str
    card: str
    device: str
    gpu_layers: int
    layers: int
    threads: int
    context: int
    load_ms: float
    notice: str = ""
    system_info: str = ""
    network_modules: tuple[str, ...] = ()
    phrases: int = 0
    row_costs: dict[int, float] = {}


class Reading(Message, frozen=True, tag="reading"):
    """How much of the findings has been evaluated, 0 to 1."""

    fraction: float


class Words(Message, frozen=True, tag="words"):
    """The next piece of the draft; never ends inside a UTF-8 character. Before it, `back` characters are taken back."""

    text: str
    back: int = 0


class Mark(msgspec.Struct, frozen=True):
    """A sentence of a draft to be checked: characters of its text, and the kind of term that the model wanted there.

    "side", "size", "number", "level", "comparison" that the findings do not hold, or an added "recommendation".
    """

    start: int
    end: int
    kind: str


class Guesses(msgspec.Struct, frozen=True):
    """Of one source: guesses that the model verified, and those it made its own."""

    offered: int
    accepted: int


class Finished(Message, frozen=True, tag="finished"):
    """A draft's end. `text` is the whole impression, laid out as asked; the words streamed may differ in layout.

    `interventions` counts the places where copy-only drafting barred the model's choice; `steps` the evaluations while
    writing, 0 where nothing was guessed ahead, and `guesses` what came of it, by source.
    """

    text: str
    finish: Finish
    prompt_tokens: int
    output_tokens: int
    first_token_ms: float
    tokens_per_second: float
    interventions: int = 0
    marks: tuple[Mark, ...] = ()
    steps: int = 0
    guesses: dict[str, Guesses] = {}


class Prepared(Message, frozen=True, tag="prepared"):
    """Reading ahead has ended: how many tokens stand evaluated, and how many of a draft are written already."""

    tokens: int
    drafted: int = 0


class Failed(Message, frozen=True, tag="failed"):
    """A WorkstationError's kind, sentence and remedy."""

    kind: str
    sentence: str
    remedy: str


Answer = Welcome | Ready | Reading | Words | Finished | Prepared | Failed
