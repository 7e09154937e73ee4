"""The chat reader: what a message of a brand's group wants, what mood it is in, and whether it matters.

One linear model, learnt from hand-written group chats (`python -m nlp.training chat`), on what the encoder's single
pass gives (the sentence vector and every head's logits), on how the text looks, on its words, and on what stood before
it in its chat. It answers four questions at once: the intent, the sentiment as people show it to each other (not as
tweets show it to the world), whether the message is about the brand (`about`), and which kind of story it tells, if
any, rather than keeps a conversation going (`tells`).

A text is read once (`ChatReader.read`); its place in the chat is weighed in afterwards (`Reading.after`), so that
copies of a text stay free.
"""

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder
from nlp.errors import WeightsError
from nlp.narratives.tales import TALES

INTENTS = ("question", "complaint", "praise", "claim", "other", "chitchat")
SENTIMENTS = ("negative", "neutral", "positive")
TALK = "talk"
OUTPUTS = (*INTENTS, *SENTIMENTS, "about", TALK, *TALES)
STATE = (*INTENTS, *SENTIMENTS, "about", "telling")
BUCKETS = 4096  # words share this many weights by their checksums
WORDS, LOGITS, CUES = 4.0, 0.3, 1.0  # how much each kind of feature may weigh beside the vector: chosen in training
VECTOR = 3.0
LARGEST_LOGIT = 8.0
LEANS = 0.4  # 0 gives the likeliest intent, 1 counts a rare intent like a common one
SHORTEST_NAME = 4  # "DB" also means other things
_INTENT, _MOOD, _ABOUT, _TALK, _TELLS = slice(0, 6), slice(6, 9), 9, 10, slice(10, 17)

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
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        "[?？؟]",
        r"[?？؟]\W*$",
        rf"^\W*(?:{_GREETING})*(?:{'|'.join(_OPENERS)})\b",
        "[!！¡]",
        r"\.\.\.|…",
        r"\.$",
        r"\b(?:mdr+|lol|ptdr|lmao|xd|hihi+|(?:ha){2,}|(?:ja){2,}|(?:he){2,})\b|[😂🤣😅😆😹]",
        r"\d",
        r"\d\s*(?:€|£|\$|%|euros?\b|eur\b|chf\b)|[€£$]\s*\d",
        r"\d\s*[h:]\s*\d*",
        r"\bhttp\b|\b[\w-]+\.(?:com|net|org|info|app|shop|fr|de|es|it|ch|be|example)\b",
        r"\[",
        "[\U0001f000-\U0001ffff\u2600-\u27bf]",
    )
)
_TOKENS = re.compile(r"\w+|[^\w\s]")
_DIGITS = re.compile(r"\d+")
_DOUBLED = re.compile(r"(.)\1+")
LONG = 20  # words from which a chat message is long
CUE_COUNT = len(_PATTERNS) + 7

Array = NDArray[np.float32]


class Told(NamedTuple):
    """What a message says in its chat: calibrated probabilities to four decimals, and the intent that it is given.

    `intent` leans to the rare ones: a claim is told from talk though talk is five times as common. `tells` gives each
    of `TALES` its share of `telling`; it is empty from a reader that does not know them.
    """

    intent: str
    intents: Mapping[str, float]
    sentiments: Mapping[str, float]
    about: float
    telling: float
    tells: Mapping[str, float]


