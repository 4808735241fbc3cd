"""A model's provenance, carried inside the model file itself, beside the adapter and on the screen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

DEMONSTRATION_NOTICE = "Demonstration model – not for clinical use"


@dataclass(frozen=True)
class Card:
    """What a model is and where it comes from.

    Attributes:
        base: what the adapter was trained on, with its licence ("SmolLM2-135M-Instruct Q4_1, dequantized; Apache-2.0").
        base_sha256: of the base file; for a folder of safetensors, of the files' hashes in name order.
        adapter_sha256: of adapter_model.safetensors; "" for a base without an adapter.
        started_from: sha256 of the adapter that training went on from; "" if it began with a new one.
        corpora: each corpus with its licence.
        corpus_digest: the digest that `radiology-gpt-train pairs` wrote.
        prompt_id: hash of the prompt's wording that the adapter was trained with.
        phrases_sha256: of the phrase table beside the model file, which makes drafting faster; "" for none.
        phrases_source: what the table was built from, one line.
        trained_for: the type of model file whose rounded weights an adapter was trained on ("Q4_0"); "" for none.
        quantization: "F16", "Q8_0", …; "" for an adapter.
        modalities: what the model learned from, as in the exam field ("XR"); empty means not stated.
        body_parts: likewise ("chest").
        scope: the same for a reader ("chest radiographs").
        scores: named figures on named test sets ("open-i test ROUGE-L all").
    """

    name: str
    base: str = ""
    base_sha256: str = ""
    adapter_sha256: str = ""
    started_from: str = ""
    corpora: tuple[str, ...] = ()
    corpus_digest: str = ""
    prompt_style: str = ""
    prompt_id: str = ""
    trained_for: str = ""
    phrases_sha256: str = ""
    phrases_source: str = ""
    quantization: str = ""
    licence: str = ""
    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    scope: str = ""
    demonstration: bool = False
    created: str = ""
    scores: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> Card:
        """Read a card; fields of later versions are ignored.

        Raises:
            ValueError: not a JSON object with at least a name.
        """
        loaded: Any = json.loads(text)
        if not isinstance(loaded, dict) or not isinstance(loaded.get("name"), str):
            raise ValueError("a card is a JSON object with a name")
        known = {f.name for f in fields(Card)}
        kept: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in loaded.items() if key in known
        }
        return Card(**kept)
