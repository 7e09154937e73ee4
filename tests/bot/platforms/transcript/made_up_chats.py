"""Makes up chats for tests: hypothesis strategies, and one long chat to measure with."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.message import Chat, Media, Member, Message, Platform

CHAT = Chat("Les Coureurs du lac", Platform.WHATSAPP, title="Les Coureurs du lac")

LOOK_ALIKES = (
    "12/05/2024, 10:30 - Bob: salut",
    "[12/05/24, 10:30:12] Alice: hello",
    "[10:32, 12/05/2023] Bob: copied on the web",
    "[12/05, 10:32] Bob: copied on a phone",
    "2024-05-12 10:30 - Bob: ok",
    "12.05.24, 10:30 - Bob: ja",
    "3/4/24, 2:05 PM - Bob: sure",
    "03/04",
    "14:05",
    "1. du pain",
    "Bob: deux points",
    "- 12/05/2024, 10:30 -",
    "<3",
    "https://example.org/a:b?c=d: e",
    "(file attached) is what it said",
    "This message was deleted, they told me",
)
NAMES = (
    "Marie",
    "Zoé 🦊",
    "Jean-Luc d'Arc",
    "王芳",
    "עמית",
    "10:30 Club",
    "A:B",
    "O’Brien",
    "María José",
    "~ Paul",
    "left",
)

_WORDS = (
    "livraison",
    "retard",
    "merci",
    "café",
    "😀",
    "vélo",
    "promis",
    "demain",
    "batterie",
    "colis",
    "non",
    "peut-être",
)
_LETTERS = "abc éàüñ ßœ .,;:!?-'\"()[]<>/0123456789 😀👍🏽🏳️‍🌈 שלום سلام 你好 ​"
_INNER_MARKS = "\u200e\u200f\u2068\u2069\u202a\u202c"


def _clean(text: str) -> str:
    """Without what WhatsApp takes off the ends of a message, and without what only the app writes there."""
    return text.strip(" \t\n\u00a0\u202f\u200b\u200e\u200f\u202a\u202c\u2068\u2069")


lines = st.one_of(
    st.text(alphabet=_LETTERS, max_size=40),
    st.text(alphabet=_LETTERS + _INNER_MARKS, max_size=20),
    st.sampled_from(LOOK_ALIKES),
)
texts = st.lists(lines, min_size=1, max_size=4).map(lambda parts: _clean("\n".join(parts))).filter(bool)


@st.composite
def chats(draw: st.DrawFn, *, media: bool = True) -> list[Message]:
    """A chat in time order, its messages minutes to weeks apart."""
    at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 20 * 365 * 86_400)))
    messages = []
    for number in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from(NAMES))
        kind = draw(st.sampled_from((None, None, *Media)) if media else st.none())
        kind = None if kind in (Media.LOCATION, Media.POLL, Media.OTHER) else kind
        text = draw(st.one_of(st.just(""), texts)) if kind else draw(texts)
        messages.append(
            Message(
                str(number),
                CHAT,
                Member(name, name),
                at,
                "" if kind is Media.DOCUMENT else text,
                media=kind,
                edited=draw(st.booleans()) and kind is None,
            )
        )
        at += timedelta(seconds=draw(st.integers(60, 30 * 86_400)))
    return messages


def long_chat(count: int, *, days: int = 300) -> Iterator[Message]:
    """`count` messages of forty people over `days`: short and long, of several lines, with media and edits."""
    random_ = random.Random(7)
    at = datetime(2023, 1, 2, 8, tzinfo=UTC)
    for number in range(count):
        at += timedelta(seconds=random_.randrange(1, 2 * days * 86_400 // count))
        name = f"Membre {random_.randrange(40)}"
        text = " ".join(random_.choices(_WORDS, k=random_.randrange(1, 18)))
        if number % 11 == 0:
            text += "\n" + " ".join(random_.choices(_WORDS, k=6))
        media = Media.PHOTO if number % 9 == 0 else None
        yield Message(str(number), CHAT, Member(name, name), at, text, media=media, edited=number % 40 == 1)
