"""The team's chat: linked by a code, and the one place where alerts, quotes and numbers may be seen."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.errors import DeskError
from alerts.life import Action, Snooze
from alerts.payload import Payload, Sending
from bot.message import ChatKind
from bot.platforms.telegram import overview
from bot.platforms.telegram.context import Context, spoken
from bot.platforms.telegram.events import Command, Person, Press
from config.texts import Texts, texts
from storage import team
from storage.tables import Alert, Chat, ChatState, Role
from storage.team import give_role, redeem, take_role

MUTE_HOURS, LONGEST_MUTE_HOURS = 4, 72


class Teams:
    """The team's commands and the buttons under alerts, for one brand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def role(self, session: Session, chat: Chat | None, person: Person) -> Role | None:
        """What a person may do in a chat, which must be a team's."""
        channel = self._context.team_channel(session, chat) if chat is not None else None
        if channel is None:
            return None
        return team.role_of(session, self._context.brand, channel, self._context.pseudonym(person))

    async def link(self, event: Command, entry: int) -> None:
        """Link this chat to the team channel that the code is for."""
        text = await self._context.commit(entry, lambda session, now: self._link(session, event, now))
        self._context.reply(event.place, text, event.at)

    async def command(self, event: Command, entry: int) -> None:
        """Do what a member of the team asks."""
        text = await self._context.commit(entry, lambda session, now: self._command(session, event, entry, now))
        if text is not None:
            self._context.reply(event.place, text, event.at)

    async def press(self, event: Press, entry: int, action: str, alert: int, choice: str) -> str:
        """Do what a button under an alert says; returns what to tell the presser."""

        def work(session: Session, now: datetime) -> str:
            chat = self._context.chat(session, event.place)
            say = texts(self._context.workspace.brand.team.language)
            if self.role(session, chat, event.person) is None:
                return say.say("tg-no-role")
            try:
                return self._press(session, event, action, alert, choice, now)
            except DeskError:
                return say.say("tg-not-possible")

        return await self._context.commit(entry, work)

    def _press(self, session: Session, event: Press, action: str, alert: int, choice: str, now: datetime) -> str:
        desk, actor = self._context.workspace.desk, self._context.pseudonym(event.person)
        say = texts(self._context.workspace.brand.team.language)
        match action:
            case Action.ACKNOWLEDGE:
                press = desk.acknowledge(session, alert, actor, now)
            case Action.SNOOZE:
                press = desk.snooze(session, alert, actor, now, Snooze(choice))
            case Action.RESOLVE:
                press = desk.resolve(session, alert, actor, now)
            case Action.DISMISS:
                press = desk.dismiss(session, alert, actor, now)
            case Action.REOPEN:
                press = desk.reopen(session, alert, actor, now)
            case _:
                return self._quotes(session, event, alert, now)
        return say.say("tg-done" if press.changed else "tg-done-already")

    def _quotes(self, session: Session, event: Press, alert: int, now: datetime) -> str:
        """Post the quotes of a story under its card, where enough people tell it."""
        desk, say = self._context.workspace.desk, texts(self._context.workspace.brand.team.language)
        row = session.get(Alert, alert)
        chat = self._context.chat(session, event.place)
        if row is None or row.brand != self._context.brand or chat is None:
            return say.say("tg-not-possible")
        card = desk.evidence.card(session, row, desk.evidence.summary(session, row.narrative_id), now)
        if card.withheld is not None or not card.quotes:
            return say.say("card-withheld", people=card.withheld or 1)
        lane = self._context.lane(session, chat)
        payload = Payload(
            card.lang,
            document=overview.quotes(card),
            alert=alert,
            silent=True,
            extra={"reply_to": event.at, "buttons": []},
        )
        dedupe = f"quotes:{alert}:{event.query}"
        self._context.outbox.put(session, lane, Sending.NOTICE, payload, now, dedupe=dedupe)
        overview.remember_quoted(session, self._context.brand, dedupe, card)
        return ""

    def _link(self, session: Session, event: Command, now: datetime) -> str:
        context = self._context
        chat, say = context.chat(session, event.place), spoken(event.person)
        if event.place.private:
            return say.say("tg-link-in-group")
        if chat is not None and chat.state is ChatState.ACTIVE and chat.kind == ChatKind.GROUP:
            return say.say("tg-link-heard-group")
        if chat is None or chat.kind != ChatKind.TEAM or chat.state is not ChatState.ACTIVE:
            chat = context.put_chat(session, event.place, ChatKind.GROUP, ChatState.WAITING, now)
        identity, person = context.workspace.identity, context.pseudonym(event.person)

        def digest(code: str) -> bytes:
            return identity.receipt("telegram", "team code", code)

        member = redeem(session, context.brand, event.argument, chat.id or 0, person, digest, now)
        if member is None:
            return say.say("tg-link-wrong")
        chat.kind, chat.state = ChatKind.TEAM, ChatState.ACTIVE
        chat.language = context.workspace.brand.team.language
        session.add(chat)
        return say.say("tg-linked", channel=member.channel, role=member.role)

    def _command(self, session: Session, event: Command, entry: int, now: datetime) -> str | None:
        context = self._context
        chat, say = context.chat(session, event.place), texts(context.workspace.brand.team.language)
        role = self.role(session, chat, event.person)
        if role is None or chat is None:
            return say.say("tg-no-role")
        show: dict[str, Callable[[Context, Session, Texts, datetime], str]] = {
            "status": overview.status,
            "stories": overview.stories,
            "groups": overview.groups,
        }
        if event.name in show:
            return show[event.name](context, session, say, now)
        match event.name:
            case "digest":
                overview.send_digest_now(context, session, context.lane(session, chat), entry, now)
                return None
            case "mute" | "agent" | "remove" if role is not Role.OWNER:
                return say.say("tg-only-owners")
            case "mute":
                return self._mute(session, event, chat, now)
            case "agent" | "remove":
                return self._roles(session, event, chat, now)
            case _:
                return say.say("tg-team-help")

    def _mute(self, session: Session, event: Command, chat: Chat, now: datetime) -> str:
        say, channel = texts(self._context.workspace.brand.team.language), self._context.team_channel(session, chat)
        link = team.link_of(session, self._context.brand, channel or "")
        asked = event.argument.rstrip("h ")
        hours = int(asked) if asked.isdecimal() else MUTE_HOURS
        assert link is not None, "a chat with a role is linked"
        link.muted_until = now + timedelta(hours=min(hours, LONGEST_MUTE_HOURS)) if hours else None
        session.add(link)
        return say.say("tg-muted", hours=min(hours, LONGEST_MUTE_HOURS))

    def _roles(self, session: Session, event: Command, chat: Chat, now: datetime) -> str:
        say, channel = texts(self._context.workspace.brand.team.language), self._context.team_channel(session, chat)
        if event.about is None or channel is None:
            return say.say("tg-roles-how")
        person = self._context.pseudonym(Person(event.about))
        if event.name == "agent":
            give_role(session, self._context.brand, channel, person, Role.AGENT, now)
            return say.say("tg-role-given")
        return say.say("tg-role-taken" if take_role(session, self._context.brand, channel, person) else "tg-role-kept")
