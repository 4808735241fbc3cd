"""Text becomes the same tokens in llama.cpp as in the tokenizer that the model was trained with, or is refused."""

from __future__ import annotations

import contextlib
import json
import struct
from pathlib import Path

import pytest
from gguf import GGUFWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from app.domain.errors import BaseUnusable
from convert.build import build
from convert.huggingface import open_folder
from convert.plan import make_plan
from convert.probe import Probe
from convert.sentencepiece_model import read_pieces
from convert.vocabulary import add_vocabulary
from tests.convert.conftest import save_llama, save_tokenizer, train_tokenizer

TEXTS = [
    "12 x 3.5 mm nodule, previously 10 mm (SUVmax 2.75).",
    "The heart  is\tnormal.\n\n1. Ménétrier – ≥ 40 %, don't.",
    "T12 compression; ½ of the vertebra, ٣ cm, 第3",
]


def converted(folder: Path, output: Path) -> Path:
    build(make_plan(open_folder(folder), None, output, "F16", "chatml"), lambda *_: None)
    return output


@pytest.fixture(scope="module", params=["smollm", "gpt-2"])
def both(request, tmp_path_factory):
    """The Hugging Face tokenizer and llama.cpp with the converted one."""
    folder = save_llama(tmp_path_factory.mktemp("hf"))
    tokenizer = train_tokenizer(request.param)
    save_tokenizer(tokenizer, folder)
    with Probe(converted(folder, folder.parent / f"{request.param}.gguf"), threads=1) as probe:
        yield tokenizer, probe


@pytest.mark.parametrize("text", TEXTS)
def test_byte_level_tokens_are_the_same(both, text):
    tokenizer, probe = both
    tokenizer.encode_special_tokens = True  # typed markup is text on both sides
    assert probe.tokenize(text) == tokenizer.encode(text).ids
    assert probe.spell(probe.tokenize(text)) == text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.sampled_from("ab12.,%-'(é½٣第 \n\t") | st.characters(codec="utf-8", exclude_categories=["Cs", "Cn", "Co"])
    )
)
def test_any_text_becomes_the_same_tokens(both, text):
    tokenizer, probe = both
    tokenizer.encode_special_tokens = True  # typed markup is text on both sides
    assert probe.tokenize(text) == tokenizer.encode(text).ids


def test_special_tokens_are_parsed_only_as_markup(both):
    _, probe = both
    assert probe.tokenize("<|im_start|>", is_markup=True) == [1]
    assert len(probe.tokenize("<|im_start|>")) > 1


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        ("pre_tokenizer", {"type": "Whitespace"}, "Whitespace"),
        ("pre_tokenizer", {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True}, "ByteLevel"),
        ("normalizer", {"type": "Lowercase"}, "changes the text"),
        ("model", {"type": "Unigram", "vocab": {}}, "Unigram"),
        ("model", {"type": "BPE", "vocab": {}, "merges": [], "byte_fallback": True}, "tokenizer.model"),
        ("model", {"type": "BPE", "vocab": {"a": 10_000}, "merges": []}, "damaged"),
    ],
)
def test_tokenizer_that_would_split_otherwise_is_refused(llama_folder, tmp_path, part, value, reason):
    tokenizer = json.loads((llama_folder / "tokenizer.json").read_text())
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer | {part: value}))
    with pytest.raises(BaseUnusable, match=reason):
        add_vocabulary(GGUFWriter(None, "llama"), tmp_path, 320)


def test_folder_without_tokenizer_is_refused(tmp_path):
    with pytest.raises(BaseUnusable, match="neither"):
        add_vocabulary(GGUFWriter(None, "llama"), tmp_path, 320)


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field of a protocol buffer; short ones only."""
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def piece(text: str, score: float = 0.0, kind: int = 1) -> bytes:
    return field(1, field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + bytes([3 << 3, kind]))


def sentencepiece(kind: int = 2) -> bytes:
    """A BPE model of the words "no" and "▁lung" with byte fallback, as SentencePiece would serialize it."""
    words = ["n", "o", "l", "u", "g", "▁", "no", "lu", "ng", "lung", "▁lung", "▁no"]
    pieces = [piece("<unk>", kind=2), piece("<s>", kind=3), piece("</s>", kind=3)]
    pieces += [piece(f"<0x{byte:02X}>", kind=6) for byte in range(256)]
    pieces += [piece(word, -float(rank)) for rank, word in enumerate(words)]
    return b"".join(pieces) + field(2, bytes([3 << 3, kind])) + field(3, bytes([3 << 3, 1]))


def test_sentencepiece_model_is_read():
    model = read_pieces(sentencepiece())
    assert (model.kind, model.has_dummy_prefix, len(model.pieces)) == ("BPE", True, 271)
    assert (model.pieces[10].text, model.pieces[10].kind) == ("<0x07>", 6)
    assert (model.pieces[-1].text, model.pieces[-1].score) == ("▁no", -11.0)


@given(st.binary(max_size=60), st.integers(0, 400))
def test_damaged_sentencepiece_model_is_a_value_error(noise, cut):
    with contextlib.suppress(ValueError):
        assert read_pieces(sentencepiece()[:cut] + noise).pieces


def test_sentencepiece_folder_spells_words_and_unknown_bytes(tmp_path):
    folder = save_llama(tmp_path / "hf", vocab_size=273)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()
    (folder / "tokenizer.model").write_bytes(sentencepiece())
    (folder / "added_tokens.json").write_text(json.dumps({"[PAD]": 272}))
    with Probe(converted(folder, tmp_path / "spm.gguf"), threads=1) as probe:
        ids = [piece.text for piece in read_pieces(sentencepiece()).pieces]
        assert probe.tokenize("no lung") == [ids.index("▁no"), ids.index("▁lung")]
        assert probe.tokenize("é")[-2:] == [ids.index("<0xC3>"), ids.index("<0xA9>")]
        assert probe.spell(probe.tokenize("no lung")).strip() == "no lung"
        assert probe.tokenize("[PAD]", is_markup=True)[-1] == 272


def test_sentencepiece_unigram_is_refused(tmp_path):
    (tmp_path / "tokenizer.model").write_bytes(sentencepiece(kind=1))
    with pytest.raises(BaseUnusable, match="UNIGRAM"):
        add_vocabulary(GGUFWriter(None, "llama"), tmp_path, 320)


def test_published_llama3_splitting_is_known(tmp_path):
    """Llama 3's own tokenizer.json describes its splitting in these words."""
    tokenizer = train_tokenizer("gpt-2")
    described = json.loads(tokenizer.to_str())
    pattern = (
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
        "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    )
    described["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
        ],
    }
    described["model"]["ignore_merges"] = True
    save_tokenizer(Tokenizer.from_str(json.dumps(described)), tmp_path)
    writer = GGUFWriter(None, "llama")
    add_vocabulary(writer, tmp_path, 320)
    assert writer.kv_data[0]["tokenizer.ggml.pre"].value == "llama-bpe"
