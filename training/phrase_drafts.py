"""The drafts that a phrase table is built from: what `radiology-gpt draft --jsonl` printed, as tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import FileUnreadable, LineInvalid


@dataclass(frozen=True)
class Drafts:
    """Drafts that ended by themselves, one a report.

    Attributes:
        tokens: as the model wrote them, the end of the reply included.
        left_out: lines that hold no whole draft, or another draft of the same report.
    """

    texts: tuple[str, ...]
    tokens: tuple[tuple[int, ...], ...]
    left_out: int


def read_drafts(path: Path, tokenize: Callable[[str], Sequence[int]], prompt_id: str) -> Drafts:
    """Read them.

    Args:
        tokenize: a reply's tokens, with the end of the reply.

    Raises:
        FileUnreadable: no such file, or no text.
        LineInvalid: a line is no draft, of another model than the first, or asked in another wording than `prompt_id`.
    """
    texts: dict[str, str] = {}
    models: set[str] = set()
    left_out = 0
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(path, type(error).__name__) from None
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            if "error" in told or told["finish"] != "stop" or told["id"] in texts:
                left_out += 1
                continue
            model, text = told["model"], str(told["impression"])
            models.add(model["sha256"])
            if len(models) > 1 or model["prompt_id"] != prompt_id:
                raise LineInvalid(f"line {number} was drafted by another model")
            texts[told["id"]] = text
        except (ValueError, TypeError, KeyError):
            raise LineInvalid(f"line {number} is no draft") from None
    return Drafts(tuple(texts.values()), tuple(tuple(tokenize(text)) for text in texts.values()), left_out)
