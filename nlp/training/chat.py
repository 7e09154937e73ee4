"""The chat reader's weights (nlp/chat.py), learnt from hand-written group chats and scored on brands it has not seen.

Four regularised logistic regressions that share their features, fitted together: intent, sentiment and the kind of
story told (multinomial) and `about` (binary). What stood before a message enters as a reader that had not seen that
brand would have read it, since that is what stands before a message in use. Half of a reply's weight goes to a copy
that hides what it replies to: people of some groups never use the reply button. Messages written one by one
(`lone.jsonl`) make up for what the brands never say; they have offsets of their own ("alone"), with which a text is
read that stands in no chat. The shipped examples of intents (`nlp/examples`) count a little.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, embedding_bag

from nlp.chat import (
    BUCKETS,
    INTENTS,
    OUTPUTS,
    SENTIMENTS,
    STATE,
    WORDS,
    ChatReader,
    State,
    Told,
    name_pattern,
    text_features,
    word_places,
)
from nlp.conversation import fresh
from nlp.encoder import Encoder
from nlp.examples import intents
from nlp.narratives.tales import TALES
from nlp.normalise import normalise
from nlp.redact import redact
from nlp.topics import OTHER
from nlp.training.export import save_arrays

UNKNOWN = -1
LONE_FILE, LONE, EXAMPLE = "lone.jsonl", 0.7, 0.3  # how much such a message counts beside one of a chat
OWN_OFFSET = 10.0  # penalised a hundred times less than a weight
PENALTY = 10.0
CONTEXT = 2.0  # how much what stood before may weigh beside the vector
FOLDS = 4
PARTS = 8
ITERATIONS = 80

Array = NDArray[np.float32]
Parameters = Mapping[str, Array]


@dataclass(frozen=True)
class Chat:
    """One brand's chat: `features` [n, f] and `words` (the buckets of each text), `truth` int64 [n, 4] or UNKNOWN, and
    for each message the row of what it replies to and of the one before it in its group (-1: none), and how fresh that
    is; a message counts `share`."""

    brand: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Array
    logits: Mapping[str, Array]
    features: Array
    words: tuple[NDArray[np.int64], ...]
    truth: NDArray[np.int64]
    parents: NDArray[np.int64]
    previous: NDArray[np.int64]
    fresh: Array
    share: float = 1.0

    @property
    def said(self) -> NDArray[np.bool_]:
        """Which messages have a text."""
        return np.array([bool(text) for text in self.texts])


def read_chats(scenarios: Path, encoder: Encoder) -> list[Chat]:
    """Read every folder of `scenarios` that has a scenario.yaml and a messages.jsonl."""
    return [_read(path.parent, encoder) for path in sorted(scenarios.glob("*/scenario.yaml"))]


def _read(folder: Path, encoder: Encoder) -> Chat:
    spec = yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))
    brand = spec["brand"]
    kinds = {story["id"]: 1 + TALES.index(story["kind"]) for story in spec["narratives"]}
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (folder / "messages.jsonl").read_text("utf-8").splitlines() if line.strip()
    ]
    truth = [
        (
            INTENTS.index(row["intent"]),
            SENTIMENTS.index(row["sentiment"]),
            int(row["topic"] != OTHER),
            kinds.get(row["narrative"], 0),
        )
        for row in rows
    ]
    texts = [normalise(redact(row["text"], languages=brand["languages"]).text) for row in rows]
    names = (brand["name"], *brand.get("aliases", ()))
    return _chat(encoder, folder.name, names, texts, np.array(truth, np.int64), _places(rows))


def read_lone(scenarios: Path, encoder: Encoder) -> list[Chat]:
    """Return the messages written one by one, and the shipped examples of intents, as chats in which nobody heard
    anybody."""
    file = scenarios / LONE_FILE
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    truth = [
        (
            INTENTS.index(row["intent"]),
            SENTIMENTS.index(row["sentiment"]),
            int(row["about"]),
            1 + TALES.index(row["tells"]) if row["tells"] else 0,
        )
        for row in rows
    ]
    texts = [normalise(redact(row["text"]).text) for row in rows]
    lone = [_chat(encoder, "lone", (), texts, np.array(truth, np.int64), _nowhere(rows), share=LONE)] if rows else []
    return [*lone, _examples(encoder)]


def _nowhere(texts: Sequence[object]) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    nobody = np.full(len(texts), -1, np.int64)
    return nobody, nobody, np.zeros(len(texts), np.float32)


def _examples(encoder: Encoder) -> Chat:
    wants = intents()
    truth = np.full((len(wants.texts), 4), UNKNOWN, np.int64)
    truth[:, 0] = [INTENTS.index(wants.classes[label]) for label in wants.labels]
    texts = list(map(normalise, wants.texts))
    return _chat(encoder, "examples", (), texts, truth, _nowhere(texts), share=EXAMPLE)


def _chat(
    encoder: Encoder,
    brand: str,
    names: tuple[str, ...],
    texts: Sequence[str],
    truth: NDArray[np.int64],
    places: tuple[NDArray[np.int64], NDArray[np.int64], Array],
    share: float = 1.0,
) -> Chat:
    encoded = encoder.encode(texts)
    pattern = name_pattern(names)
    heads = [encoded.logits[name] for name in encoder.heads]
    features = [
        text_features(text, encoded.vectors[i], [head[i] for head in heads], pattern) for i, text in enumerate(texts)
    ]
    words = tuple(map(word_places, texts))
    return Chat(
        brand, names, tuple(texts), encoded.vectors, encoded.logits, np.stack(features), words, truth, *places, share
    )


def _places(rows: Sequence[Mapping[str, Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    known = {row["id"]: i for i, row in enumerate(rows)}
    times = [datetime.fromisoformat(row["t"]).timestamp() for row in rows]
    last: dict[str, int] = {}
    parents, previous, freshness = [], [], []
    for i, row in enumerate(rows):
        parents.append(known.get(row["reply_to"], -1))
        before = last.get(row["group"], -1)
        previous.append(before)
        freshness.append(fresh(times[i] - times[before]) if before >= 0 else 0.0)
        last[row["group"]] = i
    return np.array(parents, np.int64), np.array(previous, np.int64), np.array(freshness, np.float32)


def fit(chats: Sequence[Chat], lone: Sequence[Chat]) -> Parameters:
    """Return the arrays of chat.npz: "text" [f, 17], "words" [BUCKETS, 17], "context" [2, 11, 17], "bias" and
    "alone" [17], "centre" [11], "shares" [6]."""
    states: dict[str, Array] = {}
    for part in range(min(FOLDS, len(chats))):
        others = [chat for i, chat in enumerate(chats) if i % FOLDS != part] or chats
        parameters = _minimise([*others, *lone], None)
        for chat in chats[part::FOLDS]:
            states[chat.brand] = _states(chat, parameters)
    states |= {chat.brand: _states(chat, parameters) for chat in lone}
    return _minimise([*chats, *lone], states)


def _states(chat: Chat, parameters: Parameters) -> Array:
    """Return STATE of each message as read on its own; rows without a text are not numbers."""
    logits = chat.features @ parameters["text"] + parameters["bias"]
    logits += np.stack([parameters["words"][p].sum(0) / np.sqrt(max(len(p), 1)) for p in chat.words])
    moods = torch.from_numpy(logits[:, 6:9]).softmax(-1).numpy()
    about = torch.from_numpy(logits[:, 9:10]).sigmoid().numpy()
    telling = 1.0 - torch.from_numpy(logits[:, 10:]).softmax(-1)[:, :1].numpy()
    intents = np.eye(len(INTENTS))[logits[:, :6].argmax(1)]
    states = np.concatenate([intents, moods, about, telling], 1).astype(np.float32)
    states[~chat.said] = np.nan
    return states


def _context(chat: Chat, states: Array, centre: Array, *, hide: bool) -> Array:
    """Return [n, 22]: what is replied to (nothing, where it is hidden) and what stood before, as far from average."""
    before = np.zeros((len(chat.texts), 2, len(STATE)), np.float32)
    for side, rows, share in ((0, chat.parents, np.ones_like(chat.fresh)), (1, chat.previous, chat.fresh)):
        if not (hide and side == 0):
            known = rows >= 0
            before[known, side] = share[known, None] * (states[rows[known]] - centre)
    return np.nan_to_num(before).reshape(len(before), -1)


def _minimise(chats: Sequence[Chat], states: Mapping[str, Array] | None) -> Parameters:
    """Fit on the chats; without `states`, on what the texts say on their own."""
    width = len(STATE)
    centre = np.zeros(width, np.float32)
    if states is not None:
        centre = np.nanmean(np.concatenate([states[chat.brand] for chat in chats if chat.share == 1.0]), axis=0)
    dense, words, truths, shares = list[Array](), list[NDArray[np.int64]](), [], []
    for chat in chats:
        for hide in (False, True) if states is not None else (False,):
            rows = np.flatnonzero(chat.said & (chat.parents >= 0) if hide else chat.said)
            before = np.zeros((len(chat.texts), 2 * width), np.float32)
            if states is not None:
                before = _context(chat, states[chat.brand], centre, hide=hide) * np.float32(CONTEXT)
            own = np.full((len(chat.texts), 1), OWN_OFFSET * (chat.share == LONE), np.float32)
            dense.append(np.concatenate([chat.features, before, own], 1)[rows])
            words += [chat.words[row] for row in rows]
            truths.append(chat.truth[rows])
            shares.append(np.where((chat.parents[rows] >= 0) & (states is not None), 0.5, 1.0) * chat.share)
    known, bags, bias = _logistic(np.concatenate(dense), words, np.concatenate(truths), np.concatenate(shares))
    text, context, own = np.split(known, [chats[0].features.shape[1], known.shape[0] - 1])
    return {
        "text": text,
        "words": bags * np.float32(WORDS),
        "context": (context * np.float32(CONTEXT)).reshape(2, width, len(OUTPUTS)),
        "bias": bias,
        "centre": centre,
        "shares": _intent_shares(chats),
        "alone": own[0] * np.float32(OWN_OFFSET),
    }


def _intent_shares(chats: Sequence[Chat]) -> Array:
    """Return how common each intent is among the messages, float32 [6]; none counts for nothing."""
    wants = np.concatenate([chat.truth[chat.said, 0] for chat in chats if chat.share == 1.0])
    counts = np.bincount(wants, minlength=len(INTENTS)) + 1.0
    return np.asarray(counts / counts.sum(), np.float32)


def _logistic(
    dense: Array, words: Sequence[NDArray[np.int64]], truth: NDArray[np.int64], shares: NDArray[np.float64]
) -> tuple[Array, Array, Array]:
    """Return weights [f, 17], weights of words [BUCKETS, 17] and offsets [17].

    They minimise the four losses, a message counting its share, and the squared weights.
    """
    x, y, share = torch.from_numpy(dense), torch.from_numpy(truth), torch.from_numpy(shares.astype(np.float32))
    lengths = np.array([len(places) for places in words])
    flat, starts = torch.from_numpy(np.concatenate(words)), torch.from_numpy(np.cumsum(lengths) - lengths)
    each_word = torch.from_numpy(np.repeat(WORDS / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32))
    weights = torch.zeros(x.shape[1], len(OUTPUTS), requires_grad=True)
    bags = torch.zeros(BUCKETS, len(OUTPUTS), requires_grad=True)
    bias = torch.zeros(len(OUTPUTS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bags, bias], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = x @ weights + embedding_bag(flat, bags, starts, mode="sum", per_sample_weights=each_word) + bias
        each = cross_entropy(logits[:, :6], y[:, 0], reduction="none", ignore_index=UNKNOWN)
        each = each + cross_entropy(logits[:, 6:9], y[:, 1], reduction="none", ignore_index=UNKNOWN)
        each = each + cross_entropy(logits[:, 10:], y[:, 3], reduction="none", ignore_index=UNKNOWN)
        about = binary_cross_entropy_with_logits(logits[:, 9], y[:, 2].float(), reduction="none")
        each = each + about * (y[:, 2] != UNKNOWN)
        squared = weights.square().sum() + bags.square().sum()
        total = ((each * share).sum() + PENALTY / 2 * squared) / len(x)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach().numpy(), bags.detach().numpy(), bias.detach().numpy()


def told(chat: Chat, reader: ChatReader) -> list[Told | None]:
    """Read a chat message by message as it is read in use; None where there is no text."""
    answers: list[Told | None] = []
    states: list[State | None] = []
    for i, text in enumerate(chat.texts):
        if not text:
            answers.append(None)
            states.append(None)
            continue
        reading = reader.read(text, chat.vectors[i], {name: logits[i] for name, logits in chat.logits.items()})
        parent, previous = (states[row] if row >= 0 else None for row in (chat.parents[i], chat.previous[i]))
        answer = reading.after(parent, previous, float(chat.fresh[i]))
        answers.append(answer)
        states.append(State(answer.intent, answer.sentiments, answer.about, answer.telling))
    return answers


def scores(chat: Chat, reader: ChatReader) -> dict[str, float]:
    """Return macro-F1 of intent and sentiment, and of `about` and `telling` at one half, with their Brier scores."""
    answers = [answer for answer in told(chat, reader) if answer is not None]
    truth = chat.truth[chat.said]
    said = [
        [
            INTENTS.index(a.intent),
            SENTIMENTS.index(_likeliest(a.sentiments)),
            a.about >= 0.5,
            a.telling >= 0.5,
        ]
        for a in answers
    ]
    found = dict(zip(("intent", "sentiment", "about", "telling"), np.array(said, np.int64).T, strict=True))
    yes = np.array([[a.about, a.telling] for a in answers])
    truth[:, 3] = truth[:, 3] > 0
    f1 = {name: _macro_f1(truth[:, i], values) for i, (name, values) in enumerate(found.items())}
    about, telling = np.square(yes - truth[:, 2:]).mean(0)
    return f1 | {"about Brier": float(about), "telling Brier": float(telling)}


def left_out(chats: Sequence[Chat], lone: Sequence[Chat]) -> Iterable[tuple[Chat, Parameters]]:
    """Yield each chat with weights that have not seen its brand: the chats are left out in `PARTS` parts by turns."""
    for part in range(min(PARTS, len(chats))):
        parameters = fit([chat for i, chat in enumerate(chats) if i % PARTS != part], lone)
        for chat in chats[part::PARTS]:
            yield chat, parameters


def fit_chat(encoder: Encoder, scenarios: Path, say: Callable[[str], None], folds: Path | None = None) -> Parameters:
    """Print how well each brand is read by who has not seen it, and return the weights learnt from all.

    `folds` is a folder for the weights that have not seen a brand, BRAND.npz, to measure on that brand with.
    """
    chats, lone = read_chats(scenarios, encoder), read_lone(scenarios, encoder)
    rows: list[dict[str, float]] = []
    for chat, parameters in left_out(chats, lone):
        row = scores(chat, ChatReader(parameters, encoder, chat.names))
        if folds is not None:
            save_arrays(parameters, folds / f"{chat.brand}.npz")
        say(_line(chat.brand, row) if rows else f"{_header(row)}\n{_line(chat.brand, row)}")
        rows.append(row)
    say(_line("mean", {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}))
    return fit(chats, lone)


def _likeliest(shares: Mapping[str, float]) -> str:
    return max(shares, key=shares.__getitem__)


def _macro_f1(truth: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    return float(f1_score(truth, said, average="macro", zero_division=0))


def _header(row: Mapping[str, float]) -> str:
    return f"| brand | {' | '.join(row)} |\n| --- |{' --- |' * len(row)}"


def _line(name: str, row: Mapping[str, float]) -> str:
    return f"| {name} | {' | '.join(f'{value:.3f}' for value in row.values())} |"
