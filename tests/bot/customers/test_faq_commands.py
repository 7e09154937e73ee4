from datetime import UTC, datetime
from pathlib import Path

import pytest
from customers_world import VAULT
from typer.testing import CliRunner

from bot.__main__ import app
from storage.database import Database
from storage.tables import (
    Customer,
    Gap,
    Handover,
    KnowledgeEntry,
    Question,
    Rumour,
    Sealed,
    Survey,
    SurveyKind,
)

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EARSHOT_HOME", str(tmp_path))
    monkeypatch.setenv("EARSHOT_VAULT_KEY", bytes(range(32)).hex())
    monkeypatch.setenv("EARSHOT_BRAND", str(tmp_path / "brand.yaml"))
    (tmp_path / "brand.yaml").write_text(
        "brand: {name: Tisane}\nsurveys: {min_answers: 3}\nprivacy: {min_people_for_quotes: 2}\n"
        'faq: [{id: tea, question: "Quel thé ?", answer: Le vert.}]\n',
        encoding="utf-8",
    )
    return tmp_path


def run(*words: str, code: int = 0) -> str:
    shown = CliRunner().invoke(app, list(words), catch_exceptions=False, env={"COLUMNS": "200"})
    assert shown.exit_code == code, shown.output
    return shown.output


def stored(home: Path, *rows: object) -> None:
    with Database(home / "earshot.db") as database:
        database.migrate()
        with database.transaction() as session:
            for row in rows:
                session.add(row)
                session.flush()


def test_import_tells_what_it_takes_and_what_not(home: Path) -> None:
    file = home / "faq.csv"
    file.write_text("id,question,answer\ntea,Quel thé ?,Le noir.\ncups,Combien de tasses ?,Deux.\n,Rien ?,\n", "utf-8")
    shown = run("faq", "import", str(file), "--dry-run")
    assert "line 4: not taken: has no answer" in shown
    assert "'tea' stands in the brand file" in shown
    assert "1 entries would be taken; 2 not taken" in shown
    assert not (home / "earshot.db").exists()
    assert "1 are new or changed" in run("faq", "import", str(file), "--lang", "fr")
    assert "0 are new or changed" in run("faq", "import", str(file), "--lang", "fr")
    file.write_text("id,question,answer\ncups,Combien de tasses ?,Trois.\n", "utf-8")
    assert "1 are new or changed" in run("faq", "import", str(file), "--lang", "fr")
    assert "1 removed" in run("faq", "remove", "cups")
    with Database(home / "earshot.db") as database, database.read() as session:
        assert session.get(KnowledgeEntry, 1) is None


def test_gaps_show_words_only_of_enough_people(home: Path) -> None:
    sealed = {"text": "Une tasse en verre ?", "vector": ""}
    gaps = [
        Gap(brand="tisane", lang="fr", content=VAULT.seal_json(sealed, Sealed.GAP_CONTENT), created_at=NOW, last_at=NOW)
        for _ in range(2)
    ]
    asked = [
        Question(
            brand="tisane", key=str(number), at=NOW, platform="telegram", in_group=False, kind="handover", lang="fr",
            score=0.1, person=f"p{number}", gap_id=1 + number // 2,
        )
        for number in range(3)
    ]  # fmt: skip
    stored(home, *gaps, *asked)
    shown = run("faq", "gaps")
    assert "Une tasse en verre ?" in shown
    assert "(fewer than 2 people, or erased)" in shown


def test_surveys_show_nothing_of_few_answers(home: Path) -> None:
    def survey(kind: SurveyKind, score: int | None) -> Survey:
        return Survey(brand="tisane", kind=kind, sent_at=NOW, score=score)

    few = [survey(SurveyKind.SATISFACTION, score) for score in (5, 4, None)]
    enough = [survey(SurveyKind.RECOMMENDATION, score) for score in (10, 9, 9, 7, 3)]
    stored(home, *few, *enough)
    shown = run("surveys")
    assert "satisfaction: 2 of 3 answered\n  shown from 3 answers on" in shown
    assert "recommendation: 5 of 5 answered" in shown
    assert "net promoter score: +40, between -30 and +87 (3: 1, 7: 1, 9: 2, 10: 1)" in shown


def test_status_counts_what_the_team_has_not_finished(home: Path) -> None:
    customer = Customer(
        brand="tisane", platform="telegram", person="p", address=b"", lang="fr", version="1", source="", agreed_at=NOW,
        last_at=NOW,
    )  # fmt: skip
    waiting = {
        "brand": "tisane",
        "customer_id": 1,
        "channel": "",
        "lang": "fr",
        "sentiment": "neutral",
        "opened_at": NOW,
    }
    stored(home, customer, Handover(**waiting, waiting_since=NOW), Handover(**waiting))
    stored(home, Rumour(brand="tisane", lang="fr", created_at=NOW))
    shown = run("status")
    assert "customers: 2 conversations open, 1 waiting for the team, the oldest since" in shown
    assert "1 rumours to check" in shown
