"""What a batch is punished for: each head where it has labels, and the sentence vector where it drifts."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from nlp.training.labels import HEADS
from nlp.training.prepare import columns

HEAD_WEIGHTS: Mapping[str, float] = {
    "sentiment": 1.0, "emotion": 1.0, "irony": 1.0, "offence": 1.0, "claim": 0.8, "check_worthy": 0.5, "question": 0.3,
    "feelings": 0.6, "polarity": 0.7, "plutchik": 0.4, "hate": 0.4, "harmful": 0.3,
}  # fmt: skip
VECTOR_WEIGHT = 2.0
SMOOTHING = 0.05


def head_losses(answers: Mapping[str, Tensor], targets: Tensor, weights: Tensor) -> dict[str, Tensor]:
    """Return each head's summed loss over its labelled examples (scalar tensors; heads without labels are absent).

    Softmax heads: cross-entropy; sigmoid heads: binary cross-entropy summed over labels and divided by the square root
    of their number, so that a head of 28 labels does not outshout one of one. Both with label smoothing 0.05.
    """
    losses = {}
    for name, place in columns().items():
        target = targets[:, place]
        labelled = ~target[:, 0].isnan()
        if not labelled.any():
            continue
        logits, target = answers[name][labelled], target[labelled]
        count = target.shape[1]
        if HEADS[name].kind == "softmax":
            smooth = target * (1 - SMOOTHING) + SMOOTHING / count
            loss = -(smooth * log_softmax(logits, -1)).sum(-1)
        else:
            smooth = target * (1 - SMOOTHING) + SMOOTHING / 2 if count == 1 else target
            loss = binary_cross_entropy_with_logits(logits, smooth, reduction="none").sum(-1) / count**0.5
        losses[name] = (loss * weights[labelled]).sum()
    return losses


def vector_loss(vectors: Tensor, teacher: Tensor, variance: float) -> Tensor:
    """Return the summed share of the base vectors' variance that `vectors` (float [B, width]) do not explain."""
    return (vectors - teacher).square().sum() / variance


def total(losses: Mapping[str, Tensor], batch_size: int) -> Tensor:
    """Return the weighted sum of summed losses as a mean over the batch."""
    return (
        torch.stack([loss * HEAD_WEIGHTS.get(name, VECTOR_WEIGHT) for name, loss in losses.items()]).sum() / batch_size
    )
