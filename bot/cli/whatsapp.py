"""`earshot whatsapp`: the brand's groups, and how the number does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from sqlmodel import Session, col, func, select

from alerts.channels.graph import GRAPH, GraphApi, GraphError
from alerts.errors import ChannelError
from alerts.outbox import OutboxWriter
from config.brand import Brand, load_brand
from config.errors import ConfigError, EarshotError
from config.settings import Settings, load_settings
from storage import inbox, whatsapp
from storage.database import Database
from storage.keys import vault_keys
from storage.tables import Chat, ChatState, Consent, ConsentState, Outbox, OutboxState, Sealed, Setting
from storage.vault import Vault

BrandFile = Annotated[Path | None, typer.Option(help="The brand file; EARSHOT_BRAND when left out.")]
Title = Annotated[str, typer.Argument(help="The group's title, at most 128 characters.")]
Approval = Annotated[bool, typer.Option("--approval", help="Who has the link still asks to be let in.")]
GroupNumber = Annotated[int, typer.Argument(help="The group's number, as `earshot whatsapp groups list` shows it.")]
Requests = Annotated[list[str] | None, typer.Option("--let-in", help="A request to say yes to, or `all`.")]
Refusals = Annotated[list[str] | None, typer.Option("--refuse", help="A request to say no to, or `all`.")]
LONGEST_TITLE, LONGEST_DESCRIPTION = 128, 2048
NAME = "whatsapp"
T = TypeVar("T")

app = typer.Typer(help="WhatsApp Business.", no_args_is_help=True)
groups = typer.Typer(help="The brand's groups on WhatsApp: at most 8 people each.", no_args_is_help=True)


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("status")(status)
    for name, command in (
        ("list", list_groups),
        ("create", create),
        ("activate", activate),
        ("invite", invite),
        ("requests", requests),
        ("delete", delete),
    ):
        groups.command(name)(command)
    app.add_typer(groups, name="groups")
    main.add_typer(app, name="whatsapp")


def status(brand: BrandFile = None) -> None:
    """Show what waits, and what could not be delivered lately, by WhatsApp's error code."""
    settings, loaded = _given(brand)
    with Database(settings.database) as database:
        database.check_schema()
        with database.read() as session:
            held = session.exec(
                select(func.count()).where(
                    Outbox.brand == loaded.slug, Outbox.channel == NAME, Outbox.state == OutboxState.WAITING
                )
            ).one()
            failed = whatsapp.failures(session, loaded.slug)
            aside = [one for one in inbox.kept_aside(session, loaded.slug) if one.source.startswith(NAME)]
    _print(f"Messages that wait (for their window, a template or their turn): {held}")
    _print(f"Updates kept aside: {len(aside)}" + "".join(f"\n  {one.fault}" for one in aside[-5:]))
    for code, count in sorted(failed.items()):
        _print(f"Not delivered, error {code}: {count}")


def list_groups(brand: BrandFile = None) -> None:
    """List the brand's groups: number, state, title, how many agreed, how many messages were turned away unread."""
    settings, loaded = _given(brand)
    vault = Vault(vault_keys(settings.home, settings.keys()))
    with Database(settings.database) as database:
        database.check_schema()
        with database.read() as session:
            found = [(chat, _agreed(session, loaded, chat)) for chat in _groups(session, loaded)]
    for chat, agreed in found:
        title = vault.open_text(chat.title, Sealed.CHAT_TITLE) if chat.title else "–"
        _print(f"{chat.id}  {chat.state}  {title}  ({agreed} agreed, {chat.dropped} messages turned away unread)")
    if not found:
        _print("No group yet: earshot whatsapp groups create TITLE")


def create(title: Title, brand: BrandFile = None, approval: Approval = False) -> None:
    """Have WhatsApp make a group that is heard from the start; its description is the notice."""
    from bot.platforms.whatsapp.groups import REQUESTS, group_notice

    settings, loaded = _given(brand)
    title, notice = title.strip(), group_notice(loaded, loaded.languages[0])
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise EarshotError(f"a group's title has 1 to {LONGEST_TITLE} characters, not {len(title)}")
    if len(notice) > LONGEST_DESCRIPTION:
        raise EarshotError(
            f"the notice has {len(notice)} characters, and a group's description takes {LONGEST_DESCRIPTION}: "
            "shorten consent.notice in the brand file"
        )
    vault, asked = Vault(vault_keys(settings.home, settings.keys())), datetime.now(UTC)
    request = _ask(settings, lambda graph: graph.create_group(title, notice, approval=approval))
    with Database(settings.database) as database:
        database.migrate()
        with database.transaction() as session:
            known = session.get(Setting, (loaded.slug, REQUESTS))
            session.merge(Setting(brand=loaded.slug, name=REQUESTS, value=[*(known.value if known else []), request]))
            for chat in _groups(session, loaded):  # WhatsApp may tell of the group before it answers
                made = chat.created_at >= asked and chat.title and vault.open_text(chat.title, Sealed.CHAT_TITLE)
                if chat.state is ChatState.WAITING and made == title:
                    _switch_on(session, loaded, vault, chat)
    _print("WhatsApp makes the group now; the team is told its number as soon as it is there.")


