"""What of an update may be stored, decided before anything is: the consent gate at the door.

Kept are commands to the bot (without what follows them, where it has no use), presses of its buttons, and what happens
to the bot or the chat itself. What people say, and what they react with, is kept only where a chat is active and the
gate admits its author; the pipeline asks the gate again. Of everything else a total remains, and only in active chats.
"""

from collections import Counter
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.message import ChatKind, Platform
from bot.platforms.telegram.context import Context
from bot.platforms.telegram.customers import COMMANDS, asked
from bot.platforms.telegram.events import Asked, Command, Event, Newcomers, Press, Reacted, Renamed, Said
from storage import team
from storage.tables import Chat, ChatState

FOR_MEMBERS = ("start", "join", "leave", "mydata", "forget", "privacy", "help")
FOR_TEAM = ("status", "stories", "groups", "digest", "mute", "agent", "remove", "help", "privacy")
WITH_ARGUMENT = ("start", "mute", "link")
LONGEST_ARGUMENT = 64


@dataclass(frozen=True, slots=True)
class Sieve:
    """Decides for one brand."""

    context: Context

    def sift(self, session: Session, event: Event, dropped: Counter[int]) -> Event | None:
        """The event as it may be stored, or None; `dropped` counts what each active chat's gate turns away."""
        chat = self.context.chat(session, event.place)
        match event:
            case Said():
                return self._said(session, event, chat, dropped)
            case Command():
                return self._command(event, chat)
            case Reacted():
                return event if self.admits(session, chat, event.person.id) else None
            case Newcomers() | Renamed():
                return event if chat is not None and chat.state is ChatState.ACTIVE else None
            case Press():
                return event if "~" in event.data else None
            case _:
                return event

    def asked(self, session: Session, event: Event) -> Asked | None:
        """What the event asks of the bot itself, in private or in an active group: who turns to the bot is heard in
        that, as with a command. It is dealt with apart from what `sift` keeps."""
        place = event.place
        chat = None if place.private else self.context.chat(session, place)
        if not place.private and (chat is None or chat.kind != ChatKind.GROUP or chat.state is not ChatState.ACTIVE):
            return None
        return asked(event, self.context.me.name)

    def admits(self, session: Session, chat: Chat | None, raw_person: str) -> bool:
        """Whether what this person says in this chat may be stored."""
        if chat is None or chat.kind != ChatKind.GROUP or chat.state is not ChatState.ACTIVE:
            return False
        person = self.context.workspace.identity.person(Platform.TELEGRAM, raw_person)
        return self.context.workspace.pipeline.admission.gate.admits(session, chat, person)

    def _said(self, session: Session, event: Said, chat: Chat | None, dropped: Counter[int]) -> Event | None:
        if event.place.private:
            return None  # it is asked of the bot (`asked`)
        if chat is None or chat.state is not ChatState.ACTIVE:
            return None
        if chat.kind == ChatKind.TEAM:
            return event if self._writes_reply(session, event, chat) else None
        event = replace(event, file=None)
        if self.admits(session, chat, event.message.sender.id):
            return event
        dropped[chat.id or 0] += 1
        return None

    def _writes_reply(self, session: Session, event: Said, chat: Chat) -> bool:
        """Of what the team says among itself, only its answers to the bot's own drafts are read."""
        channel = self.context.team_channel(session, chat)
        if event.answers_bot is None or channel is None:
            return False
        return team.role_of(session, self.context.brand, channel, self.context.pseudonym(event.person)) is not None

    def _command(self, event: Command, chat: Chat | None) -> Event | None:
        event = replace(event, answers=None)
        if event.name in COMMANDS and (chat is None or chat.kind != ChatKind.TEAM):
            return None  # it is asked of the bot (`asked`)
        if event.place.private:
            known = event.name in FOR_MEMBERS
            event = event if known else replace(event, name="help", argument="")
        elif chat is not None and chat.kind == ChatKind.TEAM:
            known = event.name in FOR_TEAM or event.name == "link"
        else:
            known = event.name in FOR_MEMBERS or event.name == "link"
        if not known and not event.place.private:
            return None
        about = event.about if event.name in ("agent", "remove") else None
        argument = event.argument[:LONGEST_ARGUMENT] if event.name in WITH_ARGUMENT else ""
        return replace(event, argument=argument, about=about)
