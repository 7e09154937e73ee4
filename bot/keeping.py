"""What is kept, less: erasing a person, and the nightly purge. Both change stored messages behind the story engine,
so both make it forget too and store its new snapshot in the same transaction (docs/decisions/0001).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from bot.arrivals import decode
from bot.customers.office import Office, lane_tag
from bot.customers.team import show_erased
from bot.identity import Identity
from bot.pipeline import SOURCE, Pipeline
from config.brand import Retention
from storage import consents, customers, erasure, retention, whatsapp
from storage.erasure import Erased
from storage.retention import Purged
from storage.tables import ConsentState

Whose = Callable[[bytes], str | None]
"""Tells the pseudonym of an update's author."""


def forget_person(
    pipeline: Pipeline,
    person: str,
    *,
    at: datetime,
    source: str,
    authors: Mapping[str, Whose] | None = None,
    answered: bool = False,
) -> Erased:
    """Erase a person (a pseudonym) everywhere and record their withdrawal; a second time changes nothing.

    `authors` tells whose an inbox update is, by the inbox source of each platform that keeps updates of its own. Who is
    about to be `answered` on WhatsApp may be written to until their window closes by itself.
    """
    identity = pipeline.admission.identity
    with pipeline.database.read() as reading:
        person = whatsapp.first_person(reading, pipeline.brand, person) or person

    def within(session: Session, erased: Erased) -> None:
        _forget_ids(session, pipeline.brand, person, at, source)
        if not answered:
            whatsapp.forget_lane(session, pipeline.brand, f"private:{lane_tag(identity, person)}")
        pipeline.memory.forget(session, person)
        _retell(pipeline, session, erased.narratives)
        pipeline.desk.forgotten(session, erased.alerts, at)
        shown = customers.forget(session, pipeline.brand, person, lane_tag(identity, person))
        show_erased(Office(pipeline.desk.brand, pipeline.vault, identity), session, shown, at)

    with pipeline.memory.restored_on_failure():
        return erasure.forget(
            pipeline.database,
            pipeline.vault,
            pipeline.brand,
            person,
            at=at,
            source=source,
            pseudonym=identity.person,
            author=lambda kind, payload: _author(identity, authors or {}, kind, payload),
            within=within,
        )


def _forget_ids(session: Session, brand: str, person: str, at: datetime, source: str) -> None:
    """Forget by what other ids a person was known; each of them has withdrawn as well, now that nothing links them."""
    for key in whatsapp.other_keys(session, brand, person):
        consents.record(session, brand, key, None, ConsentState.WITHDRAWN, version="", source=source, at=at)
    whatsapp.forget(session, brand, person)


def purge(pipeline: Pipeline, terms: Retention, now: datetime) -> Purged:
    """Remove what has reached its term; living stories get titles from what is left, and what the team was shown of
    conversations that are gone is written over."""

    def within(session: Session, purged: Purged) -> None:
        _retell(pipeline, session, purged.narratives)
        office = Office(pipeline.desk.brand, pipeline.vault, pipeline.admission.identity)
        show_erased(office, session, purged.shown, now, "team-expired")

    with pipeline.memory.restored_on_failure():
        return retention.run(
            pipeline.database,
            pipeline.vault,
            pipeline.brand,
            terms,
            now=now,
            within=within,
        )


def _retell(pipeline: Pipeline, session: Session, narratives: Iterable[int]) -> None:
    pipeline.memory.touch(narratives)
    pipeline.memory.store(session, force=True)


def _author(identity: Identity, authors: Mapping[str, Whose], source: str, payload: bytes) -> str | None:
    if source != SOURCE:
        return authors[source](payload) if source in authors else None
    message = decode(payload)
    return identity.person(message.chat.platform, message.sender.id)
