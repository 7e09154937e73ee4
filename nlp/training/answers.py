"""What tells which entry of a brand's knowledge a question asks for (nlp/pairing.py), learnt from invented brands.

First the map and the weights of an entry's score, by a softmax over the entries of the brand and "none of them"; then,
on the scores of brands that those had not seen, two logistic regressions: is the first entry right, is the right one
among three. The limits from which the bot answers and offers are read off the same held-out scores.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch.nn.functional import cross_entropy, normalize

from nlp.analysis import Analyser, Analysis
from nlp.encoder import Encoder
from nlp.pairing import CHOICES, COMPARED, PARTS, Knowledge, Parameters, decision_features, nearest_entries
from nlp.retrieval import Entry, lexical_weight

FOLDS, STEPS, NEAR_IDENTITY = 4, 50, 0.02
START = (4.0, 3.0, 6.0, 1.0, 1.0)
EVERY = 4  # one in so many of the messages that ask nothing teaches the map
CHATTER = (0.2, 1.0)  # weight of a message that asks nothing, in the two regressions
STRENGTH = 1.0
HELD_OUT = 6  # parts by which the regressions are scored on brands that they have not seen
SMALL = (3, 8)  # into so many small knowledges each brand's is also cut: brands have few entries at first
REFUSED, QUIET, OFFERED = 0.89, 0.982, 0.043
"""The bot answers where these shares of what is asked in groups and no entry answers, and of the chatter, stay
unanswered, and offers where it offers at most this share of the chatter. The questions written beside the chats do not
count here: nearly half of them are traps, which customers seldom set."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """One brand: `entries` (question and answer vectors, [e, d] each), its texts with vectors [n, d] and words shared
    [n, e, 2]; `gold` int64 [n], -1 for none; `kinds`: entry, none (a question that nothing answers), or an intent. The
    first `heard` texts are messages of groups, the last ones the entries' own questions, the others written beside."""

    brand: str
    questions: torch.Tensor
    answers: torch.Tensor
    texts: tuple[str, ...]
    analyses: tuple[Analysis, ...]
    vectors: torch.Tensor
    shared: torch.Tensor
    gold: NDArray[np.int64]
    kinds: tuple[str, ...]
    heard: int


@dataclass(frozen=True)
class Examples:
    """What the regressions learn: `features` [n, f], `right` bool [n, 2] and `weight` [n, 2]; the first `whole` rows
    are the brand's texts with all its entries."""

    whole: int
    features: Array
    right: NDArray[np.bool_]
    weight: NDArray[np.float64]


def fit_answers(encoder: Encoder, folders: Sequence[Path], say: Callable[[str], None]) -> Parameters:
    """Return the arrays of answers.npz, learnt from the brands of all `folders`; `say` gets how well brands that were
    not learnt from are answered."""
    analyser = Analyser(encoder)
    places = sorted(path.parent for folder in folders for path in folder.glob("*/scenario.yaml"))
    asked = [_read(place, encoder, analyser) for place in places]
    found: dict[str, Array] = {}
    ranked: dict[str, Parameters] = {}
    for part in range(FOLDS):
        learnt = _rank([one for i, one in enumerate(asked) if i % FOLDS != part])
        found |= {one.brand: _parts(one, learnt["map"]) for one in asked[part::FOLDS]}
        ranked |= {one.brand: learnt for one in asked[part::FOLDS]}
    usual = _usual(found, ranked)
    ranked = {brand: {**learnt, "usual": usual} for brand, learnt in ranked.items()}
    views = {one.brand: _views(one, found[one.brand], ranked[one.brand]) for one in asked}
    told: dict[str, Array] = {}
    for part in range(HELD_OUT):
        scale, model = _decide([views[one.brand] for i, one in enumerate(asked) if i % HELD_OUT != part])
        for one in asked[part::HELD_OUT]:
            view = views[one.brand]
            logits = scale.transform(view.features[: view.whole]) @ model[:-1] + model[-1]
            told[one.brand] = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    limits = _limits(asked, told)
    _report(asked, {brand: found[brand] @ ranked[brand]["weights"] for brand in found}, told, limits, say)
    scale, model = _decide(list(views.values()))
    weights = model[:-1] / scale.scale_[:, None]
    decision = np.vstack([weights, model[-1] - scale.mean_ @ weights]).astype(np.float32)
    return {**_rank(asked), "usual": usual, "decision": decision, "limits": np.array(limits, np.float32)}


