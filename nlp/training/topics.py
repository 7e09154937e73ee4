"""What chooses a brand's topic for a message (nlp/topics.py), learnt from hand-written group chats of invented brands.

A softmax over the topics of the brand and "other", by gradient descent on all brands at once; a rare topic counts more
than a common one, though less than in proportion. Few steps: more of them learn the brands, not how topics are told.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from torch.nn.functional import cross_entropy, normalize

from nlp.analysis import Analyser, Analysis, likeliest
from nlp.chat import ChatReader
from nlp.conversation import Turn, in_conversation
from nlp.encoder import Encoder, load_arrays
from nlp.redact import redact
from nlp.topics import OTHER, Described, Parameters, Topic, TopicMatcher
from nlp.training.export import save_arrays

FOLDS, STEPS = 4, 50
NEAR_IDENTITY, SMALL = 0.05, 0.005
RARE = 0.5  # 0 counts each message alike, 1 each topic of a brand
START = (2.0, 3.0, 2.0, 3.0, 0.7)
SIGNS = (0.7, -1.0, 4.0)

Array = NDArray[np.float32]
Evidence = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class Told:
    """One brand: its topics as vectors `lines` [3, t, d] and `parts` [p, d], each owned by the topic `owners` [p]; its
    messages that have a text, with their vectors [n, d], subjects shared [n, t] and signs [n, 3]; `gold` int64 [n] (t
    is "other"); `rows` are the messages as they were written, `analyses` what the shipped model says of them."""

    brand: str
    names: tuple[str, ...]
    topics: tuple[Topic, ...]
    rows: tuple[Mapping[str, Any], ...]
    analyses: tuple[Analysis, ...]
    lines: torch.Tensor
    parts: torch.Tensor
    owners: torch.Tensor
    vectors: torch.Tensor
    subjects: torch.Tensor
    signs: torch.Tensor
    gold: torch.Tensor

    @property
    def weights(self) -> torch.Tensor:
        """How much each message counts, float32 [n]."""
        counts = torch.bincount(self.gold, minlength=len(self.topics) + 1).clamp(min=1)
        return counts[self.gold].float() ** -RARE


def fit_topics(encoder: Encoder, scenarios: Path, say: Callable[[str], None], folds: Path | None = None) -> Parameters:
    """Print how well topics are chosen for brands not learnt from, and return the arrays of topics.npz.

    `folds` is the folder of chat readers that have not seen a brand, BRAND.npz (see nlp/training/chat.py), without
    which each brand is read by one that has; what has not learnt a brand's topics is left in it, BRAND.topics.npz.
    """
    told = [read(path.parent, encoder) for path in sorted(scenarios.glob("*/scenario.yaml"))]
    say("| brand | alone, before | alone | in its chat, before | in its chat |\n| --- | --- | --- | --- | --- |")
    rows = []
    for part in range(min(FOLDS, len(told))):
        parameters = minimise([one for i, one in enumerate(told) if i % FOLDS != part] or told)
        for one in told[part::FOLDS]:
            if folds is not None:
                save_arrays(parameters, folds / f"{one.brand}.topics.npz")
            rows.append(measured(one, parameters, encoder, folds))
            say(_line(one.brand, rows[-1]))
    say(_line("mean", [float(mean) for mean in np.mean(rows, axis=0)]))
    return minimise(told)


def read(folder: Path, encoder: Encoder) -> Told:
    """Read a folder that has a scenario.yaml and a messages.jsonl."""
    spec = yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))
    brand = spec["brand"]
    topics = tuple(
        Topic(topic["id"], topic["label"], topic["description"], tuple(topic.get("examples", ())))
        for topic in spec["topics"]
        if topic["id"] != OTHER
    )
    names = (brand["name"], *brand.get("aliases", ()))
    rows = [json.loads(line) for line in (folder / "messages.jsonl").read_text("utf-8").splitlines() if line.strip()]
    texts = [redact(row["text"], languages=brand["languages"]).text for row in rows]
    analyser = Analyser(encoder, topics, names=names, languages=brand["languages"])
    said = [(row, text, a) for row, text, a in zip(rows, texts, analyser.analyse(texts), strict=True) if a.reading]
    described = Described(encoder, topics, names)
    spoken = [described.spoken(text, analysis.vector) for _, text, analysis in said]
    owners = np.zeros(len(described.parts), np.int64)
    owners[described.starts[1:]] = 1
    places = {topic.id: place for place, topic in enumerate(topics)}
    return Told(
        folder.name,
        names,
        topics,
        tuple({**row, "text": text} for row, text, _ in said),
        tuple(analysis for _, _, analysis in said),
        torch.from_numpy(described.lines),
        torch.from_numpy(described.parts),
        torch.from_numpy(owners.cumsum()),
        torch.from_numpy(np.stack([analysis.vector for _, _, analysis in said])),
        torch.from_numpy(np.stack([subjects for subjects, _ in spoken])),
        torch.from_numpy(np.stack([signs for _, signs in spoken])),
        torch.tensor([places.get(row["topic"], len(topics)) for row, _, _ in said]),
    )


def minimise(told: Sequence[Told]) -> Parameters:
    """Return the arrays of topics.npz, learnt from all of `told`."""
    width = told[0].vectors.shape[1]
    identity = torch.eye(width)
    learnt = {"map": identity.clone(), "weights": torch.tensor(START), "signs": torch.tensor(SIGNS)}
    learnt["other"] = torch.zeros(width)
    for value in learnt.values():
        value.requires_grad_()
    rates = {"map": 3e-3, "weights": 3e-2, "signs": 3e-2, "other": 3e-2}
    optimiser = torch.optim.AdamW([{"params": [learnt[n]], "lr": r} for n, r in rates.items()], weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    total = sum(float(one.weights.sum()) for one in told)
    for _ in range(STEPS):
        loss = NEAR_IDENTITY * (learnt["map"] - identity).square().sum() + SMALL * learnt["other"].square().sum()
        for one in told:
            each = cross_entropy(_scores(one, learnt), one.gold, reduction="none")
            loss = loss + (each * one.weights).sum() / total
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return {name: value.detach().numpy() for name, value in learnt.items()}


def _scores(one: Told, learnt: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Return the log-likelihoods of each topic and of "other", [n, t + 1], as TopicMatcher weighs them."""
    texts, lines, parts = (normalize(v @ learnt["map"], dim=-1) for v in (one.vectors, one.lines, one.parts))
    cosines = texts @ parts.T
    nearest = torch.full((len(texts), len(one.topics)), -1.0)
    nearest = nearest.scatter_reduce(1, one.owners.expand(len(texts), -1), cosines, "amax")
    slots = torch.stack([*(texts @ line.T for line in lines), nearest, one.subjects], -1)
    other = one.signs @ learnt["signs"] + one.vectors @ learnt["other"]
    return torch.cat([slots @ learnt["weights"], other[:, None]], 1)


