"""The report's numbers over all messages: one pass counts them by all that they can have in common, a few more count
people. Counted in the database, so that memory stays flat however much was heard."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from bot.message import ChatKind
from bot.report.data import Bucket, ChatLine, Mix, Timeline, TopicLine
from bot.report.periods import Period
from config.brand import Brand
from nlp.redact import KINDS
from storage.messages import stored
from storage.portable import table
from storage.tables import Chat, ChatMode, Message, Sealed
from storage.vault import Vault

OTHER = "other"
_PLACEHOLDER = re.compile(rf"\[({'|'.join(KINDS)})\]")
_SHARED = ("chat_id", "topic", "sentiment", "intent", "lang", "model")
_ROW = table(Message).c


class Numbers:
    """What a session sees of one brand's messages, counted."""

    def __init__(self, session: Session, vault: Vault, brand: Brand) -> None:
        self._session, self._vault, self._brand = session, vault, brand
        self._ours = _ROW.brand == brand.slug
        columns = [_ROW[name] for name in _SHARED]
        counted = select(*columns, func.count()).where(self._ours).group_by(*columns)
        self._groups = [(dict(zip(_SHARED, row, strict=False)), int(row[-1])) for row in session.execute(counted)]

    def totals(self, name: str) -> dict[str, int]:
        """Messages by one of the things they have in common, the most frequent first."""
        counts = Counter[str]()
        for shared, count in self._groups:
            counts[shared[name]] += count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def mix(self, **wanted: object) -> Mix:
        """The mood of the messages that have all of `wanted` in common; without, of all messages."""
        counts = Counter[str]()
        for shared, count in self._groups:
            if all(shared[name] == value for name, value in wanted.items()):
                counts[shared["sentiment"]] += count
        return mix_of(counts)

    def people(self) -> int:
        """How many distinct people wrote."""
        counted = select(func.count(_ROW.person.distinct())).where(self._ours)
        return int(self._session.execute(counted).scalar_one())

    def period(self) -> Period | None:
        """From the first message to the last, in the brand's time zone; None without messages."""
        row = self._session.execute(select(func.min(_ROW.sent_at), func.max(_ROW.sent_at)).where(self._ours)).one()
        return None if row[0] is None else Period(row[0], row[1], ZoneInfo(self._brand.brand.time_zone))

    def timeline(self, period: Period) -> Timeline:
        """The messages and people of each bucket of the period."""
        moods = defaultdict[int, Counter[str]](Counter)
        bucket = period.bucket()
        counted = select(bucket, _ROW.sentiment, func.count()).where(self._ours).group_by(bucket, _ROW.sentiment)
        for start, sentiment, count in self._session.execute(counted):
            moods[period.number(start)][sentiment] += count
        people = {period.number(start): count for start, count in self._people_by(bucket).items()}
        return Timeline(
            period.width,
            tuple(
                Bucket(start, mix_of(moods[number]), people.get(number, 0))
                for number, start in enumerate(period.starts())
            ),
        )

    def topics(self) -> tuple[TopicLine, ...]:
        """The topics that were talked of: those with the most negative messages first, what is off topic last."""
        labels = {topic.id: topic.label for topic in self._brand.topics}
        people = self._people_by(_ROW.topic)
        lines = [
            TopicLine(topic or "", labels.get(topic, topic) or "", self.mix(topic=topic), people[topic])
            for topic in people
        ]
        return tuple(
            sorted(lines, key=lambda line: (line.id in ("", OTHER), -line.mix.negative, -line.mix.total, line.id))
        )

    def chats(self) -> tuple[ChatLine, ...]:
        """The chats that were listened to, in the order in which they were met."""
        people = self._people_by(_ROW.chat_id)
        titles = self.chat_titles()
        chat = table(Chat).c
        rows = self._session.execute(
            select(chat.id, chat.platform, chat.mode, chat.dropped)
            .where(chat.brand == self._brand.slug, chat.kind == ChatKind.GROUP)
            .order_by(chat.id)
        )
        return tuple(
            ChatLine(titles[id_], platform, ChatMode(mode), self.mix(chat_id=id_), people.get(id_, 0), dropped)
            for id_, platform, mode, dropped in rows
        )

    def chat_titles(self) -> dict[int, str]:
        """The title of every chat by its row; its number where it has none."""
        chat = table(Chat).c
        rows = self._session.execute(select(chat.id, chat.title).where(chat.brand == self._brand.slug))
        return {id_: self._vault.open_text(title, Sealed.CHAT_TITLE) if title else f"#{id_}" for id_, title in rows}

    def redacted(self) -> dict[str, int]:
        """How often each kind of placeholder stands in the texts that are kept, the most frequent first."""
        counts = Counter[str]()
        for message in stored(self._session, self._vault, self._brand.slug):
            if message.text and "[" in message.text:
                counts.update(_PLACEHOLDER.findall(message.text))
        return dict(counts.most_common())

    def _people_by(self, column: ColumnElement[Any]) -> dict[Any, int]:
        counted = select(column, func.count(_ROW.person.distinct())).where(self._ours).group_by(column)
        return {value: number for value, number in self._session.execute(counted)}  # noqa: C416 - a Result is taken for a mapping


def mix_of(counts: Mapping[str, int]) -> Mix:
    """The mix of messages counted by sentiment."""
    return Mix(counts.get("negative", 0), counts.get("neutral", 0), counts.get("positive", 0))
