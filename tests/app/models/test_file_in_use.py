"""A model file that is computed from: what changes it, and what does not."""

from __future__ import annotations

import os

import pytest

from app.domain.errors import ModelAltered, ModelMissing
from app.models.file_in_use import FileInUse


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")
    os.utime(path, ns=(0, 0))
    return path


@pytest.mark.parametrize("weights", [b"", b"weigh", b"WEIGHTS", b"weights and more"])
def test_a_file_that_was_written_to_is_altered(model, weights):
    in_use = FileInUse.begin(model)
    in_use.check()
    model.write_bytes(weights)
    with pytest.raises(ModelAltered) as told:
        in_use.check()
    assert str(model) in told.value.sentence


def test_a_file_put_in_its_place_is_another_one_and_so_is_none(model):
    in_use = FileInUse.begin(model)
    other = model.with_name("other")
    other.write_bytes(b"other weights")
    other.replace(model)
    in_use.check()
    model.unlink()
    in_use.check()


def test_a_file_that_is_not_there_cannot_be_used(tmp_path):
    with pytest.raises(ModelMissing):
        FileInUse.begin(tmp_path / "missing.gguf")
