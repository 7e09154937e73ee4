import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

from nlp.analysis import Analyser
from nlp.encoder import Encoder, load_encoder
from nlp.errors import ModelError

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "good", "bad", "late", "bread", "who", "the", "price"]
SIZES = {"vocab_size": len(WORDS), "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}


def save_tokenizer(folder: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), WORDS, strict=False))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **names).save_pretrained(folder)


def config(**more: object) -> BertConfig:
    return BertConfig(**SIZES, intermediate_size=64, max_position_embeddings=66, pad_token_id=1, **more)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model: a tiny BERT and a mean."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    torch.manual_seed(0)
    plain, folder = tmp_path_factory.mktemp("bert"), tmp_path_factory.mktemp("sentences")
    BertModel(config(), add_pooling_layer=False).save_pretrained(plain)
    save_tokenizer(plain)
    transformer = Transformer(str(plain))
    SentenceTransformer(modules=[transformer, Pooling(32)]).save(str(folder))
    return folder


def classifier(folder: Path, labels: list[str]) -> Path:
    torch.manual_seed(1)
    names = dict(enumerate(labels))
    model = BertForSequenceClassification(config(id2label=names, label2id={v: k for k, v in names.items()}))
    model.save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def test_both_models_by_name(sentences: Path, tmp_path: Path) -> None:
    named = load_encoder(
        model=str(sentences), sentiment_model=str(classifier(tmp_path, ["Positive", "Negative", "Neutral"]))
    )
    encoded = named.encode(["good bread", "", "the price", "who"])
    assert encoded.vectors.shape == (4, 32) == (4, named.dimensions)
    assert np.linalg.norm(encoded.vectors, axis=1) == pytest.approx([1, 0, 1, 1], abs=1e-5)
    assert np.exp(encoded.logits["sentiment"]).sum(1) == pytest.approx(np.ones(4), abs=1e-5)
    [said] = Analyser(named).analyse(["good bread"])
    assert set(said.scores) == {"complaint", "about", "telling"}
    assert said.claim == 0.0


def test_labels_go_to_their_places(sentences: Path, tmp_path: Path) -> None:
    plain = load_encoder(model=str(sentences), sentiment_model=str(classifier(tmp_path / "a", ["neg", "neu", "pos"])))
    turned = load_encoder(model=str(sentences), sentiment_model=str(classifier(tmp_path / "b", ["POS", "NEU", "NEG"])))
    texts = ["good", "bad bread"]
    assert np.allclose(
        plain.encode(texts).logits["sentiment"], turned.encode(texts).logits["sentiment"][:, ::-1], atol=1e-5
    )


def test_stars_are_sentiments(sentences: Path, tmp_path: Path) -> None:
    stars = classifier(tmp_path, ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"])
    encoded = load_encoder(model=str(sentences), sentiment_model=str(stars)).encode(["good"])
    assert np.exp(encoded.logits["sentiment"]).sum() == pytest.approx(1.0, abs=1e-5)


def test_another_sentiment_beside_the_shipped_vectors(encoder: Encoder, tmp_path: Path) -> None:
    mixed = load_encoder(sentiment_model=str(classifier(tmp_path, ["negative", "neutral", "positive"])))
    assert mixed.encode(["bonjour"]).vectors.tobytes() == encoder.encode(["bonjour"]).vectors.tobytes()
    assert set(mixed.heads) == set(encoder.heads)
    assert mixed.name.startswith(encoder.name)


def test_a_model_that_tells_no_sentiment_is_refused(sentences: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'sport' is no sentiment"):
        load_encoder(model=str(sentences), sentiment_model=str(classifier(tmp_path, ["sport", "news", "negative"])))


def test_a_model_that_is_not_there_is_refused_with_its_setting(sentences: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ENCODER_MODEL=.*cannot be loaded.*Give a folder"):
        load_encoder(model=str(tmp_path / "none"), sentiment_model=str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({}))
    with pytest.raises(ModelError, match=r"SENTIMENT_MODEL=.*cannot be loaded"):
        load_encoder(model=str(sentences), sentiment_model=str(tmp_path))


def test_vectors_without_a_sentiment_model_are_refused(sentences: Path) -> None:
    with pytest.raises(ModelError, match="name a sentiment model too"):
        load_encoder(model=str(sentences))
