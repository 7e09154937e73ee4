from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from nlp.errors import ExportError
from nlp.manifest import FileRecord, Manifest
from nlp.training.export import onnx_model
from nlp.training.heads import HeadSpec
from nlp.training.model import MultiTaskEncoder
from nlp.training.restore import restore

SENTIMENT = {"sentiment": HeadSpec("softmax", ("negative", "neutral", "positive"))}
CLAIM = {"claim": HeadSpec("sigmoid", ("claim",))}


def trained(base: Path) -> MultiTaskEncoder:
    """A model whose every parameter has moved away from the base's, but in the lowest layer."""
    model, _ = MultiTaskEncoder.from_base(base, SENTIMENT | CLAIM)
    torch.manual_seed(5)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "layer.0." not in name:
                parameter.add_(torch.randn_like(parameter) * 0.05)
    return model.eval()


def exported(model: MultiTaskEncoder, folder: Path) -> Path:
    """The encoder and the manifest of an export, without word table and tokenizer."""
    onnx.save(onnx_model(model), folder / "encoder.onnx")
    files = {"encoder": FileRecord.of(folder / "encoder.onnx")}
    Manifest("tiny", "1", 32, 32, 16, "", model.card.heads, {}, files).write(folder)
    return folder


def answers(model: MultiTaskEncoder) -> dict[str, np.ndarray]:
    torch.manual_seed(7)
    words, mask = torch.randn(4, 12, 32), torch.ones(4, 12, dtype=torch.int64)
    mask[1, 5:] = 0
    with torch.inference_mode():
        return {name: value.numpy() for name, value in model(words, mask).items()}


def test_an_export_is_read_back(base: Path, tmp_path: Path) -> None:
    model = trained(base)
    exported(model, tmp_path)
    heads = SENTIMENT | {"offence": HeadSpec("sigmoid", ("offence",))} | CLAIM
    back, _ = MultiTaskEncoder.from_base(base, heads)
    assert restore(back, tmp_path) == ("offence",)
    before, after = answers(model), answers(back.eval())
    for name, value in before.items():
        assert np.abs(value - after[name]).max() < 0.03


def test_what_was_frozen_keeps_its_floats(base: Path, tmp_path: Path) -> None:
    model = trained(base)
    exported(model, tmp_path)
    back, _ = MultiTaskEncoder.from_base(base, SENTIMENT | CLAIM)
    restore(back, tmp_path)
    lowest = "encoder.encoder.layer.0.intermediate.dense.weight"
    assert torch.equal(back.get_parameter(lowest), model.get_parameter(lowest))


def test_another_size_is_refused(base: Path, tmp_path: Path) -> None:
    exported(trained(base), tmp_path)
    wider = HeadSpec("softmax", ("negative", "neutral", "positive", "mixed"))
    model, _ = MultiTaskEncoder.from_base(base, {"sentiment": wider} | CLAIM)
    with pytest.raises(ExportError, match="sentiment"):
        restore(model, tmp_path)
