"""How a text is read where the chat reader has nothing to say: with an encoder that it was not learnt on.

A stand-in for `nlp/chat.py`, fitted at load on the examples of `nlp/examples/intents.yaml`: evidence adds up from the
wording, a question mark, the sentiment and claim heads, and whether the topics place the text beside the brand. What
was said before it counts for the topic only.
"""

import math
from collections.abc import Mapping

import numpy as np

from nlp.chat import INTENTS, SENTIMENTS, STATE, Array, Reading
from nlp.discriminant import Discriminant
from nlp.encoder import Encoder

MARKED, PLAIN = 2.0, -1.0  # a question mark speaks loudly, its absence in a chat softly
HALF = 0.5  # the claim head repeats some of what the wording says
CLAIM_IS_RARE = -1.0
FLOOR = 0.02  # no witness is surer than this
TOLD = ("complaint", "praise", "claim")  # intents that stories are made of
_NO_CONTEXT = np.zeros((2, len(STATE), len(STATE)), np.float32)
_EQUAL = np.full(len(INTENTS), 1 / len(INTENTS), np.float32)
_NO_CENTRE = np.zeros(len(STATE), np.float32)


class ExampleReader:
    """Reads a text by the shipped examples and the encoder's heads."""

    def __init__(self, encoder: Encoder) -> None:
        self._wording = Discriminant.of(encoder, "intents")

    def read(
        self, text: str, vector: Array, sentiments: Mapping[str, float], claim: float, off_topic: float | None
    ) -> Reading:
        """Return the text's reading, which nothing that stands before it moves.

        `claim` is the head's probability, `off_topic` that the text is not about the brand, None where nobody knows.
        """
        shares = self._wording.probabilities(vector[None])[0]
        weights = {name: _log(float(share)) for name, share in zip(self._wording.classes, shares, strict=True)}
        weights["question"] += MARKED if "?" in text else PLAIN
        weights["complaint"] += _log(sentiments["negative"])
        weights["praise"] += _log(sentiments["positive"])
        weights["other"] += _log(sentiments["neutral"])
        weights["claim"] += CLAIM_IS_RARE + HALF * _logit(claim) + _log(1.0 - sentiments["positive"])
        if off_topic is not None:
            for name in INTENTS:
                weights[name] += _log(off_topic if name == "chitchat" else 1.0 - off_topic)
        top = max(weights.values())
        powers = {name: math.exp(weight - top) for name, weight in weights.items()}
        telling = sum(powers[name] for name in TOLD) / sum(powers.values())
        about = 1.0 - off_topic if off_topic is not None else 1.0 - powers["chitchat"] / sum(powers.values())
        moods = [math.log(max(sentiments[name], 1e-6)) for name in SENTIMENTS]
        evidence = [*(weights[name] for name in INTENTS), *moods, _logit(about), _logit(telling)]
        return Reading(np.array(evidence, np.float32), _NO_CONTEXT, _NO_CENTRE, _EQUAL)


def _log(share: float) -> float:
    return math.log(share + FLOOR)


def _logit(probability: float) -> float:
    return _log(probability) - _log(1.0 - probability)
