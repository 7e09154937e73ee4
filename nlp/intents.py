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


def intent_of(*, asks: bool, sentiment: str, claim: float, about_brand: bool) -> Intent:
    """Return the intent from what the heads say; `about_brand` means about one of the brand's topics."""
    if asks:
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


def is_question(text: str, question: float | None) -> bool:
    """Return whether a text asks something: it says so, or begins so and the head (probability, or None) agrees."""
    if _MARK.search(text):
        return True
    return bool(_ASKS.match(text)) and (question is None or question >= QUESTION)
