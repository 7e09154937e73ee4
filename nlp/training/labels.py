"""The heads, and the labels that no corpus carries but that follow openly from what it does carry."""

import re
from collections.abc import Iterable, Mapping

from nlp.training.heads import HeadSpec

Value = str | float | tuple[str, ...]
"""A label (softmax), the labels that hold, or a number 0..1 (sigmoid)."""

FEELINGS = (
    *("admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire"),
    *("disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy"),
    *("love", "nervousness", "neutral", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise"),
)
PLUTCHIK = ("anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust")
POLARITY = ("negative", "neutral", "positive")

SHIPPED: Mapping[str, HeadSpec] = {
    "sentiment": HeadSpec("softmax", POLARITY),
    "emotion": HeadSpec("softmax", ("anger", "joy", "optimism", "sadness")),
    "feelings": HeadSpec("sigmoid", FEELINGS),
    "irony": HeadSpec("sigmoid", ("irony",)),
    "offence": HeadSpec("sigmoid", ("offence",)),
    "claim": HeadSpec("sigmoid", ("claim",)),
    "check_worthy": HeadSpec("sigmoid", ("check_worthy",)),
    "question": HeadSpec("sigmoid", ("question",)),
}
AUXILIARY: Mapping[str, HeadSpec] = {
    "polarity": HeadSpec("softmax", POLARITY),
    "plutchik": HeadSpec("sigmoid", PLUTCHIK),
    "hate": HeadSpec("sigmoid", ("hate",)),
    "harmful": HeadSpec("sigmoid", ("harmful",)),
}
HEADS: Mapping[str, HeadSpec] = {**SHIPPED, **AUXILIARY}

_POSITIVE = frozenset(
    (
        *("admiration", "amusement", "approval", "caring", "excitement", "gratitude", "joy", "love", "optimism"),
        *("pride", "relief", "trust"),
    )
)
_NEGATIVE = frozenset(
    (
        *("anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment", "fear", "grief"),
        *("nervousness", "remorse", "sadness"),
    )
)
_ASKS = re.compile(r"[?؟]\W*$")
_MARKS = re.compile(r"\s*[?؟¿]+")
_OPENERS = re.compile(
    r"(?:what|whats|how|why|when|where|who|whose|which|is|are|am|do|does|did|can|could|will|would|has|have|should|"
    r"was|wie|was|wer|wo|wann|warum|wieso|welche[rsnm]?|wieviele?|woher|wohin|gibt|ist|sind|hat|habe|kann)\b"
)


def target_of(head: HeadSpec, value: Value) -> list[float]:
    """Return `value` as numbers, one a label of `head`: one-hot, several-hot, or the number itself.

    >>> target_of(HeadSpec("softmax", ("a", "b")), "b"), target_of(HeadSpec("sigmoid", ("yes",)), 1.0)
    ([0.0, 1.0], [1.0])
    """
    if isinstance(value, float):
        return [value] * len(head.labels)
    chosen = {value} if isinstance(value, str) else set(value)
    return [float(label in chosen) for label in head.labels]


def polarity(emotions: Iterable[str]) -> str | None:
    """Return the polarity that all of `emotions` share, or None where they are mixed or have none.

    >>> polarity(["joy", "love"]), polarity(["joy", "anger"]), polarity(["curiosity"]), polarity(["neutral"])
    ('positive', None, None, 'neutral')
    """
    found = {"positive" if e in _POSITIVE else "negative" if e in _NEGATIVE else e for e in emotions}
    return found.pop() if len(found) == 1 and found <= set(POLARITY) else None


def punctuated_question(text: str) -> float | None:
    """Say whether a punctuated text asks: 1.0 if it ends with a question mark, 0.0 if it holds none, else None.

    >>> punctuated_question("C'est où ?"), punctuated_question("C'est ici."), punctuated_question("Où ? Ici.")
    (1.0, 0.0, None)
    """
    if _ASKS.search(text):
        return 1.0
    return None if re.search("[?؟]", text) else 0.0


def unpunctuated_question(text: str) -> float | None:
    """Say 1.0 where an English or German text without punctuation opens as a question does, else None.

    >>> unpunctuated_question("wie lange dauert das"), unpunctuated_question("weck mich um neun")
    (1.0, None)
    """
    return 1.0 if _OPENERS.match(text.lower()) else None


def without_question_marks(text: str) -> str:
    """Return `text` without question marks: chats often drop them, and the head must not lean on them alone.

    >>> without_question_marks("¿Dónde está?")
    'Dónde está'
    """
    return _MARKS.sub("", text).strip()
