"""From exported weights back to a trainable model, so that training can go on where only `nlp/weights/` is at hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from nlp.errors import ExportError
from nlp.manifest import Manifest
from nlp.training.graph import as_int8
from nlp.training.model import MultiTaskEncoder

Constants = Mapping[str, NDArray[Any]]


def restore(model: MultiTaskEncoder, weights: Path) -> tuple[str, ...]:
    """Copy the encoder and the heads of an export into `model`; return the model's heads that the export lacks.

    A matrix that the export's int8 codes cannot tell from the model's own (a layer that training left frozen) keeps
    its floats; the others come back rounded to those codes. Biases that the export folded into others stay
    folded, which changes no answer. Raises ExportError where the shapes differ.
    """
    manifest = Manifest.read(weights)
    graph = onnx.load(weights / manifest.files["encoder"].path).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    lacking = tuple(name for name in model.card.heads if name not in manifest.heads)
    state = model.state_dict()
    for name, value in state.items():
        if name.startswith("attention."):
            _copy_rows(value, constants[name], list(model.card.heads), list(manifest.heads))
        elif name.startswith("heads."):
            if name.split(".")[1] not in lacking:
                _copy(name, value, constants[name].T)
        elif name.startswith("projection."):
            _copy(name, value, constants[name].T)
        else:
            _copy_encoder(name.removeprefix("encoder."), value, constants, model)
    model.load_state_dict(state)
    return lacking


def _copy_encoder(name: str, value: Tensor, constants: Constants, model: MultiTaskEncoder) -> None:
    module, kind = name.rsplit(".", 1)
    if name == "embeddings.position_embeddings.weight":
        types = model.encoder.get_parameter("embeddings.token_type_embeddings.weight")[0].detach().numpy()
        _copy(name, value, constants["positions"] - types)
    elif name.startswith("embeddings.token_type"):
        return  # folded into the positions, from which it has just been taken
    elif module.endswith("LayerNorm"):
        _copy(name, value, constants[f"{module}.{'gain' if kind == 'weight' else 'shift'}"])
    elif kind == "bias":
        folded = module.endswith(("self.key", "self.value"))
        source = constants.get(f"{module}.bias", constants.get(module.removesuffix(".dense") + ".bias"))
        found = np.zeros(tuple(value.shape), np.float32) if folded else source
        if found is None:
            raise ExportError(f"the export has no bias for {name}")
        _copy(name, value, found / _query_scale(module, model))
    else:
        scale = _query_scale(module, model)
        codes, steps = constants[f"{module}.int8"], constants[f"{module}.scale"]
        own, _ = as_int8(value.numpy().T * scale)
        if not np.array_equal(own, codes):
            _copy(name, value, (codes.astype(np.float32) * steps / scale).T)


def _query_scale(module: str, model: MultiTaskEncoder) -> np.float32:
    """Return what the export multiplied a matrix with: queries carry the attention's 1 / sqrt(width of a head)."""
    config = model.encoder.config
    shrink = 1 / np.sqrt(config.hidden_size // config.num_attention_heads)
    return np.float32(shrink if module.endswith("self.query") else 1)


def _copy_rows(value: Tensor, found: NDArray[Any], ours: list[str], theirs: list[str]) -> None:
    """Copy the attention of the heads that both have; `found` is [width, heads] or [heads]."""
    for row, name in enumerate(theirs):
        value[ours.index(name)] = torch.tensor(found.T[row])


def _copy(name: str, value: Tensor, found: NDArray[Any]) -> None:
    if found.shape != tuple(value.shape):
        raise ExportError(f"the export's {name} is {found.shape}, the model's {tuple(value.shape)}")
    value.copy_(torch.tensor(found))
