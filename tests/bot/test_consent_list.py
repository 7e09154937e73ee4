import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.consent import ConsentGate
from bot.consent_list import ConsentError, ConsentList, consent_from_file
from bot.message import Member
from storage.database import Database
from storage.tables import Chat, ChatState, ConsentState

CHANGED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ADA, BOB = Member("user17", "Ada Lemaire"), Member("user18", "Bob")


def read(folder: Path, name: str, text: str) -> ConsentList:
    path = folder / name
    path.write_text(text, "utf-8")
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return consent_from_file(path)


def states(listed: ConsentList, *members: Member) -> list[ConsentState | None]:
    entries = [listed.of(member, f"p_{member.id}") for member in members]
    return [entry and entry.state for entry in entries]


GIVEN, REFUSED = ConsentState.GIVEN, ConsentState.REFUSED


def test_a_text_file_lists_names_or_ids(tmp_path: Path) -> None:
    listed = read(tmp_path, "agreed.txt", "\ufeff# who signed on paper\n\nAda Lemaire\nuser99\n")
    assert states(listed, ADA, BOB, Member("user99")) == [GIVEN, None, GIVEN]
    assert len(listed) == 2
    entry = listed.of(ADA, "p_user17")
    assert entry is not None
    assert (entry.line, entry.at) == (3, CHANGED)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_has_a_header(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Name", "id", "state", "at"],
        ['"Ada Lemaire"', "", "given", "2026-01-05T18:00+01:00"],
        ["", "user18", "Refused", ""],
    ]
    listed = read(tmp_path, "agreed.csv", "\n".join(delimiter.join(row) for row in rows))
    assert states(listed, ADA, BOB) == [GIVEN, REFUSED]
    entry = listed.of(ADA, "p_user17")
    assert entry is not None
    assert entry.at == datetime(2026, 1, 5, 17, tzinfo=UTC)


def test_a_yaml_file_is_a_list(tmp_path: Path) -> None:
    listed = read(tmp_path, "agreed.yaml", "- Ada Lemaire\n- id: user18\n  state: refused\n  at: 2026-01-05\n")
    assert states(listed, ADA, BOB) == [GIVEN, REFUSED]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.txt", "# nobody\n", "lists nobody"),
        ("a.csv", "first,last\nAda,Lemaire\n", "line 1: needs a header"),
        ("a.csv", "name,state\nAda,given\nBob,maybe\n", "line 3: has an unknown state"),
        ("a.csv", "name,at\nAda,yesterday\n", "line 2: has no valid time"),
        ("a.csv", "name,state\nAda\n", "line 2: has not 2 fields"),
        ("a.csv", "name,state\nAda,given,surely\n", "line 2: has not 2 fields"),
        ("a.csv", 'name\n"Ada\n', "is not valid CSV"),
        ("a.csv", "name,state\nAda,given\nAda,refused\n", "line 3: says otherwise than line 2"),
        ("a.yaml", "agreed: Ada\n", "line 1: must begin a list"),
        ("a.yaml", "", "line 1: must begin a list"),
        ("a.yaml", "- Ada\n- [Bob]\n", "line 2: is neither a name nor a mapping"),
        ("a.yaml", "- Ada\n- nom: Bob\n", "line 2: may only have the keys"),
        ("a.yaml", "- Ada\n- 'Bob\n", "is not valid YAML"),
        ("a.yaml", "- \x07\n", "is not valid YAML"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    with pytest.raises(ConsentError, match=complaint) as caught:
        read(tmp_path, name, text)
    assert str(tmp_path / name) in str(caught.value)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConsentError, match="No such file"):
        consent_from_file(tmp_path / "missing.txt")
    (tmp_path / "latin.txt").write_bytes("André".encode("latin-1"))
    with pytest.raises(ConsentError, match="not UTF-8"):
        consent_from_file(tmp_path / "latin.txt")


@pytest.mark.parametrize("shown", ["Ada Lemaire", "\u200eAda\u00a0Lemaire", " Ada  Lemaire\u202c"])
def test_invisible_marks_around_a_name_do_not_matter(tmp_path: Path, shown: str) -> None:
    assert states(read(tmp_path, "a.txt", "Ada Lemaire\n"), Member("user17", shown)) == [GIVEN]


def test_one_form_of_accents_finds_the_other_but_case_stays(tmp_path: Path) -> None:
    listed = read(tmp_path, "a.txt", "Ze\u0301lie\n")
    assert states(listed, Member("1", "Z\u00e9lie"), Member("2", "z\u00e9lie")) == [GIVEN, None]


def test_a_namesake_stops_the_reading_instead_of_being_heard(tmp_path: Path) -> None:
    listed = read(tmp_path, "a.txt", "# paper\nBob\n")
    assert states(listed, BOB, BOB) == [GIVEN, GIVEN]
    with pytest.raises(ConsentError, match="line 2: this name belongs to two members") as caught:
        listed.of(Member("user77", "Bob"), "p_user77")
    assert "Bob" not in str(caught.value)


def test_an_id_wins_over_a_name(tmp_path: Path) -> None:
    listed = read(tmp_path, "a.csv", "name,id,state\nBob,,refused\n,user18,given\n")
    assert states(listed, BOB) == [GIVEN]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(max_size=80), st.sampled_from(["a.txt", "a.csv", "a.yaml"]))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str, name: str) -> None:
    try:
        listed = read(tmp_path, name, text)
    except ConsentError:
        return
    assert len(listed) > 0


def test_listed_members_are_enrolled_once_and_may_change_their_minds(tmp_path: Path) -> None:
    listed = read(tmp_path, "a.csv", "name,state\nAda Lemaire,given\nBob,refused\n")
    gate = ConsentGate("maison-lumen", "1", listed)
    with Database(tmp_path / "earshot.db") as database:
        database.migrate()
        with database.transaction() as session:
            chat = Chat(
                id=1,
                brand="maison-lumen",
                platform="other",
                key="c",
                kind="group",
                state=ChatState.ACTIVE,
                created_at=CHANGED,
            )
            session.add(chat)
            session.flush()
            for _ in range(2):
                gate.enrol(session, chat, "p_ada", ADA)
                gate.enrol(session, chat, "p_bob", BOB)
                gate.enrol(session, chat, "p_eve", Member("user66", "Eve"))
            assert [gate.admits(session, chat, person) for person in ("p_ada", "p_bob", "p_eve")] == [
                True,
                False,
                False,
            ]
            (record,) = gate.history(session, "p_ada")
            assert (record.source, record.at, record.version) == ("file", CHANGED, "1")
            renewed = ConsentGate("maison-lumen", "2", listed)
            renewed.enrol(session, chat, "p_ada", ADA)
            assert renewed.admits(session, chat, "p_ada")
            gate.record(session, "p_ada", chat, REFUSED, "button", CHANGED + timedelta(days=1))
            gate.enrol(session, chat, "p_ada", ADA)
            assert not gate.admits(session, chat, "p_ada")


def test_without_a_list_nobody_is_enrolled(tmp_path: Path) -> None:
    with Database(tmp_path / "earshot.db") as database:
        database.migrate()
        with database.transaction() as session:
            gate = ConsentGate("maison-lumen", "1")
            chat = Chat(id=1, brand="maison-lumen", platform="other", key="c", kind="group", created_at=CHANGED)
            gate.enrol(session, chat, "p_ada", ADA)
            assert gate.history(session, "p_ada") == []
