from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

from nlp.encoder import load_encoder
from nlp.errors import ExportError
from nlp.manifest import Manifest
from nlp.training.export import export, onnx_model, sentencepiece_model
from nlp.training.heads import HeadSpec, ModelCard
from nlp.training.model import MultiTaskEncoder

HEADS = {
    "sentiment": HeadSpec("softmax", ("negative", "neutral", "positive")),
    "claim": HeadSpec("sigmoid", ("claim",)),
}


def model_on(base: Path) -> MultiTaskEncoder:
    model, _ = MultiTaskEncoder.from_base(base, HEADS)
    torch.manual_seed(3)
    with torch.no_grad():
        for parameter in (model.attention.weight, model.attention.bias, model.projection.bias):
            parameter.normal_(0, 0.3)
    return model.eval()


def answers(model: MultiTaskEncoder, words: np.ndarray, mask: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What the graph and the model say."""
    session = onnxruntime.InferenceSession(onnx_model(model).SerializeToString())
    exported = session.run(["vector", *HEADS], {"word_vectors": words, "attention_mask": mask})
    with torch.inference_mode():
        own = model(torch.from_numpy(words), torch.from_numpy(mask))
    return exported, [own[name].numpy() for name in ("vector", *HEADS)]


def batch(width: int) -> tuple[np.ndarray, np.ndarray]:
    words = np.random.default_rng(0).normal(size=(5, 16, width)).astype(np.float32)
    mask = np.ones((5, 16), np.int64)
    mask[1, 9:] = mask[3, 2:] = 0
    return words, mask


def test_the_graph_says_what_the_model_says(base: Path) -> None:
    exported, own = answers(model_on(base), *batch(32))
    for left, right in zip(exported, own, strict=True):
        assert left.shape == right.shape
        assert np.abs(left - right).max() < 0.03


def test_padding_and_neighbours_change_no_bit(base: Path) -> None:
    model = model_on(base)
    session = onnxruntime.InferenceSession(onnx_model(model).SerializeToString())
    words, mask = batch(32)
    together = session.run(["vector"], {"word_vectors": words, "attention_mask": mask})[0]
    words[1, 9:] = 7.0
    alone = session.run(["vector"], {"word_vectors": words[1:2], "attention_mask": mask[1:2]})[0]
    assert alone[0].tobytes() == together[1].tobytes()


def test_roberta_counts_positions_from_its_padding(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=20, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=40, type_vocab_size=1, pad_token_id=1,
    )  # fmt: skip
    XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(tmp_path)
    for left, right in zip(*answers(model_on(tmp_path), *batch(32)), strict=True):
        assert np.abs(left - right).max() < 0.03


@pytest.fixture
def unigram(base: Path, tmp_path: Path) -> Path:
    """The tiny base with a SentencePiece-like tokenizer of as many pieces."""
    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "▁good",
        "▁bad",
        "▁",
        "g",
        "o",
        "d",
        "b",
        "a",
        "e",
        "r",
        "l",
        "t",
        "▁l",
        "i",
    ]
    tokenizer = Tokenizer(models.Unigram([(piece, -float(rank)) for rank, piece in enumerate(pieces)], unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    for file in base.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), pieces, strict=False))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(tmp_path)
    return tmp_path


def test_what_is_exported_loads_and_answers(unigram: Path, tmp_path: Path) -> None:
    model, out = model_on(unigram), tmp_path / "weights"
    model.card = ModelCard({name: model.card.heads[name] for name in HEADS}, "", 16, {"fr": "romance"})
    written = export(model, out, base=unigram, name="tiny", version="7", texts=["good", "bad", "load", "rat"])
    assert written == Manifest.read(out)
    encoder = load_encoder(out, threads=1)
    assert (encoder.name, encoder.version, encoder.dimensions) == ("tiny", "7", 32)
    encoded = encoder.encode(["good", "bad dog"])
    assert np.linalg.norm(encoded.vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
    assert {name: logits.shape for name, logits in encoded.logits.items()} == {"sentiment": (2, 3), "claim": (2, 1)}
    assert encoder.encode(["good", "bad", "load", "rat"]).vectors.mean(0) == pytest.approx(np.zeros(32), abs=0.35)


def test_other_tokenizers_are_refused(base: Path) -> None:
    with pytest.raises(ExportError, match="WordLevel model; only Unigram"):
        sentencepiece_model(base / "tokenizer.json")


@pytest.mark.parametrize("activation", ["relu", "gelu_new"])
def test_other_encoders_are_refused(base: Path, activation: str) -> None:
    model = model_on(base)
    model.encoder.config.hidden_act = activation
    with pytest.raises(ExportError, match=f"bert with {activation}: only BERT-like encoders with GELU"):
        onnx_model(model)
