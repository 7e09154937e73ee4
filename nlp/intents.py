"""What the writer wants: to ask, to complain, to praise, to claim, to help, or just to chat.

Evidence adds up: how the text is worded (beside the examples of `nlp/examples/intents.yaml`), its punctuation, the
model's sentiment, claim and question heads, and whether it is about the brand at all. All terms are log-likelihoods.
"""

import math
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nlp.discriminant import Discriminant
from nlp.encoder import Encoder

INTENTS = ("question", "complaint", "praise", "claim", "other", "chitchat")
MARKED, OPENED, PLAIN = 2.0, 0.5, -1.0  # a question mark speaks loudly, its absence in a chat softly
HALF = 0.5  # the claim and question heads repeat some of what the wording says
CLAIM_IS_RARE = -1.0
CHAT_IS_ANY_MOOD = -0.4  # chitchat is the commonest, and needs no sentiment
FLOOR = 0.02  # no witness is surer than this
AGREES = 0.5  # the question head's word, where a text only begins like a question
_MARK = re.compile("[?？؟]")
_GREETING = r"(?:bonjour|bonsoir|bjr|salut|slt|coucou|hello|hi|hey|hola|hallo|ciao|ol[aá]|svp|please|dites|question)\W+"
_OPENERS = (
    r"est[- ]ce que?|qu[' ]?est|quelqu'?un|qqn|qqun|qui|quoi|quand|quel(?:le)?s?|combien|comment|pourquoi|pk|pq|où",
    r"c'?est quoi|c'?est qui|c'?est où",
    r"what|when|where|who|why|how|which|is|are|does|did|can|could|any ?(?:one|body)|has any|have you|do you",
    r"qué|quién|cuándo|dónde|cómo|por qué|cuánto|alguien",
    r"wer|was|wann|wo|wie|warum|weiß jemand|kann|hat jemand",
    r"chi|che cosa|quando|dove|come|perché|quanto|qualcuno",
    r"quem|onde|como|por que|alguém",
)
_OPENS = re.compile(rf"^\W*(?:{_GREETING})*(?:{'|'.join(_OPENERS)})\b", re.IGNORECASE)

Array = NDArray[np.float32]


class IntentReader:
    """Weighs a text against each intent."""

    def __init__(self, encoder: Encoder) -> None:
        self._wording = Discriminant.of(encoder, "intents")

    def evidence(
        self, text: str, vector: Array, sentiments: Mapping[str, float], claim: float, question: float | None
    ) -> Mapping[str, float]:
        """Return the log-likelihood of each intent, the topic left out of account.

        `claim` and `question` are the heads' probabilities (`question` None where the model has no such head).
        """
        shares = self._wording.probabilities(vector[None])[0]
        weights = {name: _log(float(share)) for name, share in zip(self._wording.classes, shares, strict=True)}
        weights["question"] += MARKED if _MARK.search(text) else OPENED if _OPENS.match(text) else PLAIN
        weights["question"] += HALF * _logit(question) if question is not None else 0.0
        weights["complaint"] += _log(sentiments["negative"])
        weights["praise"] += _log(sentiments["positive"])
        weights["other"] += _log(sentiments["neutral"])
        weights["claim"] += CLAIM_IS_RARE + HALF * _logit(claim) + _log(1.0 - sentiments["positive"])
        weights["chitchat"] += CHAT_IS_ANY_MOOD
        return {name: round(weights[name], 4) for name in INTENTS}


def likeliest_intent(evidence: Mapping[str, float], off_topic: float | None) -> str:
    """Return the likeliest intent; `off_topic` is the probability that the text is not about the brand, if known.

    Chitchat is about anything else, a question may be; to complain, praise, claim or help is about the brand.
    """
    if off_topic is None:
        return max(evidence, key=evidence.__getitem__)
    about, beside = _log(1.0 - off_topic), _log(off_topic)
    place = {"chitchat": beside, "question": max(about, beside - 1.0)}
    return max(evidence, key=lambda name: evidence[name] + place.get(name, about))


def is_question(text: str, question: float | None) -> bool:
    """Return whether a text asks: it has a question mark, or begins so and the head (a probability, or None) agrees."""
    if _MARK.search(text):
        return True
    return bool(_OPENS.match(text)) and (question is None or question >= AGREES)


def _log(share: float) -> float:
    return math.log(share + FLOOR)


def _logit(probability: float) -> float:
    return _log(probability) - _log(1.0 - probability)
