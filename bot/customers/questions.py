"""What was asked: a count of everything, and of what nothing answers the missing entries, questions of one meaning.

Words and person are kept only of who agreed. A missing entry is shown with its words once enough people asked it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, func, select

from bot.customers.asks import Ask
from bot.customers.knowledge import Thought
from bot.customers.office import Office
from storage.customers import packed, unpacked
from storage.tables import Gap, GapState, Question, Sealed

SAME = 0.62
"""Cosine from which two questions miss the same entry. With the shipped model, rewordings of a question lie at 0.55 to
0.75, other questions to a brand under 0.55."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be kept of a question until it is known whether it may be kept for good."""

    text: str
    lang: str
    sentiment: str
    vector: Array

    def packed(self) -> dict[str, Any]:
        """The same as JSON can say it."""
        return {"text": self.text, "lang": self.lang, "sentiment": self.sentiment, "vector": packed(self.vector)}

    @classmethod
    def of(cls, thought: Thought, lang: str) -> "Asked":
        """What was asked, of a thought."""
        return cls(thought.text, lang, thought.analysis.sentiment, thought.analysis.vector)

    @classmethod
    def unpacked(cls, given: dict[str, Any]) -> "Asked":
        """What `packed` gave."""
        return cls(given["text"], given["lang"], given["sentiment"], unpacked(given["vector"]))


class Questions:
    """The questions to one brand."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def count(self, session: Session, ask: Ask, thought: Thought, kind: str, now: datetime) -> Question:
        """Store that something was asked and what it got; the row of an ask that was stored before is returned."""
        key = self._office.key(ask)
        known = select(Question).where(Question.brand == self._office.slug, Question.key == key)
        row = session.exec(known).one_or_none()
        if row is None:
            reply = thought.reply
            row = Question(
                brand=self._office.slug,
                key=key,
                at=now,
                platform=ask.asker.platform,
                in_group=ask.group is not None,
                kind=kind,
                lang=thought.analysis.lang,
                score=round(reply.score, 4),
                faq=reply.faq,
                fact=reply.fact,
            )
            session.add(row)
            session.flush()
        return row

    def keep(self, session: Session, question: int | None, person: str, asked: Asked, now: datetime) -> None:
        """Keep the words of an unanswered question, of somebody who agreed, and find what entry is missing."""
        row = session.get(Question, question) if question is not None else None
        if row is None or not asked.text or not asked.vector.any():
            return
        row.person, row.text = person, self._office.vault.seal_text(asked.text, Sealed.QUESTION_TEXT)
        row.gap_id = self._gap(session, asked, now)
        session.add(row)

    def helpful(self, session: Session, question: int, helpful: bool) -> bool:
        """Note whether an answer helped; the last word counts. False when there is no such question."""
        row = session.get(Question, question)
        if row is None or row.brand != self._office.slug:
            return False
        row.helpful = helpful
        session.add(row)
        return True

    def fill(self, session: Session, question: int | None) -> None:
        """Note that there is an entry now for what a question missed."""
        row = session.get(Question, question) if question is not None else None
        gap = session.get(Gap, row.gap_id) if row is not None and row.gap_id is not None else None
        if gap is not None:
            gap.state = GapState.FILLED
            session.add(gap)

    def _gap(self, session: Session, asked: Asked, now: datetime) -> int | None:
        """The missing entry that a question joins; the newest wording stands for it."""
        vault, slug = self._office.vault, self._office.slug
        gaps = session.exec(select(Gap).where(Gap.brand == slug, Gap.state == GapState.OPEN)).all()
        best, nearest, mean = SAME, None, asked.vector
        for gap in gaps:
            if gap.content is None:
                continue
            vector = unpacked(vault.open_json(gap.content, Sealed.GAP_CONTENT)["vector"])
            closeness = float(vector @ asked.vector)
            if closeness >= best:
                best, nearest, mean = closeness, gap, vector
        if nearest is None:
            nearest = Gap(brand=slug, lang=asked.lang, created_at=now, last_at=now)
        else:
            size = session.exec(select(func.count()).where(col(Question.gap_id) == nearest.id)).one()
            mean = np.asarray((mean * size + asked.vector) / (size + 1), np.float32)
        nearest.last_at, nearest.lang = now, asked.lang
        nearest.content = vault.seal_json({"text": asked.text, "vector": packed(mean)}, Sealed.GAP_CONTENT)
        session.add(nearest)
        session.flush()
        return nearest.id
