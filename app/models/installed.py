"""The models this user can choose: the files in the model folders, each with its card.

It does not load a model, and it does not know which one the settings choose.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from app.domain.card import Card
from app.domain.errors import ModelError, ModelUnsupported
from app.domain.prompt import STYLES, prompt_id
from app.models.digest import file_sha256
from app.models.gguf_format import GgufHeader
from app.models.gguf_header import read_header
from app.paths import default_model_path, models_dir

# Where convert writes a model's contract into the file's metadata.
CARD_KEY = "radiology_gpt.card"
PROMPT_STYLE_KEY = "radiology_gpt.prompt_style"
PROMPT_ID_KEY = "radiology_gpt.prompt_id"
INSTRUCTION_KEY = "radiology_gpt.instruction"

# llama.cpp's `general.file_type`.
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 32: "BF16",
}  # fmt: skip


@dataclass(frozen=True)
class InstalledModel:
    """A model file and what it says about itself.

    Attributes:
        size: of the file, in bytes.
        card: None for a foreign model, one that radiology-gpt-convert did not write.
        prompt_style: "" for a foreign model: the user picks one.
        prompt_id: of the wording the model was trained with; "" for a foreign model.
        problem: why it cannot be used, one sentence; "" when it can.
    """

    path: Path
    name: str
    size: int
    quantization: str = ""
    card: Card | None = None
    prompt_style: str = ""
    prompt_id: str = ""
    problem: str = ""

    @property
    def is_foreign(self) -> bool:
        return self.card is None

    @property
    def sha256(self) -> str:
        """Of the whole file; computed when first asked for and again when the file has changed."""
        status = self.path.stat()
        return _sha256_of((self.path, status.st_size, status.st_mtime_ns))


@functools.lru_cache(maxsize=16)
def _sha256_of(version: tuple[Path, int, int]) -> str:
    """The file's SHA-256; size and time of change tell one version of a file from another."""
    return file_sha256(version[0])


def inspect_model(path: Path) -> InstalledModel:
    """What a model file is.

    Raises:
        ModelError: any of `read_header`'s.
        ModelUnsupported: the card is damaged, or the app now words its prompt in another way than the model learned.
    """
    header = read_header(path)
    style, wording = header.text(PROMPT_STYLE_KEY), header.text(PROMPT_ID_KEY)
    card = _card(header)
    if style in STYLES and wording and wording != prompt_id(style):
        raise ModelUnsupported(path, "it was trained with another wording of the prompt than this version uses")
    return InstalledModel(
        path=path,
        name=card.name if card else header.text("general.name") or path.stem,
        size=header.size,
        quantization=card.quantization if card else _quantization(header),
        card=card,
        prompt_style=style,
        prompt_id=wording,
    )


def installed_models() -> list[InstalledModel]:
    """Every GGUF file in the model folders: the default model first, the others by name.

    A file that cannot be used is listed too, with its problem.
    """
    default = default_model_path()
    found = sorted({*_gguf_files(models_dir()), *_gguf_files(default.parent)}, key=lambda path: (path != default, path))
    return [_listed(path) for path in found]


def _gguf_files(folder: Path) -> list[Path]:
    # A name with a leading dot is a model that is still being built.
    return [path for path in folder.glob("*.gguf") if not path.name.startswith(".")]


def _listed(path: Path) -> InstalledModel:
    try:
        return inspect_model(path)
    except ModelError as error:
        size = path.stat().st_size if path.is_file() else 0
        return InstalledModel(path=path, name=path.stem, size=size, problem=str(error))


def _card(header: GgufHeader) -> Card | None:
    text = header.text(CARD_KEY)
    if not text:
        return None
    try:
        return Card.from_json(text)
    except (ValueError, TypeError):
        raise ModelUnsupported(header.path, "its card is damaged") from None


def _quantization(header: GgufHeader) -> str:
    """The quantization's name; of an unknown mix, the type that most of the weights have."""
    if name := _FILE_TYPES.get(header.integer("general.file_type", -1)):
        return name
    weights: dict[str, int] = {}
    for info in header.tensors:
        weights[info.type.name] = weights.get(info.type.name, 0) + info.nbytes
    return max(weights, key=lambda name: weights[name])
