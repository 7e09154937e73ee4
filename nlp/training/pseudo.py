"""Self-training: a trained model's sentiment, in shares, as the label of texts that nobody labelled for sentiment.

Xie et al. 2020 (Noisy Student): a student that learns from its teacher's answers on unlabelled texts, under dropout,
beside the few labelled ones, ends better than its teacher.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
from rich.progress import track

from nlp.encoder import load_encoder
from nlp.manifest import Manifest
from nlp.training.prepare import Prepared, chosen_examples, columns

HEAD = "sentiment"
SHARES: Mapping[str, float] = {
    "offence": 1.0, "emotion": 1.0, "irony": 1.0, "hate": 1.0, "claims": 1.0, "subtitles": 0.5, "feelings": 0.5,
}  # fmt: skip
PIECE = 2000
LABELLED_WEIGHT = 1.5  # what people said counts for more than what a model believes


def pseudo_label(prepared: Prepared, data: Path, weights: Path, threads: int = 2) -> Prepared:
    """Return `prepared` with the sentiment that the export in `weights` reads where no person gave one.

    A source's share of texts in `SHARES` is read, chosen by a hash. Raises ValueError if `prepared` was not made from
    `data`.
    """
    examples = chosen_examples(data)
    if len(examples) != len(prepared.lengths):
        raise ValueError(
            f"{data} holds {len(examples)} texts, the prepared arrays {len(prepared.lengths)}: prepare again"
        )
    place = columns()[HEAD]
    rows = [
        i
        for i, e in enumerate(examples)
        if np.isnan(prepared.targets[i, place.start]) and crc32(e.text.encode(), 1) / 2**32 < SHARES.get(e.source, 0.0)
    ]
    card = Manifest.read(weights)
    encoder = load_encoder(weights, threads=threads)
    pieces = [rows[start : start + PIECE] for start in range(0, len(rows), PIECE)]
    logits = np.concatenate(
        [encoder.encode([examples[i].text for i in piece]).logits[HEAD] for piece in track(pieces, "sentiment")]
    )
    groups = [card.language_groups.get(examples[i].lang, "default") for i in rows]
    targets, counts = prepared.targets.copy(), prepared.weights.copy()
    counts[~np.isnan(targets[:, place.start])] *= LABELLED_WEIGHT
    for row, answer, group in zip(rows, logits, groups, strict=True):
        targets[row, place] = card.heads[HEAD].probabilities(answer[None], group)[0]
    return replace(prepared, targets=targets, weights=counts)
