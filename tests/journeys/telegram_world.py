"""A brand on Telegram with all parts real but the model, and people who talk to it."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np
from bot_api import TOKEN, BotApi, Call
from sqlmodel import Session

from alerts.desk import Desk
from alerts.stories import StoryEngine
from bot.admission import Admission
from bot.app import Workspace
from bot.consent import ConsentGate
from bot.identity import Identity
from bot.memory import Memory
from bot.pipeline import Pipeline
from bot.platforms.telegram.intake import MARK
from bot.service import Listen, run_service
from bot.understanding import Understanding
from config.brand import Brand, parse_brand
from config.settings import Settings
from nlp.analysis import Analysis
from nlp.encoder import Encoded
from storage import inbox
from storage.database import Database
from storage.tables import Role, Setting
from storage.team import issue_code
from storage.vault import Vault

VAULT, KEY = Vault([bytes(range(32))]), bytes(range(1, 33))
GROUP, TEAM = -100200300, -100900900
ADMIN, ALICE, BOB, OWNER, STRANGER = 501, 601, 602, 701, 801
BRAND = """
brand: {name: Orvelle, languages: [fr, en], time_zone: Europe/Paris}
topics: [{id: quality, label: Quality}]
team: {language: en, channels: [{name: team, url: telegram}]}
alerts: {group_wait: 0s}
privacy: {contact: dpo@orvelle.example}
digest: {daily: false, weekly: false}
"""
T = TypeVar("T")


class WordEncoder:
    """Every text's vector is another's: nothing is like anything."""

    name, version, dimensions = "words", "1", 64
    heads: ClassVar[dict[str, Any]] = {}
    language_groups: ClassVar[dict[str, str]] = {}
    search_map = None
    answer_parameters: ClassVar[dict[str, Any]] = {}
    topic_parameters: ClassVar[dict[str, Any]] = {}

    def encode(self, texts: Sequence[str]) -> Encoded:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            vectors[row, hash(text) % self.dimensions] = 1.0
        return Encoded(vectors, {})


class WordAnalyser:
    """Stands in for the model: texts about the kettle tell one dangerous story, others nothing."""

    encoder = WordEncoder()

    def analyse(self, texts: list[str]) -> list[Analysis]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Analysis:
        vector = np.zeros(64, np.float32)
        danger = "kettle" in text
        vector[0 if danger else 1 + len(text) % 60] = 1.0
        scores = {"negative": 0.9, "neutral": 0.07, "positive": 0.03} if danger else {"neutral": 1.0}
        return Analysis(
            "en", "negative" if danger else "neutral", scores, "quality" if danger else None, 0.9,
            "safety" if danger else "chitchat", 0.9 if danger else 0.1,
            {"safety": 0.97, "complaint": 0.9} if danger else {}, vector, "words/1",
        )  # fmt: skip


def brand(text: str = BRAND) -> Brand:
    return parse_brand(text)


@contextmanager
def workspace(folder: Path, it: Brand, busy_timeout: float = 5.0, model: Any = None) -> Iterator[Workspace]:
    """Open a brand's workspace in a folder; a second time goes on where the first ended."""
    identity, desk, analyser = Identity(KEY, it.slug), Desk(it, VAULT), model or WordAnalyser()
    dimensions = analyser.encoder.dimensions
    with Database(folder / "earshot.db", busy_timeout=busy_timeout) as database:
        database.migrate()
        pipeline = Pipeline(
            brand=it.slug,
            database=database,
            vault=VAULT,
            admission=Admission(it.slug, VAULT, identity, ConsentGate(it.slug, it.consent.version)),
            understanding=Understanding(analyser, ("en",)),
            memory=Memory(it.slug, database, VAULT, lambda: StoryEngine(it, dimensions=dimensions)),
            desk=desk,
        )
        yield Workspace(it, database, VAULT, identity, analyser, desk, pipeline)


