"""Base + adapter → one GGUF file that carries its card: merged in float32, one tensor in memory at a time.

It does not know command lines. Whatever interrupts a build, the output is either the old file or the whole new one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from math import prod
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFValueType, GGUFWriter, LlamaFileType
from gguf.quants import quant_shape_to_byte_shape, quantize
from numpy.typing import NDArray

from app.domain.errors import AdapterUnusable, BaseUnusable, ModelError, OutputUnwritable
from app.domain.prompt import INSTRUCTION
from app.models.gguf_format import GgufHeader
from app.models.gguf_header import read_header
from app.models.installed import CARD_KEY, INSTRUCTION_KEY, PROMPT_ID_KEY, PROMPT_STYLE_KEY, inspect_model
from app.models.phrases import phrases_path, read_phrases, vocabulary_digest
from app.models.shipped_phrases import lies_beside
from convert.atomic import locked, replacing, temporary
from convert.names import Floats
from convert.plan import Plan
from convert.quantize import quantize_file

Report = Callable[[float, str], None]

# Types that gguf packs itself, straight from float32; all others go through a float16 file and llama.cpp.
DIRECT = ("F16", "Q8_0", "Q4_0")
# The part of the work that merging is when llama.cpp quantizes afterwards.
MERGING_SHARE = 0.4
# Left out: the template, because a model is only ever asked in the words it was trained with and no template is ever
# run; what describes the base's file or name, because this is another model now.
_NOT_COPIED = (
    "tokenizer.chat_template", "general.alignment", "general.file_type", "general.quantization_version", "general.name",
    "general.basename", "general.finetune", "general.license", "general.architecture", "radiology_gpt.",
)  # fmt: skip


def build(plan: Plan, report: Report) -> bool:
    """Write the planned model and its phrase table beside it; False when the output already is just that.

    The same plan gives the same bytes. Progress goes to `report` as a fraction and what is being done.

    Raises:
        BaseUnusable, AdapterUnusable: a weight is not a finite number; a phrase table of another vocabulary.
        QuantizationFailed: llama.cpp could not quantize.
        OutputUnwritable: the disk is full, or the folder or the old file refuses to be written.
    """
    try:
        plan.output.parent.mkdir(parents=True, exist_ok=True)
        with locked(plan.output, lambda: report(0.0, "waiting for another build")):
            if _is_current(plan):
                return False
            with replacing(plan.output) as partial, temporary(plan.output, "f16") as merged:
                _make(plan, partial, merged, report)
                _lay_phrases(plan, read_header(partial))
    except OSError as error:
        raise OutputUnwritable(plan.output, error.strerror or type(error).__name__) from None
    report(1.0, "written")
    return True


def _make(plan: Plan, partial: Path, merged: Path, report: Report) -> None:
    """Write the model to `partial`; `merged` is room for a float16 file that llama.cpp then quantizes."""
    quantization = plan.card.quantization
    if quantization in DIRECT:
        _write(plan, partial, quantization, report)
        return
    _write(plan, merged, "F16", lambda done, task: report(done * MERGING_SHARE, task))
    rest = 1 - MERGING_SHARE
    quantize_file(merged, partial, quantization, lambda done, task: report(MERGING_SHARE + done * rest, task))


def _lay_phrases(plan: Plan, header: GgufHeader) -> None:
    """The table takes its place before the model: a model whose card tells of one is never without it."""
    table = phrases_path(plan.output)
    if plan.phrases is None:
        table.unlink(missing_ok=True)
        return
    if read_phrases(plan.phrases).tokenizer != vocabulary_digest(header):
        raise AdapterUnusable(plan.phrases.parent, f"{plan.phrases.name} was built for another vocabulary")
    with replacing(table) as partial:
        shutil.copyfile(plan.phrases, partial)


def _is_current(plan: Plan) -> bool:
    try:
        return inspect_model(plan.output).card == plan.card and lies_beside(plan.output, plan.card)
    except ModelError:
        return False


def _write(plan: Plan, path: Path, quantization: str, report: Report) -> None:
    writer = GGUFWriter(path, "llama")
    _add_metadata(writer, plan, quantization)
    kinds = {name: _packing(shape, quantization) for name, shape in plan.base.shapes.items()}
    for name, kind in kinds.items():
        bytes_shape = quant_shape_to_byte_shape(plan.base.shapes[name], kind)
        writer.add_tensor_info(name, bytes_shape, np.dtype(np.uint8), prod(bytes_shape), raw_dtype=kind)
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        total, done = sum(map(prod, plan.base.shapes.values())), 0
        for name, kind in kinds.items():
            report(done / total, f"merging {name.removesuffix('.weight')}")
            writer.write_tensor_data(_packed(plan, name, kind))
            done += prod(plan.base.shapes[name])
    finally:
        writer.close()


def _packed(plan: Plan, name: str, kind: GGMLQuantizationType) -> NDArray[np.uint8]:
    with np.errstate(over="ignore"):
        packed = quantize(_merged(plan, name), kind)
    if kind == GGMLQuantizationType.F16 and not np.isfinite(packed).all():
        raise BaseUnusable(plan.base.path, f"a weight in {name} is too large for float16")
    return np.ascontiguousarray(packed).view(np.uint8)


def _merged(plan: Plan, name: str) -> Floats:
    weight = plan.base.read(name)
    if not np.isfinite(weight).all():
        raise BaseUnusable(plan.base.path, f"a weight in {name} is not a finite number")
    if plan.adapter is None or name not in plan.adapter.pairs:
        return weight
    delta = plan.adapter.delta(name, plan.base.heads, plan.base.heads_kv)
    if not np.isfinite(delta).all():
        raise AdapterUnusable(plan.adapter.folder, f"its pair for {name} holds numbers that are not finite")
    return weight + delta


def _packing(shape: tuple[int, ...], quantization: str) -> GGMLQuantizationType:
    """Vectors stay float32, as llama.cpp needs them; rows that do not divide into blocks become float16."""
    if len(shape) == 1:
        return GGMLQuantizationType.F32
    if shape[-1] % 32:
        return GGMLQuantizationType.F16
    return GGMLQuantizationType[quantization]


def _add_metadata(writer: GGUFWriter, plan: Plan, quantization: str) -> None:
    for key, value in plan.base.metadata.items():
        is_empty = value.type == GGUFValueType.ARRAY and not value.value
        if not key.startswith(_NOT_COPIED) and not is_empty:
            writer.add_key_value(key, value.value, value.type, value.sub_type)
    card = plan.card
    writer.add_name(card.name)
    writer.add_license(card.licence)
    writer.add_file_type(LlamaFileType[f"MOSTLY_{quantization}"])
    writer.add_quantization_version(2)
    writer.add_string(CARD_KEY, card.to_json())
    writer.add_string(PROMPT_STYLE_KEY, card.prompt_style)
    writer.add_string(PROMPT_ID_KEY, card.prompt_id)
    writer.add_string(INSTRUCTION_KEY, INSTRUCTION)