def measured(one: Told, parameters: Parameters, encoder: Encoder, folds: Path | None) -> list[float]:
    """Return macro-F1 of the topics: of texts alone before and after learning, then of messages in their chat."""
    kept = {name: value.astype(np.float16).astype(np.float32) for name, value in parameters.items()}
    readings = [analysis.reading for analysis in one.analyses]
    if folds is not None and encoder.chat_parameters:
        reader = ChatReader(load_arrays(folds / f"{one.brand}.npz"), encoder, one.names)
        encoded = encoder.encode([row["text"] for row in one.rows])
        readings = [
            reader.read(row["text"], encoded.vectors[i], {name: rows[i] for name, rows in encoded.logits.items()})
            for i, row in enumerate(one.rows)
        ]
    found = []
    for learnt in ({}, kept):
        matcher = TopicMatcher(encoder, one.topics, one.names, learnt)
        evidence = [matcher.evidence(row["text"], a.vector) for row, a in zip(one.rows, one.analyses, strict=True)]
        analyses = [
            replace(a, topic_evidence=e, reading=r) for a, e, r in zip(one.analyses, evidence, readings, strict=True)
        ]
        found.append([_f1(one, [likeliest(e) for e in evidence]), _f1(one, placed(one, analyses))])
    (alone_before, chat_before), (alone, chat) = found
    return [alone_before, alone, chat_before, chat]


def placed(one: Told, analyses: Sequence[Analysis]) -> list[str | None]:
    """Return the topic of each message as it is found in use: after what it replies to and what stood before it."""
    turns: dict[str, Turn] = {}
    last: dict[str, Turn] = {}
    topics = []
    for row, analysis in zip(one.rows, analyses, strict=True):
        at = datetime.fromisoformat(row["t"]).timestamp()
        found = in_conversation(analysis, at, parent=turns.get(row["reply_to"]), previous=last.get(row["group"]))
        turns[row["id"]] = last[row["group"]] = Turn.of(found, at)
        topics.append(found.topic)
    return topics


def _f1(one: Told, found: Sequence[str | None]) -> float:
    ids = [*(topic.id for topic in one.topics), OTHER]
    return float(f1_score([ids[place] for place in one.gold], found, average="macro", zero_division=0))


def _line(name: str, row: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{value:.3f}' for value in row)} |"
