"""From a trained folder to the files of `nlp/weights/`: the encoder with its heads, the word table, the tokenizer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import nn

from nlp.errors import ExportError
from nlp.examples import SETS
from nlp.manifest import FileRecord, Manifest
from nlp.training.graph import IR_VERSION, OPSETS, EncoderGraph, ReadoutGraph, Shape
from nlp.training.model import MultiTaskEncoder
from nlp.words import quantise

FILES = {
    "words": "words.q4",
    "tokenizer": "tokenizer.model",
    "encoder": "encoder.onnx",
    "centre": "centre.npy",
    "examples": "examples.npz",
    "search": "search.npy",
    "chat": "chat.npz",
    "answers": "answers.npz",
    "topics": "topics.npz",
}


def export(
    model: MultiTaskEncoder, out: Path, *, base: Path, name: str, version: str, texts: Iterable[str]
) -> Manifest:
    """Write every file of `out` and return the manifest.

    `base` is the Hugging Face folder that the word table and the tokenizer come from (both stay as they are);
    `texts` are a few thousand ordinary texts: the mean of their vectors, and nothing else of them, is kept as the
    direction that all texts share. Raises ExportError where the model does not fit.
    """
    out.mkdir(parents=True, exist_ok=True)
    export_words(base, out / FILES["words"])
    (out / FILES["tokenizer"]).write_bytes(sentencepiece_model(base / "tokenizer.json"))
    return export_encoder(model, out, name=name, version=version, texts=texts)


def export_encoder(model: MultiTaskEncoder, out: Path, *, name: str, version: str, texts: Iterable[str]) -> Manifest:
    """Replace the encoder, its centre and the manifest in `out`; word table and tokenizer stay as they are there."""
    from nlp.encoder import OnnxEncoder

    onnx.save(onnx_model(model), out / FILES["encoder"])
    width = int(model.encoder.config.hidden_size)
    np.save(out / FILES["centre"], np.zeros(width, np.float32))
    np.savez(out / FILES["examples"])
    for learnt_on_it in ("search", "chat", "answers", "topics"):  # on other vectors than will be there
        (out / FILES[learnt_on_it]).unlink(missing_ok=True)
    card = model.card
    manifest = Manifest(name, version, width, width, card.max_tokens, card.prefix, card.heads, card.language_groups)
    manifest = _with_files(manifest, out)
    centre = OnnxEncoder(manifest, out).encode(list(texts)).vectors.mean(0)
    np.save(out / FILES["centre"], centre.astype(np.float32))
    encoder = OnnxEncoder(manifest, out)
    vectors = {name: encoder.encode(examples().texts).vectors.astype(np.float16) for name, examples in SETS.items()}
    np.savez(out / FILES["examples"], allow_pickle=False, **vectors)
    manifest = _with_files(manifest, out)
    manifest.write(out)
    return manifest


def onnx_model(model: MultiTaskEncoder) -> onnx.ModelProto:
    """Return the model as one int8 graph: word_vectors, attention_mask -> vector and each head's logits."""
    config = model.encoder.config
    if config.model_type not in {"bert", "xlm-roberta", "roberta"} or config.hidden_act != "gelu":
        raise ExportError(
            f"cannot export {config.model_type} with {config.hidden_act}: only BERT-like encoders with GELU"
        )
    offset = 0 if config.model_type == "bert" else config.pad_token_id + 1
    shape = Shape(
        config.num_hidden_layers, config.hidden_size, config.num_attention_heads, config.layer_norm_eps, offset
    )
    graph = EncoderGraph(_arrays(model.encoder), shape).build()
    ReadoutGraph(graph, _arrays(model), list(model.card.heads)).build()
    sizes = {"vector": shape.width} | {name: len(head.labels) for name, head in model.card.heads.items()}
    inputs = {"word_vectors": (TensorProto.FLOAT, shape.width), "attention_mask": (TensorProto.INT64,)}
    whole = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "earshot",
            [
                helper.make_tensor_value_info(name, kind, ["batch", "tokens", *width])
                for name, (kind, *width) in inputs.items()
            ],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size]) for name, size in sizes.items()],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in OPSETS.items()],
        ir_version=IR_VERSION,
        producer_name="earshot",
    )
    onnx.checker.check_model(whole)
    return whole


