"""From a trained folder to a shippable one: only the shipped heads, each with temperatures and thresholds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from nlp.heads import HeadSpec
from nlp.training.benchmarks import VALIDATION, Labelled
from nlp.training.calibration import best_threshold, crossed_error, fit_temperature, unsure_below
from nlp.training.heads import ModelCard
from nlp.training.predict import Predict, read_once
from nlp.training.prepare import NOISY_LANGUAGES

LANGUAGE_GROUPS: Mapping[str, str] = {
    **dict.fromkeys(("en",), "english"),
    **dict.fromkeys(("fr", "es", "it", "pt", "ca", "ro"), "romance"),
    **dict.fromkeys(("de", "nl", "da", "sv", "no"), "germanic"),
}
LEAST = 200  # texts of a language group from which it gets a temperature of its own
BALANCED = frozenset({"offence"})  # yes-or-no heads whose threshold serves both answers; the others serve the yes


def calibrate(
    predict: Predict, card: ModelCard, data: Path, say: Callable[[str], None]
) -> tuple[ModelCard, dict[str, Any]]:
    """Return the card with temperatures and thresholds from the validation splits, and a report of the errors.

    The report holds, by head, the expected calibration error before and after, each half of the split judged with the
    temperature of the other half.
    """
    heads, report = dict(card.heads), {}
    splits = {name: split.read(data) for name, split in VALIDATION.items() if name in heads}
    say(f"{sum(len(labelled.texts) for labelled in splits.values())} texts")
    answers = read_once(predict, {name: labelled.texts for name, labelled in splits.items()})
    for name, labelled in splits.items():
        heads[name], report[name] = calibrate_head(heads[name], name, answers[name][name], labelled)
    return replace(card, heads=heads, language_groups=LANGUAGE_GROUPS), report


def calibrate_head(
    head: HeadSpec, name: str, logits: NDArray[np.float32], labelled: Labelled
) -> tuple[HeadSpec, dict[str, Any]]:
    """Return the head with temperatures by language group and thresholds, and its calibration errors.

    Languages whose labels cannot be trusted are left out.
    """
    kept = np.asarray([(name, lang) not in NOISY_LANGUAGES for lang in labelled.langs])
    langs = [lang for lang, keep in zip(labelled.langs, kept, strict=True) if keep]
    logits, labelled = logits[kept], Labelled([], langs, labelled.truth[kept])
    groups = np.asarray([LANGUAGE_GROUPS.get(lang, "default") for lang in labelled.langs])
    temperatures = {"default": fit_temperature(head, logits, labelled.truth)}
    for group in sorted(set(groups)):
        if group != "default" and (groups == group).sum() >= LEAST:
            temperatures[group] = fit_temperature(head, logits[groups == group], labelled.truth[groups == group])
    tempered = replace(head, temperatures=temperatures)
    probabilities = _by_group(tempered, logits, groups)
    before, after = crossed_error(head, logits, labelled.truth)
    thresholds = _thresholds(tempered, name, probabilities, labelled.truth)
    report = {"texts": len(logits), "error_before": round(before, 4), "error_after": round(after, 4)}
    return replace(tempered, thresholds=thresholds), report | {"temperatures": temperatures, "thresholds": thresholds}


def _thresholds(
    head: HeadSpec, name: str, probabilities: NDArray[np.float32], truth: NDArray[np.float32]
) -> dict[str, float]:
    if head.kind == "softmax":
        return {"unsure": unsure_below(probabilities, truth)}
    average = "macro" if name in BALANCED else "binary"

    def score(gold: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
        return float(f1_score(gold, said, average=average, zero_division=0))

    return {
        label: best_threshold(probabilities[:, column], truth[:, column] >= 0.5, score)
        for column, label in enumerate(head.labels)
    }


def _by_group(head: HeadSpec, logits: NDArray[np.float32], groups: Sequence[str] | NDArray[Any]) -> NDArray[np.float32]:
    return np.stack([head.probabilities(row, str(group)) for row, group in zip(logits, groups, strict=True)])
