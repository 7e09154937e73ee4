"""The team's chats: which chat a channel is, who may do what there, and the codes that say so.

A code is eight letters and digits (40 bits), valid for fifteen minutes and used once; only its keyed digest is kept.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from storage.tables import Role, TeamCode, TeamLink, TeamMember

CODE_VALID = timedelta(minutes=15)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs, none of them mistaken for another
_LENGTH = 8

Digest = Callable[[str], bytes]
"""The keyed digest under which a code is kept."""


def issue_code(session: Session, brand: str, channel: str, role: Role, digest: Digest, now: datetime) -> str:
    """Return a new code that gives `role` in `channel`, and links the chat where it is used."""
    session.exec(delete(TeamCode).where(col(TeamCode.expires_at) < now))
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    expires = now + CODE_VALID
    session.add(TeamCode(brand=brand, channel=channel, role=role, digest=digest(code), expires_at=expires))
    return code


def redeem(
    session: Session, brand: str, code: str, chat_id: int, person: str, digest: Digest, now: datetime
) -> TeamMember | None:
    """Use a code up: the chat becomes the channel's, the person gets the role. None when it is no valid code.

    An owner's code links the chat in which it is used; an agent's code counts only in the chat that is linked.
    """
    found = session.exec(
        select(TeamCode).where(
            TeamCode.brand == brand, TeamCode.digest == digest(code.strip().upper()), col(TeamCode.expires_at) >= now
        )
    ).one_or_none()
    if found is None:
        return None
    linked = session.get(TeamLink, (brand, found.channel))
    if found.role is Role.AGENT and (linked is None or linked.chat_id != chat_id):
        return None
    session.delete(found)
    if found.role is Role.OWNER:
        if linked is not None and linked.chat_id != chat_id:
            theirs = select(TeamMember).where(TeamMember.brand == brand, TeamMember.channel == found.channel)
            for member in session.exec(theirs).all():
                session.delete(member)
        session.merge(TeamLink(brand=brand, channel=found.channel, chat_id=chat_id))
    return give_role(session, brand, found.channel, person, found.role, now)


def give_role(session: Session, brand: str, channel: str, person: str, role: Role, now: datetime) -> TeamMember:
    """Give a person a role in a channel; an owner stays one."""
    known = session.get(TeamMember, (brand, channel, person))
    if known is not None and known.role is Role.OWNER:
        return known
    return session.merge(TeamMember(brand=brand, channel=channel, person=person, role=role, since=now))


def take_role(session: Session, brand: str, channel: str, person: str) -> bool:
    """Take a person's role away; False when they had none, or are an owner."""
    known = session.get(TeamMember, (brand, channel, person))
    if known is None or known.role is Role.OWNER:
        return False
    session.delete(known)
    return True


def role_of(session: Session, brand: str, channel: str, person: str) -> Role | None:
    """Return what a person may do in a channel."""
    known = session.get(TeamMember, (brand, channel, person))
    return known.role if known is not None else None


def link_of(session: Session, brand: str, channel: str) -> TeamLink | None:
    """Return the link of a channel, if a chat was linked."""
    return session.get(TeamLink, (brand, channel))


def channel_of(session: Session, brand: str, chat_id: int) -> str | None:
    """Return the channel that a chat (row id) is."""
    return session.exec(
        select(TeamLink.channel).where(TeamLink.brand == brand, TeamLink.chat_id == chat_id)
    ).one_or_none()


def unlink(session: Session, brand: str, chat_id: int) -> None:
    """Forget that a chat was the team's, and the roles it knew."""
    for link in session.exec(select(TeamLink).where(TeamLink.brand == brand, TeamLink.chat_id == chat_id)).all():
        members = select(TeamMember).where(TeamMember.brand == brand, TeamMember.channel == link.channel)
        for member in session.exec(members).all():
            session.delete(member)
        session.delete(link)
    session.flush()
