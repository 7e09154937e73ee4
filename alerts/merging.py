"""When two alerts tell of one thing: a story silences those of its topic and chats, and merged stories share one."""

from datetime import datetime

from sqlmodel import Session

from alerts.evidence import Evidence
from alerts.herald import Herald
from alerts.life import LIVE, Action
from alerts.records import Records
from alerts.signals import Kind, Severity, Signal
from config.brand import Brand
from nlp.narratives.summary import NarrativeSummary
from storage.tables import Alert, AlertState, Chat

ACTIVITY = (AlertState.SNOOZED, AlertState.OPEN, AlertState.ACKNOWLEDGED)
"""Which state two merging alerts end up in: the later of theirs. Someone at work on one is at work on both; an open
one is not silenced by the other's snooze."""
_LARGE = 0.2  # share of a story under a topic, from which the story is why the topic is busy


class Merging:
    """Inhibition and merging for one brand."""

    def __init__(self, brand: Brand, records: Records, evidence: Evidence, herald: Herald) -> None:
        self._brand, self._records, self._evidence, self._herald = brand, records, evidence, herald

    def covered(self, session: Session, signal: Signal, now: datetime) -> bool:
        """Whether a signal about a topic or a chat says what the alert of a story, live or closed within the repeat
        interval and at least as severe, says already."""
        if signal.narrative is not None:
            return False
        lately = self._records.recently_closed(session, now, self._brand.alerts.repeat_interval)
        return any(
            story.severity >= signal.severity and self._explains(session, story, signal.kind, signal.topic, signal.chat)
            for story in (*self._records.live(session), *lately)
        )

    def absorb_covered(self, session: Session, story: Alert, now: datetime, summary: NarrativeSummary | None) -> None:
        """Close as merged the live alerts about a topic or a chat that this story explains and outweighs."""
        for alert in self._records.live(session):
            if alert.narrative_id is None and alert.severity <= story.severity:
                chat = session.get(Chat, alert.chat_id) if alert.chat_id is not None else None
                if self._explains(session, story, alert.kind, alert.topic, chat.key if chat else None, summary):
                    self._join(session, alert, story, now, summary)

    def narratives(self, session: Session, absorbed: int, into: int, now: datetime) -> None:
        """Follow a merge of narratives. Of two live alerts the older survives, with the graver severity and the more
        active state; a single one goes on under the merged story. Closed ones move along, for a resurgence to find."""
        into_live = [alert for alert in self._records.of_narrative(session, into) if alert.state in LIVE]
        moving = self._records.of_narrative(session, absorbed)
        pair = sorted(
            (*into_live, *(alert for alert in moving if alert.state in LIVE)), key=lambda alert: alert.id or 0
        )
        summary = self._evidence.summary(session, into)
        if len(pair) == 2:
            self._merge(session, pair[1], pair[0], now, summary)
        # The index allows one live alert a story: the absorbed one is closed before the survivor moves.
        for alert in (*moving, *pair[:1]):
            alert.narrative_id = into
            session.add(alert)
            session.flush()

    def _merge(
        self, session: Session, absorbed: Alert, survivor: Alert, now: datetime, summary: NarrativeSummary | None
    ) -> None:
        state = max(absorbed.state, survivor.state, key=ACTIVITY.index)
        if state is not survivor.state:
            taken = {AlertState.ACKNOWLEDGED: Action.ACKNOWLEDGE, AlertState.OPEN: Action.WAKE}[state]
            self._records.record(session, survivor, taken, now, absorbed.acknowledged_by)
            survivor.acknowledged_by, survivor.snoozed_until = absorbed.acknowledged_by, None
        if absorbed.severity > survivor.severity:
            survivor.severity, survivor.kind, survivor.sure = absorbed.severity, absorbed.kind, absorbed.sure
            survivor.reasons, survivor.notified_at = absorbed.reasons, None  # aloud again
        if survivor.fact is None:
            survivor.fact, survivor.contradicts = absorbed.fact, absorbed.contradicts
        self._join(session, absorbed, survivor, now, summary)

    def _join(
        self, session: Session, absorbed: Alert, survivor: Alert, now: datetime, summary: NarrativeSummary | None
    ) -> None:
        """Close one live alert as merged into another, and say so on both cards."""
        absorbed.resolved_at, absorbed.snoozed_until = now, None
        title, other = self._evidence.title(absorbed, None), self._evidence.title(survivor, None)
        gone = self._records.record(session, absorbed, Action.MERGE, now, into=survivor.id, title=other)
        joined = self._records.record(session, survivor, Action.ABSORB, now, absorbed=absorbed.id, title=title)
        self._herald.close(session, absorbed, gone, now, summary, self._records.takers(session, absorbed, gone))
        if survivor.notified_at is not None:
            self._herald.show(session, survivor, joined, now, summary)

    def _explains(
        self,
        session: Session,
        story: Alert,
        kind: str,
        topic: str | None,
        chat: str | None,
        summary: NarrativeSummary | None = None,
    ) -> bool:
        if story.narrative_id is None or story.severity == Severity.INFORMATION:
            return False
        summary = summary or self._evidence.summary(session, story.narrative_id)
        if kind == Kind.SURGE:
            large = summary.topics.get(topic or "", 0.0) >= _LARGE if summary else False
            return topic is not None and (story.topic == topic or large)
        return chat is not None and summary is not None and chat in summary.chats
