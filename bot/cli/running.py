"""`earshot run`, `earshot team link` and `earshot status`: the live service."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session, col, select

from alerts.feedback import lessons
from alerts.life import LIVE
from alerts.outbox import health
from config.brand import Brand, load_brand
from config.errors import ConfigError
from config.settings import Settings, load_settings
from storage import inbox
from storage.customers import unfinished
from storage.database import Database
from storage.tables import Alert, Chat, Role
from storage.team import CODE_VALID, issue_code

BrandFile = Annotated[Path | None, typer.Option(help="The brand file; EARSHOT_BRAND when left out.")]
Channel = Annotated[str, typer.Option(help="The team channel of the brand file; its only Telegram one when left out.")]
Listening = Annotated[str, typer.Option(help="Where the webhook's web server listens, HOST:PORT.")]

team = typer.Typer(help="The team's chat.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(run)
    app.command()(status)
    team.command("link")(link)
    app.add_typer(team, name="team")


def run(brand: BrandFile = None, listen: Listening = "127.0.0.1:8080") -> None:
    """Listen live, and tell the team; stop with Ctrl-C."""
    from bot.app import open_workspace  # the model and the platforms take a second to load
    from bot.service import Listen, quieten, run_service

    settings, loaded = _given(brand)
    quieten(settings)
    host, _, port = listen.rpartition(":")
    if not port.isdecimal():
        raise ConfigError(f"--listen {listen!r} is no address; write HOST:PORT, such as 127.0.0.1:8080")

    async def serve() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        await run_service(workspace, settings, stop, listen=Listen(host or "127.0.0.1", int(port)))

    with open_workspace(settings, loaded, settings.database) as workspace:
        asyncio.run(serve())


def link(brand: BrandFile = None, channel: Channel = "", role: Role = Role.OWNER) -> None:
    """Print a one-time code that links the team's Telegram group, or gives somebody there a role."""
    from bot.identity import Identity
    from storage.keys import identity_key

    settings, loaded = _given(brand)
    name = _telegram_channel(loaded, channel)
    identity = Identity(identity_key(settings.home, settings.keys()), loaded.slug)
    with Database(settings.database) as database:
        database.migrate()
        with database.transaction() as session:
            code = issue_code(
                session,
                loaded.slug,
                name,
                role,
                lambda code: identity.receipt("telegram", "team code", code),
                datetime.now(UTC),
            )
    minutes = round(CODE_VALID.total_seconds() / 60)
    Console(highlight=False).print(
        f"In the team's Telegram group, with the bot in it, write within {minutes} minutes:\n\n    /link {code}\n\n"
        f"It makes whoever writes it {role} of the team channel {name!r}. It works once.",
        soft_wrap=True,
    )


def status(brand: BrandFile = None) -> None:
    """Show how the service does: groups, live alerts, what waits, what could not be delivered."""
    settings, loaded = _given(brand)
    console = Console(highlight=False)
    with Database(settings.database) as database:
        database.check_schema()
        with database.read() as session:
            for line in _state(session, loaded, datetime.now(UTC)):
                console.print(line, soft_wrap=True)


def _state(session: Session, brand: Brand, now: datetime) -> list[str]:
    slug = brand.slug
    chats = session.exec(select(Chat).where(Chat.brand == slug).order_by(col(Chat.id))).all()
    alerts = session.exec(select(Alert).where(Alert.brand == slug, col(Alert.state).in_(LIVE))).all()
    out, aside = health(session, slug), inbox.kept_aside(session, slug)
    lines = [f"{chat.platform} {chat.kind} {chat.id}: {chat.state}, {chat.dropped} turned away" for chat in chats]
    lines += [f"alert {alert.id}: {alert.kind}, {alert.state}" for alert in alerts]
    since = f", the oldest since {out.oldest:%Y-%m-%d %H:%M} UTC" if out.oldest else ""
    lines.append(f"inbox: {inbox.waiting(session, slug)} waiting · outbox: {out.waiting} waiting{since}")
    lines += _customers(session, slug)
    lines += [f"kept aside: update {entry.id} from {entry.source}: {entry.fault}" for entry in aside]
    lines += [
        f"undeliverable: {letter.kind} {letter.id} to {letter.channel} {letter.lane}: {letter.fault} after "
        f"{letter.attempts} attempts"
        for letter in out.dead
    ]
    lines += [
        f"false alarms: {lesson.alarms} of {lesson.kind} about {lesson.topic or 'anything'}; the next must be "
        f"{lesson.needed:.2f} sure instead of {lesson.needed - lesson.added:.2f} (reopen one to take it back)"
        for lesson in lessons(session, brand, now)
    ]
    return lines


def _customers(session: Session, brand: str) -> list[str]:
    left = unfinished(session, brand)
    if not left.conversations and not left.rumours:
        return []
    since = f", the oldest since {left.oldest:%Y-%m-%d %H:%M} UTC" if left.oldest else ""
    told = f"customers: {left.conversations} conversations open, {left.waiting} waiting for the team{since}"
    return [f"{told} · {left.rumours} rumours to check"]


def _given(brand: Path | None) -> tuple[Settings, Brand]:
    settings = load_settings()
    path = brand or settings.brand
    if path is None:
        raise ConfigError("which brand? Give --brand FILE, or set EARSHOT_BRAND")
    return settings, load_brand(path)


def _telegram_channel(brand: Brand, wanted: str) -> str:
    names = [channel.name for channel in brand.team.channels if channel.url.get_secret_value() == "telegram"]
    if wanted in names:
        return wanted
    if not wanted and len(names) == 1:
        return names[0]
    if not names:
        raise ConfigError(
            "the brand file has no Telegram channel for the team; add under team: channels: "
            "[{name: team, url: telegram}]"
        )
    raise ConfigError(f"which channel? Give --channel, one of: {', '.join(names)}")