def _read(folder: Path, encoder: Encoder, analyser: Analyser) -> Asked:
    faq = yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))["faq"]
    known = Knowledge(encoder, [Entry(entry["id"], (entry["question"],), (entry["answer"],)) for entry in faq])
    heard, asked = (_rows(folder / name) for name in ("messages.jsonl", "questions.jsonl"))
    own = [{"text": entry["question"], "faq": entry["id"]} for entry in faq]  # who asks in its words gets the entry
    rows = [*heard, *asked, *own]
    texts = tuple(row["text"] for row in rows)
    analyses = tuple(analyser.analyse(texts))
    shared = np.stack([known.index.scores(text) for text in texts])
    longer = np.array([lexical_weight(text) for text in texts], np.float32)[:, None]
    return Asked(
        folder.name,
        torch.from_numpy(known.questions),
        torch.from_numpy(known.answers),
        texts,
        analyses,
        torch.from_numpy(np.stack([analysis.vector for analysis in analyses])),
        torch.from_numpy(np.stack([shared, shared * longer], -1)),
        np.array([known.ids.index(row["faq"]) if row["faq"] in known.ids else -1 for row in rows]),
        tuple(row["intent"] if row["faq"] is None else "none" if row["faq"] == "none" else "entry" for row in rows),
        len(heard),
    )


