"""Which part deals with which event."""

from telegram.error import TelegramError

from bot.message import ChatKind
from bot.platforms.telegram.context import Context, log, spoken
from bot.platforms.telegram.customers import Customers
from bot.platforms.telegram.events import (
    Asked,
    Command,
    Event,
    Moved,
    Newcomers,
    Press,
    Reacted,
    Renamed,
    Said,
    Standing,
)
from bot.platforms.telegram.groups import Groups
from bot.platforms.telegram.members import Members
from bot.platforms.telegram.reactions import Reactions
from bot.platforms.telegram.replies import Replies
from bot.platforms.telegram.teams import Teams

ALERT_BUTTONS = ("acknowledge", "snooze", "resolve", "dismiss", "reopen", "quotes")
DRAFT_BUTTONS = ("group", "ask", "back", "cancel", "publish")


class Handlers:
    """Deals with every event but what members of heard groups said."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.groups, self._members, self._teams = Groups(context), Members(context), Teams(context)
        self._replies = Replies(context, self._teams)
        self._customers, self._reactions = Customers(context), Reactions(context)

    async def __call__(self, event: Event, entry: int) -> None:
        """Have the event of an inbox entry take its effect, once."""
        match event:
            case Standing():
                await self.groups.standing(event, entry)
            case Moved():
                await self.groups.moved(event, entry)
            case Renamed():
                await self.groups.renamed(event, entry)
            case Newcomers():
                await self.groups.newcomers(event, entry)
            case Command():
                await self._command(event, entry)
            case Reacted():
                await self._reactions.reacted(event, entry)
            case Press():
                await self._answer(event, await self._press(event, entry))
            case Asked():
                await self._customers.asked(event, entry)
            case Said():
                if not await self._customers.team_said(event, entry):
                    await self._replies.write(event, entry)

    async def _command(self, event: Command, entry: int) -> None:
        with self._context.workspace.database.read() as session:
            chat = None if event.place.private else self._context.chat(session, event.place)
        if event.name == "link":
            await self._teams.link(event, entry)
        elif chat is not None and chat.kind == ChatKind.TEAM and event.name != "privacy":
            await self._teams.command(event, entry)
        else:
            await self._members.command(event, entry)

    async def _press(self, event: Press, entry: int) -> str:
        match (self._verified(event) or "forged").split(":"):
            case ["join", version]:
                return await self._members.press_join(event, entry, version)
            case ["no", _]:
                return await self._members.press_no(event, entry)
            case ["activate", lang]:
                return await self.groups.activate(event, entry, lang)
            case ["decline"]:
                return await self.groups.decline(event, entry)
            case ["c", *_]:
                return await self._customers.press(event, entry)
            case ["ct", *_]:
                return await self._customers.team_press(event, entry)
            case ["reply", alert]:
                return await self._replies.begin(event, entry, int(alert))
            case [action, alert, *choice] if action in ALERT_BUTTONS:
                return await self._teams.press(event, entry, action, int(alert), "".join(choice))
            case [what, draft, *argument] if what in DRAFT_BUTTONS:
                return await self._replies.press(event, entry, what, int(draft), "".join(argument))
            case _:
                await self._context.commit(entry, lambda session, now: None)
                log.warning("telegram.forged_button")
                return spoken(event.person).say("tg-button-old")

    def _verified(self, event: Press) -> str | None:
        """What the button does, if it is the bot's own and of this very chat."""
        if event.place.private:
            return self._context.buttons.verify(self._customers.lane(event.person), event.data)
        with self._context.workspace.database.read() as session:
            chat = self._context.chat(session, event.place)
            lane = self._context.lane(session, chat).name if chat is not None else ""
        return self._context.buttons.verify(lane, event.data) if lane else None

    async def _answer(self, event: Press, text: str) -> None:
        """Tell the presser. Telegram takes answers for a short while only; a late one is no loss."""
        try:
            await self._context.bot.answer_callback_query(event.query, text=text[:200] or None)
        except TelegramError as error:
            log.info("telegram.answer", fault=type(error).__name__)
