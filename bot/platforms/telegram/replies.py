"""The brand answers its groups, on whatever platform: a draft in the team's chat, a preview, the choice of groups, a
confirmation, once.

The preview is one message, edited in place. The team writes by answering it; until it is confirmed a second time
nothing leaves the team's chat.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue
from sqlmodel import Session, col, select

from alerts.channels.telegram import Button
from alerts.document import Block, Document, Form, Span, cut, line, units
from alerts.outbox import Lane
from alerts.payload import Payload, Sending
from bot.customers.asks import extra
from bot.message import Platform
from bot.platforms.telegram.context import Context
from bot.platforms.telegram.events import Press, Said
from bot.platforms.telegram.teams import Teams
from config.texts import Texts, texts
from storage.chats import heard_groups
from storage.tables import Alert, Chat, Draft, DraftState, Outbox, Sealed

LONGEST = 3500
"""UTF-16 units of a reply: the preview, which quotes it, must stay under Telegram's 4,096."""
LONGEST_NAMES = 300
ELSEWHERE: Mapping[str, str] = {Platform.WHATSAPP: "WhatsApp"}
MOST_GROUPS = 20  # buttons for groups under a preview


class Replies:
    """Replies to groups, for one brand."""

    def __init__(self, context: Context, teams: Teams) -> None:
        self._context, self._teams = context, teams

    @property
    def _say(self) -> Texts:
        return texts(self._context.workspace.brand.team.language)

    async def begin(self, event: Press, entry: int, alert: int) -> str:
        """Begin a draft from the suggested reply, for the groups of the story."""

        def work(session: Session, now: datetime) -> str:
            chat = self._context.chat(session, event.place)
            if chat is None or self._teams.role(session, chat, event.person) is None:
                return self._say.say("tg-no-role")
            row = session.get(Alert, alert)
            if row is None or row.brand != self._context.brand:
                return self._say.say("tg-not-possible")
            return self._begin(session, chat, row, now)

        return await self._context.commit(entry, work)

    async def write(self, event: Said, entry: int) -> None:
        """Take a team member's answer to a preview as the draft's text."""

        def work(session: Session, now: datetime) -> str | None:
            chat = self._context.chat(session, event.place)
            if chat is None or self._teams.role(session, chat, event.person) is None:
                return None
            draft = self._answered(session, chat, event.answers_bot)
            if draft is None or draft.state not in (DraftState.WRITING, DraftState.ASKED):
                return None
            if units(event.message.text) > LONGEST:
                return self._say.say("tg-reply-long", limit=LONGEST)
            draft.text = self._context.workspace.vault.seal_text(event.message.text, Sealed.DRAFT_TEXT)
            draft.state = DraftState.WRITING
            self._show(session, chat, draft, now)
            return None

        complaint = await self._context.commit(entry, work)
        if complaint is not None:
            self._context.reply(event.place, complaint, int(event.message.id))

    async def press(self, event: Press, entry: int, what: str, draft_id: int, argument: str) -> str:
        """A button under a preview; returns what to tell the presser."""

        def work(session: Session, now: datetime) -> str:
            chat, draft = self._context.chat(session, event.place), session.get(Draft, draft_id)
            if chat is None or self._teams.role(session, chat, event.person) is None:
                return self._say.say("tg-no-role")
            if draft is None or draft.brand != self._context.brand:
                return self._say.say("tg-not-possible")
            told = self._press(session, draft, what, argument, self._context.pseudonym(event.person), now)
            self._show(session, chat, draft, now)
            return told

        return await self._context.commit(entry, work)

    def _begin(self, session: Session, chat: Chat, alert: Alert, now: datetime) -> str:
        context, evidence = self._context, self._context.workspace.desk.evidence
        card = evidence.card(session, alert, evidence.summary(session, alert.narrative_id), now)
        draft = Draft(
            brand=context.brand,
            channel=context.team_channel(session, chat) or "",
            alert_id=alert.id or 0,
            chats=[group.id or 0 for group in self._groups(session, alert)],
            updated_at=now,
        )
        if card.replies:
            draft.text = context.workspace.vault.seal_text(card.replies[0].text, Sealed.DRAFT_TEXT)
        session.add(draft)
        session.flush()
        payload = self._preview(session, draft)
        subject = f"draft:{draft.id}"
        lane = context.lane(session, chat)
        context.outbox.put(session, lane, Sending.ALERT, payload, now, dedupe=subject, subject=subject)
        return ""

    def _press(self, session: Session, draft: Draft, what: str, argument: str, actor: str, now: datetime) -> str:
        if draft.state in (DraftState.PUBLISHED, DraftState.CANCELLED):
            return self._say.say("tg-done-already")
        match what:
            case "group" if draft.state is DraftState.WRITING:
                chosen = int(argument)
                others = [one for one in draft.chats if one != chosen]
                draft.chats = others if chosen in draft.chats else [*others, chosen]
            case "ask" if draft.text is not None and draft.chats:
                draft.state = DraftState.ASKED
            case "back":
                draft.state = DraftState.WRITING
            case "cancel":
                draft.state, draft.text = DraftState.CANCELLED, None
            case "publish" if draft.state is DraftState.ASKED:
                self._publish(session, draft, actor, now)
            case _:
                return self._say.say("tg-reply-empty")
        draft.updated_at = now
        session.add(draft)
        return ""

    def _publish(self, session: Session, draft: Draft, actor: str, now: datetime) -> None:
        """Have the reply sent to each chosen group that is still heard, once, and recorded on the story."""
        context = self._context
        chosen = [chat for chat in heard_groups(session, context.brand) if chat.id in draft.chats]
        text = self._text(draft)
        for chat in chosen:
            context.outbox.put(
                session,
                Lane(chat.platform, f"chat:{chat.id}"),
                Sending.REPLY,
                Payload(chat.language or "en", text=text, extra=extra(purpose="correction")),
                now,
                dedupe=f"draft:{draft.id}:chat:{chat.id}",
            )
        context.workspace.desk.replied(session, draft.alert_id, actor, now, chosen)
        lang = context.workspace.brand.team.language
        context.workspace.customers.story_answered(session, draft.alert_id, text, lang, now)
        draft.chats = [chat.id or 0 for chat in chosen]
        draft.state, draft.text = DraftState.PUBLISHED, None

    def _groups(self, session: Session, alert: Alert) -> Sequence[Chat]:
        """The heard groups in which a story is told; all heard groups when none of those is."""
        evidence, heard = self._context.workspace.desk.evidence, heard_groups(session, self._context.brand)
        summary = evidence.summary(session, alert.narrative_id)
        told = [chat for chat in heard if chat.id == alert.chat_id or (summary and chat.key in summary.chats)]
        return told or heard

    def _answered(self, session: Session, chat: Chat, message: int | None) -> Draft | None:
        """The draft whose preview is this message of the bot."""
        lane = self._context.lane(session, chat)
        sent = select(Outbox.subject).where(
            Outbox.brand == self._context.brand,
            Outbox.channel == lane.channel,
            Outbox.lane == lane.name,
            Outbox.sent_ref == str(message),
            col(Outbox.subject).startswith("draft:"),
        )
        subject = session.exec(sent).first()
        return session.get(Draft, int(subject.removeprefix("draft:"))) if subject else None

    def _show(self, session: Session, chat: Chat, draft: Draft, now: datetime) -> None:
        session.add(draft)
        lane = self._context.lane(session, chat)
        self._context.outbox.edit(session, lane, self._preview(session, draft), now, subject=f"draft:{draft.id}")

    def _preview(self, session: Session, draft: Draft) -> Payload:
        say = self._say
        groups = [chat for chat in heard_groups(session, self._context.brand) if chat.id in draft.chats]
        names = ", ".join(self._title(chat) for chat in groups)
        blocks = [Block(Form.TITLE, (Span(say.say(f"tg-reply-{draft.state}", alert=draft.alert_id)),))]
        if draft.state in (DraftState.WRITING, DraftState.ASKED):
            blocks.append(line(self._text(draft) or say.say("tg-reply-none"), form=Form.QUOTE))
        if draft.state is not DraftState.CANCELLED:
            # The text is what the preview is for: many groups must not shorten it.
            blocks.append(line(cut(say.say("tg-reply-to", groups=names or "–"), LONGEST_NAMES)))
        if draft.state is DraftState.WRITING:
            blocks.append(line(say.say("tg-reply-how"), gap=True))
        rows: list[JsonValue] = [[button.model_dump() for button in row] for row in self._buttons(session, draft)]
        return Payload(say.lang, document=Document(tuple(blocks)), alert=draft.alert_id, extra={"buttons": rows})

    def _buttons(self, session: Session, draft: Draft) -> list[list[Button]]:
        say, id_ = self._say, draft.id
        cancel = Button(text=say.say("tg-button-cancel"), do=f"cancel:{id_}")
        if draft.state is DraftState.ASKED:
            return [
                [Button(text=say.say("tg-button-publish", count=len(draft.chats)), do=f"publish:{id_}")],
                [Button(text=say.say("tg-button-back"), do=f"back:{id_}"), cancel],
            ]
        if draft.state is not DraftState.WRITING:
            return []
        alert = session.get(Alert, draft.alert_id)
        assert alert is not None, "a draft goes with its alert"
        shown = self._groups(session, alert)[:MOST_GROUPS]
        toggles = [
            [
                Button(
                    text=f"{'☑' if chat.id in draft.chats else '☐'} {self._title(chat)}",
                    do=f"group:{id_}:{chat.id}",
                )
            ]
            for chat in shown
        ]
        return [*toggles, [Button(text=say.say("tg-button-ask"), do=f"ask:{id_}"), cancel]]

    def _title(self, chat: Chat) -> str:
        """The title of a group, with its platform where that is another one."""
        title = self._context.workspace.desk.evidence.chat_title(chat)
        return f"{title} ({ELSEWHERE[chat.platform]})" if chat.platform in ELSEWHERE else title

    def _text(self, draft: Draft) -> str:
        return self._context.workspace.vault.open_text(draft.text, Sealed.DRAFT_TEXT) if draft.text else ""