def _arrays(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    return {name: value.detach().float().numpy() for name, value in module.state_dict().items()}


def export_words(base: Path, out: Path) -> None:
    """Write the word table of the Hugging Face folder `base` in 4-bit blocks (see nlp/words.py)."""
    from transformers import AutoModel

    table: NDArray[np.float32] = AutoModel.from_pretrained(base).get_input_embeddings().weight.detach().float().numpy()
    quantise(table).tofile(out)


def sentencepiece_model(tokenizer: Path) -> bytes:
    """Return the SentencePiece model of a `tokenizer.json` with a Unigram model, as XLM-R and its children have.

    SentencePiece's own engine holds the same 250,002 pieces in 60 MB where the JSON form takes 300 MB.
    """
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    protobuf: Any = sentencepiece_model_pb2
    raw = json.loads(tokenizer.read_text("utf-8"))
    model = raw["model"]
    if model.get("type", "Unigram") != "Unigram":
        raise ExportError(f"{tokenizer} has a {model['type']} model; only Unigram (SentencePiece) can be exported")
    rules = sentencepiece.SentencePieceNormalizer(
        rule_name="nmt_nfkc", add_dummy_prefix=True, remove_extra_whitespaces=True, escape_whitespaces=True
    )
    normaliser = protobuf.ModelProto()
    normaliser.ParseFromString(rules.serialized_model_proto())
    built = protobuf.ModelProto()
    built.normalizer_spec.CopyFrom(normaliser.normalizer_spec)
    special = {token["content"]: token["id"] for token in raw["added_tokens"]}
    kinds = protobuf.ModelProto.SentencePiece
    for index, (piece, score) in enumerate(model["vocab"]):
        entry = built.pieces.add(piece=piece, score=score)
        if index == model["unk_id"]:
            entry.type = kinds.UNKNOWN
        elif piece in special:
            entry.type = kinds.CONTROL
    spec = built.trainer_spec
    spec.model_type, spec.vocab_size, spec.unk_id = spec.UNIGRAM, len(model["vocab"]), model["unk_id"]
    spec.bos_id, spec.eos_id, spec.pad_id = special["<s>"], special["</s>"], special["<pad>"]
    spec.bos_piece, spec.eos_piece, spec.pad_piece, spec.unk_piece = "<s>", "</s>", "<pad>", "<unk>"
    return bytes(built.SerializeToString())


def export_search(search: NDArray[np.float32], out: Path) -> Manifest:
    """Write the map of search (see nlp/training/search.py) beside the encoder on whose vectors it was learnt."""
    np.save(out / FILES["search"], search.astype(np.float16))
    manifest = _with_files(Manifest.read(out, verify=False), out)
    manifest.write(out)
    return manifest


def export_learnt(name: str, parameters: Mapping[str, NDArray[np.float32]], out: Path) -> Manifest:
    """Write what was learnt on an encoder's answers beside it: "chat", "answers" or "topics", as `FILES` names them."""
    save_arrays(parameters, out / FILES[name])
    manifest = _with_files(Manifest.read(out, verify=False), out)
    manifest.write(out)
    return manifest


def save_arrays(arrays: Mapping[str, NDArray[np.float32]], file: Path) -> None:
    """Write arrays by name in half precision."""
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, allow_pickle=False, **{name: a.astype(np.float16) for name, a in arrays.items()})


def _with_files(manifest: Manifest, out: Path) -> Manifest:
    found = {key: out / file for key, file in FILES.items() if (out / file).exists()}
    return replace(manifest, files={key: FileRecord.of(file) for key, file in found.items()})
