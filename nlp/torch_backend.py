"""Any other model, or a GPU: sentence-transformers for the vectors, transformers for the sentiment.

Imported only when the settings name a model. Whatever the named sentiment model calls its labels, the answer has the
heads' usual three.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoded, Encoder
from nlp.errors import ModelError
from nlp.heads import HeadSpec
from nlp.normalise import normalise

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SENTIMENTS = ("negative", "neutral", "positive")
BATCH = 32
MAX_TOKENS = 512
_STARS = re.compile(r"^([1-5]) stars?$")
_ALIASES = {"neg": "negative", "neu": "neutral", "pos": "positive"}


def load_torch_encoder(model: str | None, sentiment_model: str | None, shipped: Encoder | None) -> Encoder:
    """Return an encoder of the named models; what is not named comes from `shipped`.

    Raises ModelError where a model cannot be loaded or its labels cannot be read as sentiments.
    """
    vectors: Encoder | None = SentenceVectors(model) if model is not None else shipped
    if vectors is None:
        raise ModelError("no model for sentence vectors: name one (ENCODER_MODEL) or keep the shipped one")
    if sentiment_model is None:
        raise ModelError(
            f"{model} gives vectors but no sentiment: name a sentiment model too (SENTIMENT_MODEL=hub id or folder)"
        )
    return TorchEncoder(vectors, SentimentClassifier(sentiment_model))


class TorchEncoder:
    """Vectors of one encoder and the sentiment of another, as one."""

    def __init__(self, vectors: Encoder, sentiment: "SentimentClassifier") -> None:
        self._vectors, self._sentiment = vectors, sentiment
        self.name = f"{vectors.name}+{sentiment.name}"
        self.version = vectors.version
        self.dimensions = vectors.dimensions
        self.heads: Mapping[str, HeadSpec] = {**vectors.heads, "sentiment": HeadSpec("softmax", SENTIMENTS)}
        self.language_groups = vectors.language_groups
        self.example_vectors, self.search_map = vectors.example_vectors, vectors.search_map
        self.chat_parameters: Mapping[str, NDArray[np.float32]] = {}  # learnt beside another sentiment
        self.answer_parameters: Mapping[str, NDArray[np.float32]] = {}
        self.topic_parameters = vectors.topic_parameters

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return vectors and logits of `texts`, in their order."""
        encoded = self._vectors.encode(texts)
        return Encoded(encoded.vectors, {**encoded.logits, "sentiment": self._sentiment.logits(texts)})


class SentenceVectors:
    """A sentence-transformers model as an encoder without heads; it uses a GPU where torch finds one."""

    def __init__(self, model: str) -> None:
        self.heads: Mapping[str, HeadSpec] = {}
        self.language_groups: Mapping[str, str] = {}
        self.example_vectors: Mapping[str, NDArray[np.float32]] = {}
        self.search_map: NDArray[np.float32] | None = None
        self.chat_parameters: Mapping[str, NDArray[np.float32]] = {}
        self.answer_parameters: Mapping[str, NDArray[np.float32]] = {}
        self.topic_parameters: Mapping[str, NDArray[np.float32]] = {}
        self._model = _load_sentence_transformer(model)
        self.name, self.version = model, "unpinned"
        dimensions = self._model.get_embedding_dimension()
        if dimensions is None:
            raise ModelError(f"{model} does not say how long its vectors are: it is no sentence-transformers model")
        self.dimensions = int(dimensions)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return unit vectors of `texts` (all zero for an empty one), in their order."""
        clean = [normalise(text) for text in texts]
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        said = [row for row, text in enumerate(clean) if text]
        if said:
            vectors[said] = self._model.encode(
                [clean[row] for row in said],
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return Encoded(vectors, {})


class SentimentClassifier:
    """A transformers sequence classifier whose labels mean negative, neutral (may be absent) and positive."""

    def __init__(self, model: str) -> None:
        self._tokenizer, self._model = _load_classifier(model)
        self.name = model
        labels = self._model.config.id2label or {}
        self._columns = _columns(model, {int(index): str(label) for index, label in labels.items()})

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return log probabilities of negative, neutral and positive, float32 [n, 3]."""
        import torch

        clean = [normalise(text) for text in texts]
        order = sorted(range(len(clean)), key=lambda row: len(clean[row]))
        answers = np.empty((len(texts), len(SENTIMENTS)), np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            batch = self._tokenizer(
                [clean[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=min(MAX_TOKENS, self._tokenizer.model_max_length),
                return_tensors="pt",
            ).to(self._model.device)
            with torch.inference_mode():
                probabilities = self._model(**batch).logits.float().softmax(-1).cpu().numpy()
            answers[rows] = probabilities @ self._columns
        return np.log(np.maximum(answers, np.float32(1e-9)))


def _columns(model: str, labels: Mapping[int, str]) -> NDArray[np.float32]:
    """Return which share of each of the model's labels goes to negative, neutral, positive: float32 [labels, 3]."""
    shares = np.zeros((len(labels), len(SENTIMENTS)), np.float32)
    for index, label in labels.items():
        name = label.lower()
        stars = _STARS.match(name)
        if stars:
            shares[index, (0, 0, 1, 2, 2)[int(stars[1]) - 1]] = 1.0
        elif _ALIASES.get(name, name) in SENTIMENTS:
            shares[index, SENTIMENTS.index(_ALIASES.get(name, name))] = 1.0
        else:
            raise ModelError(
                f"{model} answers {', '.join(labels.values())}: {label!r} is no sentiment. A sentiment model must "
                "answer negative, neutral and positive (or 1 to 5 stars); set id2label in its config.json if it does"
            )
    return shares


def _load_sentence_transformer(model: str) -> "SentenceTransformer":
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(model)
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(_cannot_load("ENCODER_MODEL", model, error)) from error


def _load_classifier(model: str) -> "tuple[PreTrainedTokenizerBase, PreTrainedModel]":
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        device = "cuda" if torch.cuda.is_available() else "cpu"
        classifier = AutoModelForSequenceClassification.from_pretrained(model).to(device).eval()
        return AutoTokenizer.from_pretrained(model), classifier
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(_cannot_load("SENTIMENT_MODEL", model, error)) from error


def _cannot_load(setting: str, model: str, error: Exception) -> str:
    first_line = str(error).strip().split("\n", 1)[0]
    return (
        f"{setting}={model} cannot be loaded ({type(error).__name__}: {first_line}). Give a folder that holds the "
        "model, or a hub id that this machine can download; leave it out to use the shipped model"
    )