class Journey:
    """People who use Telegram, and the service that listens; `start` and `stop` it at will."""

    def __init__(self, api: BotApi, folder: Path, it: Brand) -> None:
        self.api, self.folder, self.brand = api, folder, it
        self._numbers = itertools.count(5000)
        self._stop: asyncio.Event | None = None
        self._service: asyncio.Task[None] | None = None
        self.port = 8080
        self.busy_timeout = 5.0
        self.model: Any = None
        self._open: contextlib.ExitStack | None = None
        self.space: Workspace

    async def start(self, **given: Any) -> None:
        self._open = contextlib.ExitStack()
        self.space = self._open.enter_context(workspace(self.folder, self.brand, self.busy_timeout, self.model))
        self._stop = asyncio.Event()
        settings = Settings(home=self.folder, telegram_token=TOKEN, **given)
        service = run_service(self.space, settings, self._stop, server=self.api.url, listen=Listen(port=self.port))
        self._service = asyncio.create_task(service)

    async def failed(self) -> BaseException | None:
        """Wait until the service stops by itself; what it failed of."""
        assert self._service is not None
        await asyncio.wait([self._service], timeout=20)
        return self._service.exception()

    async def stop(self) -> None:
        assert self._stop is not None
        assert self._service is not None
        self._stop.set()
        try:
            await self._service
        finally:
            self._close()

    def _close(self) -> None:
        assert self._open is not None
        self._open.close()

    async def kill(self) -> None:
        """End the service without letting it finish anything."""
        assert self._service is not None
        self._service.cancel()
        await asyncio.gather(self._service, return_exceptions=True)
        self._close()

    def ask(self, question: Callable[[Session], T]) -> T:
        with self.space.database.read() as session:
            return question(session)

    def code(self, role: Role = Role.OWNER) -> str:
        def digest(code: str) -> bytes:
            return self.space.identity.receipt("telegram", "team code", code)

        with self.space.database.transaction() as session:
            return issue_code(session, self.brand.slug, "team", role, digest, datetime.now(UTC))

    async def added(self, chat: int, by: int, title: str = "The corner", status: str = "member") -> None:
        bot = {"id": 7, "is_bot": True, "first_name": "Earshot"}
        await self.api.inject(
            my_chat_member={
                "chat": group(chat, title),
                "from": person(by),
                "date": now(),
                "old_chat_member": {"status": "left", "user": bot},
                "new_chat_member": {"status": status, "user": bot},
            }
        )

    async def removed(self, chat: int, by: int) -> None:
        bot = {"id": 7, "is_bot": True, "first_name": "Earshot"}
        await self.api.inject(
            my_chat_member={
                "chat": group(chat),
                "from": person(by),
                "date": now(),
                "old_chat_member": {"status": "member", "user": bot},
                "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
            }
        )

    async def say(self, chat: int, by: int, text: str | None, **more: Any) -> int:
        number = next(self._numbers)
        words = {"text": text} if text is not None else {}
        await self.api.inject(message=self.message(chat, by, number) | words | more)
        return number

    def message(self, chat: int, by: int, number: int) -> dict[str, Any]:
        return {"message_id": number, "date": now(), "chat": place(chat), "from": person(by)}

    async def press(self, call: Call, label: str, by: int) -> None:
        chat = int(call.fields["chat_id"])
        message = {"message_id": call.message_id, "date": now(), "chat": place(chat), "text": "."}
        await self.api.inject(
            callback_query={
                "id": str(next(self._numbers)),
                "from": person(by),
                "chat_instance": "1",
                "data": call.button(label),
                "message": message,
            }
        )

    async def told(self, containing: str) -> None:
        """Wait until a presser is told the words."""
        await self.api.until(
            lambda: any(call.method == "answerCallbackQuery" and containing in call.text for call in self.api.calls)
        )

    async def sent(self, chat: int, containing: str, *methods: str) -> Call:
        """The newest thing sent to a chat whose text contains the words."""

        def found() -> Call | None:
            calls = [call for call in self.api.sent(chat, *methods) if containing in call.text]
            return calls[-1] if calls and calls[-1].message_id is not None else None

        return await self.api.until(found)  # type: ignore[no-any-return]

    async def activated(self, chat: int = GROUP, lang: str = "English") -> Call:
        """Add the bot to a group and switch it on; returns the notice."""
        self.api.admins.add((chat, ADMIN))
        await self.added(chat, ADMIN)
        await self.press(await self.sent(chat, self.brand.name), lang, ADMIN)
        return await self.notice(chat)

    async def notice(self, chat: int = GROUP, number: int = 1) -> Call:
        """The notice in a group, when it was posted so many times."""

        def found() -> Call | None:
            posted = [
                call for call in self.api.sent(chat) if call.text.startswith("👂") and call.message_id is not None
            ]
            return posted[number - 1] if len(posted) >= number else None

        return await self.api.until(found)  # type: ignore[no-any-return]

    async def linked(self) -> None:
        """Link the team's chat."""
        await self.added(TEAM, OWNER, "Orvelle team")
        await self.say(TEAM, OWNER, f"/link {self.code()}")
        await self.sent(TEAM, "team channel")

    async def settled(self, seconds: float = 20.0) -> None:
        """Wait until nothing waits in the inbox and Telegram's queue is empty."""
        last = self.api.next_update

        def done() -> bool:
            with self.space.database.read() as session:
                mark = session.get(Setting, (self.brand.slug, MARK))
                return bool(mark and mark.value["id"] >= last and not inbox.waiting(session, self.brand.slug))

        await self.api.until(done, seconds)

    def bytes_hold(self, *words: str) -> bool:
        """Whether the database's files hold any of the words."""
        content = b"".join(path.read_bytes() for path in self.folder.glob("earshot.db*"))
        return any(word.encode() in content for word in words)


@asynccontextmanager
async def journey(api: BotApi, folder: Path, text: str = BRAND) -> AsyncIterator[Journey]:
    made = Journey(api, folder, brand(text))
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def now() -> int:
    return int(time.time())


def person(id_: int, lang: str = "en") -> dict[str, Any]:
    return {"id": id_, "is_bot": False, "first_name": f"Firstname{id_}", "language_code": lang}


def group(id_: int, title: str = "The corner") -> dict[str, Any]:
    return {"id": id_, "type": "supergroup", "title": title}


def place(chat: int) -> dict[str, Any]:
    """A group, or somebody's private chat, whose id is theirs."""
    return group(chat) if chat < 0 else {"id": chat, "type": "private", "first_name": "N."}