class State(NamedTuple):
    """What an earlier message said, as far as it matters to the next."""

    intent: str
    sentiments: Mapping[str, float]
    about: float
    telling: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text read on its own: log-odds of OUTPUTS, float32 [17], not yet weighed with what stood before, or of STATE,
    float32 [11], from a reader that cannot tell kinds of story apart.

    `context` float32 [2, 11, 17] says how the state of what it replies to, and of what stood before it, move them;
    `centre` [11] is the state of an average message, `shares` [6] how common each intent is in a chat; `alone` [17] how
    much more often a text says what it says when it does not stand in a chat.
    """

    evidence: Array
    context: Array
    centre: Array
    shares: Array
    alone: Array | None = None

    def outside(self) -> Told:
        """Return what the text says outside of any chat, where people hardly chatter: of a line of a file, say."""
        if self.alone is None:
            return self.after()
        return replace(self, evidence=self.evidence + self.alone, shares=np.ones_like(self.shares)).after()

    def after(self, parent: State | None = None, previous: State | None = None, fresh: float = 1.0) -> Told:
        """Return what the message says after `parent` (which it replies to) and `previous` (the one before it).

        `fresh`, 0..1, is how much the previous one still counts. Without either: what it says on its own.
        """
        logits = self.evidence
        for state, share, weights in ((parent, 1.0, self.context[0]), (previous, fresh, self.context[1])):
            if state is not None:
                logits = logits + np.float32(share) * np.einsum("i,io->o", state_vector(state) - self.centre, weights)
        shares = _softmax(logits[_TELLS]) if len(logits) == len(OUTPUTS) else [1.0 - _sigmoid(logits[_TALK])]
        return Told(
            INTENTS[int(np.argmax(logits[_INTENT] - np.float32(LEANS) * np.log(self.shares)))],
            dict(zip(INTENTS, _softmax(logits[_INTENT]), strict=True)),
            dict(zip(SENTIMENTS, _softmax(logits[_MOOD]), strict=True)),
            _sigmoid(logits[_ABOUT]),
            round(1.0 - shares[0], 4),
            dict(zip(TALES, shares[1:], strict=False)),
        )


class ChatReader:
    """The learnt weights, for one brand's names."""

    def __init__(self, parameters: Mapping[str, Array], encoder: Encoder, names: Sequence[str] = ()) -> None:
        """`parameters` are the arrays of chat.npz (see `nlp/training/chat.py`); `names` the brand's name and aliases.

        Raises WeightsError where they were learnt on another encoder.
        """
        self._heads = tuple(encoder.heads)
        self._names = name_pattern(names)
        features = encoder.dimensions + sum(len(head.labels) for head in encoder.heads.values()) + CUE_COUNT
        found = {name: values.shape for name, values in parameters.items()}
        if found != shapes(features):
            raise WeightsError(
                f"the chat reader of {encoder.name} {encoder.version} has the arrays {found}; with this encoder "
                f"they would be {shapes(features)}: fit it anew (python -m nlp.training chat --weights FOLDER)"
            )
        self._text, self._words, self._bias = parameters["text"], parameters["words"], parameters["bias"]
        self._rest = parameters["context"], parameters["centre"], parameters["shares"], parameters["alone"]

    def read(self, text: str, vector: Array, logits: Mapping[str, Array]) -> Reading:
        """Read a normalised text; `vector` [d] and `logits` (a head to [labels]) are what the encoder says of it."""
        features = text_features(text, vector, [logits[name] for name in self._heads], self._names)
        places = word_places(text)
        evidence = self._bias + np.einsum("f,fo->o", features, self._text)
        if len(places):
            evidence = evidence + self._words[places].sum(0) / np.float32(np.sqrt(len(places)))
        return Reading(evidence, *self._rest)


def shapes(features: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of chat.npz for an encoder that gives `features` features with CUE_COUNT cues."""
    wide, state = len(OUTPUTS), len(STATE)
    arrays = {"text": (features, wide), "words": (BUCKETS, wide), "context": (2, state, wide), "bias": (wide,)}
    return arrays | {"centre": (state,), "shares": (len(INTENTS),), "alone": (wide,)}


def text_features(text: str, vector: Array, logits: Sequence[Array], names: re.Pattern[str] | None) -> Array:
    """Return a text's features but for its words, float32 [d + labels + CUE_COUNT]: vector, every head, the surface."""
    cues = np.array(_cues(text, names), np.float32) * np.float32(CUES)
    if logits:
        heads = np.concatenate(logits).clip(-LARGEST_LOGIT, LARGEST_LOGIT) * np.float32(LOGITS)
        cues = np.concatenate([heads, cues])
    return np.concatenate([vector * np.float32(VECTOR), cues])


def word_places(text: str) -> NDArray[np.int64]:
    """Return the buckets of the distinct words and signs of a text, and of its first word as such, in order."""
    tokens = _TOKENS.findall(_DOUBLED.sub(r"\1\1", _DIGITS.sub("0", _plain(text))))
    kinds = {*tokens, f"^{tokens[0]}"} if tokens else set()
    places = [zlib.crc32(kind.encode("utf-8", "surrogatepass")) % BUCKETS for kind in sorted(kinds)]
    return np.array(places, np.int64)


def name_pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds any of a brand's names, however accented, in a text without accents; None without names."""
    longest_first = sorted({_plain(name) for name in names if len(name) >= SHORTEST_NAME}, key=lambda n: (-len(n), n))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)") if longest_first else None


def state_vector(state: State) -> Array:
    """Return STATE of an earlier message, float32 [11]: its intent one-hot, its mood, about, telling."""
    intents = [float(name == state.intent) for name in INTENTS]
    moods = [state.sentiments.get(name, 0.0) for name in SENTIMENTS]
    return np.array([*intents, *moods, state.about, state.telling], np.float32)


def _cues(text: str, names: re.Pattern[str] | None) -> list[float]:
    words = len(text.split())
    capitals = sum(map(str.isupper, text))
    return [
        *(float(pattern.search(text) is not None) for pattern in _PATTERNS),
        float(np.log1p(words)) / 2,
        float(words <= 2),
        float(words <= 5),
        float(words > LONG),
        float(text[:1].isupper()),
        float(capitals > len(text) / 2),
        float(names is not None and names.search(_plain(text)) is not None),
    ]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _softmax(logits: Array) -> list[float]:
    powers = np.exp(logits - logits.max())
    return [round(float(share), 4) for share in powers / powers.sum()]


def _sigmoid(logit: np.float32) -> float:
    return round(float(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0)))), 4)
