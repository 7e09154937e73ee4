"""Codes, links and roles of the team."""

from datetime import timedelta
from hashlib import sha256

from sqlmodel import Session
from storage_world import BRAND, NOW, add_chat

from storage.database import Database
from storage.tables import Role
from storage.team import CODE_VALID, channel_of, give_role, issue_code, link_of, redeem, role_of, take_role, unlink


def digest(code: str) -> bytes:
    return sha256(code.encode()).digest()


def chat(session: Session, key: str) -> int:
    return add_chat(session, key).id or 0


def test_a_code_works_once_in_time_and_in_its_chat(database: Database) -> None:
    with database.transaction() as session:
        one, other = chat(session, "c_team"), chat(session, "c_other")
        code = issue_code(session, BRAND, "team", Role.OWNER, digest, NOW)
        assert redeem(session, BRAND, "WRONGONE", one, "p_a", digest, NOW) is None
        assert redeem(session, "another-brand", code, one, "p_a", digest, NOW) is None
        late = NOW + CODE_VALID + timedelta(seconds=1)
        assert redeem(session, BRAND, code, one, "p_a", digest, late) is None
        member = redeem(session, BRAND, f" {code.lower()} ", one, "p_a", digest, NOW)
        assert member is not None
        assert (member.role, channel_of(session, BRAND, one)) == (Role.OWNER, "team")
        assert redeem(session, BRAND, code, other, "p_b", digest, NOW) is None
        agents = issue_code(session, BRAND, "team", Role.AGENT, digest, NOW)
        assert redeem(session, BRAND, agents, other, "p_b", digest, NOW) is None
        assert redeem(session, BRAND, agents, one, "p_b", digest, NOW) is not None
        assert role_of(session, BRAND, "team", "p_b") is Role.AGENT


def test_another_chat_takes_the_channel_without_its_people(database: Database) -> None:
    with database.transaction() as session:
        one, other = chat(session, "c_team"), chat(session, "c_other")
        redeem(session, BRAND, issue_code(session, BRAND, "team", Role.OWNER, digest, NOW), one, "p_a", digest, NOW)
        give_role(session, BRAND, "team", "p_b", Role.AGENT, NOW)
        assert give_role(session, BRAND, "team", "p_a", Role.AGENT, NOW).role is Role.OWNER
        assert not take_role(session, BRAND, "team", "p_a")
        assert take_role(session, BRAND, "team", "p_b")
        redeem(session, BRAND, issue_code(session, BRAND, "team", Role.OWNER, digest, NOW), other, "p_c", digest, NOW)
        assert role_of(session, BRAND, "team", "p_a") is None
        assert role_of(session, BRAND, "team", "p_c") is Role.OWNER
        unlink(session, BRAND, other)
        assert link_of(session, BRAND, "team") is None
        assert role_of(session, BRAND, "team", "p_c") is None
