"""What the writer wants: to ask, to complain, to praise, to claim something, or just to chat."""

import re
from typing import Literal

Intent = Literal["question", "complaint", "praise", "claim", "chitchat", "other"]

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
_ASKS = re.compile(rf"^\W*(?:{_GREETING})*(?:{'|'.join(_OPENERS)})\b", re.IGNORECASE)
QUESTION = 0.5
CLAIM = 0.5


def intent_of(text: str, *, sentiment: str, about_brand: bool, claim: float, question: float | None) -> Intent:
    """Return the intent from what the heads say and how the text is written.

    `claim` and `question` are probabilities (`question` None where the model has no such head); `about_brand` says that
    the text is about one of the brand's topics.
    """
    if _asks(text, question):
        return "question"
    if not about_brand:
        return "chitchat"
    if claim >= CLAIM:
        return "claim"
    if sentiment == "negative":
        return "complaint"
    if sentiment == "positive":
        return "praise"
    return "other"


def _asks(text: str, question: float | None) -> bool:
    if _MARK.search(text):
        return True
    return bool(_ASKS.match(text)) and (question is None or question >= QUESTION)