def activate(group: GroupNumber, brand: BrandFile = None) -> None:
    """Listen in a group that was not made by Earshot. Members are heard once they agree, as the notice says."""
    settings, loaded = _given(brand)
    vault = Vault(vault_keys(settings.home, settings.keys()))
    with Database(settings.database) as database:
        database.migrate()
        with database.transaction() as session:
            _switch_on(session, loaded, vault, _group(session, loaded, group))
    _print(f"Group {group} is heard from now on. The notice is posted there as soon as WhatsApp allows it.")


def invite(group: GroupNumber, brand: BrandFile = None) -> None:
    """Print a new invite link of a group; the one before stays valid until WhatsApp withdraws it."""
    settings, loaded = _given(brand)
    address = _address(settings, loaded, group)
    _print(_ask(settings, lambda graph: graph.invite_link(address)))


def requests(group: GroupNumber, brand: BrandFile = None, let_in: Requests = None, refuse: Refusals = None) -> None:
    """List who asks to join a group, and decide. Nothing of it is stored."""
    settings, loaded = _given(brand)
    address = _address(settings, loaded, group)
    found = _ask(settings, lambda graph: graph.join_requests(address))
    waiting = {str(one.get("join_request_id")): one for one in found}
    for chosen, approve in ((let_in or [], True), (refuse or [], False)):
        ids = list(waiting) if chosen == ["all"] else chosen
        if unknown := [one for one in ids if one not in waiting]:
            raise EarshotError(f"no such request: {', '.join(unknown)}; leave the options out to see them")
        if ids:
            _ask(settings, partial(GraphApi.decide, group=address, requests=ids, approve=approve))
            _print(f"{len(ids)} {'let in' if approve else 'refused'}")
    if not let_in and not refuse:
        for id_, one in waiting.items():
            asked = str(one.get("creation_timestamp", ""))
            since = datetime.fromtimestamp(int(asked), UTC).isoformat(" ", "minutes") if asked.isdecimal() else ""
            _print(f"{id_}  {since}")
        if not waiting:
            _print("Nobody asks to join.")


def delete(group: GroupNumber, brand: BrandFile = None) -> None:
    """Have WhatsApp delete a group; everybody in it is removed. What was heard stays until its term."""
    settings, loaded = _given(brand)
    address = _address(settings, loaded, group)
    _ask(settings, lambda graph: graph.delete_group(address))
    _print(f"WhatsApp deletes group {group}.")


def _given(brand: Path | None) -> tuple[Settings, Brand]:
    settings = load_settings()
    file = brand or settings.brand
    if file is None:
        raise ConfigError("no brand file: give --brand FILE or set EARSHOT_BRAND")
    return settings, load_brand(file)


def _ask(settings: Settings, question: Callable[[GraphApi], Awaitable[T]]) -> T:
    """Ask the Graph API once."""
    from bot.platforms.whatsapp.platform import Access

    access = Access.of(settings)
    if access is None:
        raise ConfigError("WHATSAPP_TOKEN is not set; docs/whatsapp.md says how to set WhatsApp up")

    async def ask() -> T:
        async with GraphApi(access.token, access.phone_id, SERVER) as graph:
            return await question(graph)

    try:
        return asyncio.run(ask())
    except GraphError as error:
        raise EarshotError(
            f"WhatsApp refused (error {error.code}, HTTP {error.status}); groups need an Official Business Account, "
            "and https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes explains the number"
        ) from None
    except ChannelError as error:
        raise EarshotError(str(error)) from None


SERVER = GRAPH
"""Where the Graph API is; another one for tests."""


def _groups(session: Session, brand: Brand) -> list[Chat]:
    found = select(Chat).where(Chat.brand == brand.slug, Chat.platform == NAME, Chat.kind == "group")
    return list(session.exec(found.order_by(col(Chat.id))).all())


def _group(session: Session, brand: Brand, number: int) -> Chat:
    for chat in _groups(session, brand):
        if chat.id == number:
            return chat
    raise EarshotError(f"there is no WhatsApp group {number}; `earshot whatsapp groups list` shows them")


def _switch_on(session: Session, brand: Brand, vault: Vault, chat: Chat) -> None:
    from bot.platforms.whatsapp.groups import show_notice

    chat.state = ChatState.ACTIVE
    session.add(chat)
    show_notice(session, brand, OutboxWriter(brand.slug, vault), chat, datetime.now(UTC))


def _address(settings: Settings, brand: Brand, number: int) -> str:
    vault = Vault(vault_keys(settings.home, settings.keys()))
    with Database(settings.database) as database:
        database.check_schema()
        with database.read() as session:
            chat = _group(session, brand, number)
    return vault.open_text(chat.address, Sealed.CHAT_ADDRESS) if chat.address else ""


def _agreed(session: Session, brand: Brand, chat: Chat) -> int:
    """How many people last said yes in a chat, to the notice in force."""
    rows = select(Consent).where(
        Consent.brand == brand.slug, (col(Consent.chat_id) == chat.id) | col(Consent.chat_id).is_(None)
    )
    last = {row.person: row for row in session.exec(rows.order_by(col(Consent.id))).all()}
    return sum(row.state is ConsentState.GIVEN and row.version == brand.consent.version for row in last.values())


def _print(text: str) -> None:
    Console(highlight=False).print(text, soft_wrap=True, markup=False)