def _rows(file: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def _tensor_parts(one: Asked, space: torch.Tensor) -> torch.Tensor:
    texts, questions, answers = (normalize(v @ space, dim=-1) for v in (one.vectors, one.questions, one.answers))
    cosines = [texts @ v.T for v in (questions, answers, normalize(questions + answers, dim=-1))]
    return torch.cat([torch.stack(cosines, -1), one.shared], -1)


def _parts(one: Asked, space: Array) -> Array:
    """Return what each entry's score is made of for each text, float32 [n, e, PARTS] (`Pairer.parts`)."""
    return _tensor_parts(one, torch.from_numpy(space)).numpy()


def _usual(found: Mapping[str, Array], ranked: Mapping[str, Parameters]) -> Array:
    """Return the mean parts of the entries that come after the first three, float32 [PARTS]."""
    rest = []
    for brand, parts in found.items():
        order = np.argsort(-(parts @ ranked[brand]["weights"]), axis=1)[:, CHOICES:COMPARED]
        rest.append(np.take_along_axis(parts, order[..., None], axis=1).reshape(-1, PARTS))
    return np.asarray(np.concatenate(rest).mean(0), np.float32)


def _rank(asked: Sequence[Asked]) -> dict[str, Array]:
    """Return "map" [d, d] and "weights" [PARTS], by gradient descent on all of `asked` at once."""
    identity = torch.eye(asked[0].vectors.shape[1])
    space, weights = identity.clone().requires_grad_(), torch.tensor(START).requires_grad_()
    none = torch.tensor([9.0, 0.0], requires_grad=True)  # the score of "none": a constant, and a share of the mean
    assert len(weights) == PARTS
    groups = [{"params": [weights, none], "lr": 5e-2}, {"params": [space], "lr": 3e-3}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    used = [np.array([kind in ("entry", "none") or not i % EVERY for i, kind in enumerate(a.kinds)]) for a in asked]
    count = sum(int((one.gold >= 0).sum()) for one in asked)
    for _ in range(STEPS):
        loss = NEAR_IDENTITY * (space - identity).square().sum()
        for one, chosen in zip(asked, used, strict=True):
            scores = _tensor_parts(one, space) @ weights
            gold, known = torch.from_numpy(one.gold), torch.from_numpy(one.gold >= 0)
            nothing = none[0] + none[1] * scores.mean(1, keepdim=True)
            or_none = torch.where(known, gold, scores.shape[1])
            rows = torch.from_numpy(chosen)
            loss = loss + cross_entropy(torch.cat([scores, nothing], 1)[rows], or_none[rows], reduction="sum") / count
            loss = loss + cross_entropy(scores[known], gold[known], reduction="sum") / count
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return {"map": space.detach().numpy(), "weights": weights.detach().numpy()}


def _views(one: Asked, found: Array, ranked: Parameters) -> Examples:
    """Return what the regressions learn of a brand: first with its whole knowledge, then with each small part of it."""
    count = found.shape[1]
    cuts = [(part, into) for into in SMALL for part in range(min(into, count))]
    slices = [np.arange(count), *(np.arange(count)[part::into] for part, into in cuts)]
    asks = np.array([kind in ("entry", "none") for kind in one.kinds])
    features, right, weights = [], [], []
    for columns in slices:
        rows = zip(found[:, columns], one.texts, one.analyses, strict=True)
        features.append(np.stack([_seen(parts, ranked, text, analysis) for parts, text, analysis in rows]))
        right.append(_right(columns, one.gold, found @ ranked["weights"]))
        share = 1.0 if len(columns) == count else len(columns) / count
        weights.append(np.stack([np.where(asks, share, share * chatter) for chatter in CHATTER], 1))
    return Examples(len(one.texts), np.vstack(features), np.vstack(right), np.vstack(weights))


def _seen(parts: Array, ranked: Parameters, text: str, analysis: Analysis) -> Array:
    return decision_features(parts, nearest_entries(parts @ ranked["weights"]), ranked, text, analysis)


def _right(columns: NDArray[np.int64], gold: NDArray[np.int64], scores: Array) -> NDArray[np.bool_]:
    """Return whether the right entry comes first among `columns`, and whether it is among three, bool [n, 2]."""
    best = columns[np.argsort(-scores[:, columns], axis=1, kind="stable")]
    right = best[:, :CHOICES] == gold[:, None]
    return np.stack([right[:, 0], right.any(1)], 1)


def _decide(learnt: Sequence[Examples]) -> tuple[StandardScaler, NDArray[np.float64]]:
    """Fit both regressions; return how features are scaled, and the weights [f + 1, 2] of scaled ones, offsets last."""
    rows = np.vstack([one.features for one in learnt])
    scale = StandardScaler().fit(rows)
    columns = []
    for side in range(len(CHATTER)):
        model = LogisticRegression(C=STRENGTH, max_iter=1_000)
        truth, weight = (
            np.concatenate([getattr(one, name)[:, side] for one in learnt]) for name in ("right", "weight")
        )
        model.fit(scale.transform(rows), truth, sample_weight=weight)
        columns.append(np.r_[model.coef_[0], model.intercept_])
    return scale, np.stack(columns, 1)


def _limits(asked: Sequence[Asked], told: Mapping[str, Array]) -> tuple[float, float]:
    nothing, chat = (_of(asked, kinds, told, heard=True) for kinds in (("none",), ("chitchat",)))
    nothing = nothing if len(nothing) else _of(asked, ("none",), told, heard=False)
    sure = max(float(np.quantile(nothing[:, 0], REFUSED)), float(np.quantile(chat[:, 0], QUIET)))
    return sure, float(np.quantile(chat[chat[:, 0] < sure, 1], 1.0 - OFFERED))


def _report(
    asked: Sequence[Asked],
    scores: Mapping[str, Array],
    told: Mapping[str, Array],
    limits: tuple[float, float],
    say: Callable[[str], None],
) -> None:
    right = {one.brand: _right(np.arange(len(one.answers)), one.gold, scores[one.brand]) for one in asked}
    say(f"{len(asked)} brands, each answered by what was learnt from others; limits {limits[0]:.3f}, {limits[1]:.3f}")
    for where, heard in (("in groups", True), ("beside", False)):
        entry = _of(asked, ("entry",), told, heard=heard)
        if not len(entry):
            continue
        first = _of(asked, ("entry",), right, heard=heard).astype(bool)
        answered = entry[:, 0] >= limits[0]
        offered = ~answered & (entry[:, 1] >= limits[1])
        say(
            f"{len(entry)} with an entry, {where}: first {first[:, 0].mean():.3f}, among three {first[:, 1].mean():.3f}"
        )
        say(f"  answered right {(answered & first[:, 0]).mean():.3f}, wrong {(answered & ~first[:, 0]).mean():.3f}")
        say(f"  answered right or offered {((answered & first[:, 0]) | (offered & first[:, 1])).mean():.3f}")
        none = _of(asked, ("none",), told, heard=heard)[:, 0]
        say(f"{len(none)} without one, {where}: not answered {(none < limits[0]).mean():.3f}")
    chat = _of(asked, ("chitchat",), told, heard=True)
    talks = chat[:, 0] >= limits[0]
    say(f"{len(chat)} chats: answered {talks.mean():.3f}, offered {(~talks & (chat[:, 1] >= limits[1])).mean():.3f}")


def _of(
    asked: Iterable[Asked], kinds: Sequence[str], values: Mapping[str, NDArray[Any]], *, heard: bool
) -> NDArray[Any]:
    """Return the `values` of the texts of these kinds that were heard in groups, or of the others, stacked."""
    chosen = [
        values[one.brand][
            [
                kind in kinds and (row < one.heard) == heard and row < len(one.kinds) - len(one.answers)
                for row, kind in enumerate(one.kinds)
            ]
        ]
        for one in asked
    ]
    return np.vstack(chosen)
