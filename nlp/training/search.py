"""The map of search: in its space a question is near to what answers it, whoever asks it however.

A linear map on frozen sentence vectors, learnt by contrast (InfoNCE: van den Oord et al. 2018) from texts and the
checked claims that they repeat, and from questions of the same intent. It starts at the identity and is held near to
it, so that what the sentence vectors know of other languages and subjects stays.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy, normalize

from nlp.encoder import Encoder
from nlp.normalise import normalise
from nlp.training.sources import Row, read_rows

INTENTS = ("questions/banking77.train", "questions/massive_de.train", "questions/clinc150.train")
PAIRS, CLAIMS = "claims/retrieval_queries.train", "claims/retrieval_claims"
OUT_OF_SCOPE = "oos"
STEPS, BATCH, STRANGERS, KINDS = 1_000, 256, 2_000, 60
NEAR_IDENTITY = 0.05
INTENT_WEIGHT = 0.6
SEED = 20260

Array = NDArray[np.float32]


def fit_search(encoder: Encoder, data: Path, say: Callable[[str], None]) -> Array:
    """Return the map as float32 [d + 1, d]: the last row is the offset that takes the mean of all texts away."""
    claims, pairs = (list(read_rows(data / f"{stem}.jsonl.gz")) for stem in (CLAIMS, PAIRS))
    asked = [_in_scope(list(read_rows(data / f"{stem}.jsonl.gz"))) for stem in INTENTS]
    say(f"{len(claims)} claims, {len(pairs)} texts that repeat one, {sum(map(len, asked))} questions")
    vectors = [_vectors(encoder, rows) for rows in (claims, pairs, *asked)]
    mean = np.concatenate(vectors).mean(0)
    known, repeats, *questions = (normalize(torch.from_numpy(v - mean), dim=-1) for v in vectors)
    places = {row["id"]: place for place, row in enumerate(claims)}
    gold = np.array([places[row["claim"]] for row in pairs])
    kinds = [_by_label(rows) for rows in asked]
    search = _learn(known, repeats, gold, list(zip(questions, kinds, strict=True)), say)
    return np.vstack([search, -mean @ search]).astype(np.float32)


def _learn(
    known: torch.Tensor,
    repeats: torch.Tensor,
    gold: NDArray[np.int64],
    questions: list[tuple[torch.Tensor, list[NDArray[np.int64]]]],
    say: Callable[[str], None],
) -> Array:
    random = np.random.default_rng(SEED)
    identity = torch.eye(known.shape[1])
    search, sharpness = identity.clone().requires_grad_(), torch.tensor(3.0, requires_grad=True)
    groups = [{"params": [search], "lr": 2e-3}, {"params": [sharpness], "lr": 1e-2}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)

    def contrast(texts: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
        likeness = normalize(texts @ search, dim=-1) @ normalize(answers @ search, dim=-1).T
        return cross_entropy(likeness * sharpness.exp(), torch.arange(len(texts)))

    for step in range(1, STEPS + 1):
        some = random.choice(len(repeats), min(BATCH, len(repeats)), replace=False)
        strangers = random.choice(len(known), min(STRANGERS, len(known)), replace=False)
        loss = contrast(repeats[some], torch.cat([known[gold[some]], known[strangers]]))
        for vectors, kinds in questions:
            chosen = random.choice(len(kinds), min(KINDS, len(kinds)), replace=False)
            two = np.array([random.choice(kinds[kind], 2, replace=False) for kind in chosen])
            loss = loss + INTENT_WEIGHT * contrast(vectors[two[:, 0]], vectors[two[:, 1]])
        loss = loss + NEAR_IDENTITY * (search - identity).square().sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % 200 == 0:
            say(f"step {step} of {STEPS}: loss {loss.item():.3f}")
    found: Array = search.detach().numpy()
    return found


def _vectors(encoder: Encoder, rows: list[Row]) -> Array:
    return encoder.encode([normalise(row["text"]) for row in rows]).vectors


def _in_scope(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["label"] != OUT_OF_SCOPE]


def _by_label(rows: list[Row]) -> list[NDArray[np.int64]]:
    """Return the row numbers of each label that has two."""
    kinds: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        kinds.setdefault(row["label"], []).append(place)
    return [np.array(places) for places in kinds.values() if len(places) > 1]
