"""The demo end to end, with the shipped model: it must find the two stories of the sample, and nothing else."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from sqlmodel import select

from alerts.signals import Kind
from bot.app import Workspace, open_workspace
from bot.demo import SAMPLE
from bot.live import LiveView
from bot.message import Message
from bot.platforms.transcript import open_transcript
from bot.replay import replay
from config.brand import load_brand
from config.settings import Settings
from storage.messages import stored
from storage.tables import Alert, AlertState, ChatMode

LABELS = Path(__file__).parent.parent / "data" / "demo_labels.json"


@dataclass
class Run:
    """A replay of the sample, and what it printed."""

    workspace: Workspace
    printed: str
    received: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    home, brand = tmp_path_factory.mktemp("home"), load_brand(SAMPLE.brand)
    with open_workspace(Settings(home=home), brand, home / "earshot.db") as workspace:
        transcripts = [open_transcript(path, zone=brand.time_zone) for path in SAMPLE.inputs]
        console = Console(file=io.StringIO(), width=100)
        with LiveView(workspace, ChatMode.ASSUMED, console=console) as view:
            summary = replay(transcripts, workspace, ChatMode.ASSUMED, view)
        view.summary(summary)
        yield Run(workspace, _written(console), _received(workspace))


def _written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _received(workspace: Workspace) -> str:
    """What a view that has just been opened says that the team received."""
    console = Console(file=io.StringIO(), width=100)
    LiveView(workspace, ChatMode.ASSUMED, console=console).received()
    return _written(console)


def _stories(workspace: Workspace) -> dict[int, str]:
    """The labelled story of each stored message, by row id."""
    labels, zone = json.loads(LABELS.read_text(encoding="utf-8")), workspace.brand.time_zone
    by_id: dict[str, str | None] = {}
    for path in SAMPLE.inputs:
        messages = (one for one in open_transcript(path, zone=zone) if isinstance(one, Message))
        by_id |= {one.id: labels[path.stem].get(str(at)) for at, one in enumerate(messages)}
    with workspace.database.read() as session:
        rows = list(stored(session, workspace.vault, workspace.brand.slug))
    return {row.id: story for row in rows if row.platform_id and (story := by_id[row.platform_id])}


def test_the_team_hears_of_the_two_stories_and_of_nothing_else(run: Run) -> None:
    stories = _stories(run.workspace)
    with run.workspace.database.read() as session:
        alerts = session.exec(select(Alert).where(Alert.state != AlertState.MERGED)).all()
    told = {alert.id: Counter(stories.get(row) for row in alert.messages).most_common(1)[0][0] for alert in alerts}
    # The rumour comes back the day after in other words, an agency instead of a technician: told as one of its own.
    assert sorted(str(story) for story in told.values()) in (
        ["descaling", "microphone"],
        ["descaling", "microphone", "microphone"],
    )
    kinds = {story: {alert.kind for alert in alerts if told[alert.id] == story} for story in told.values()}
    assert kinds == {"descaling": {Kind.BAD_BUZZ}, "microphone": {Kind.RUMOUR}}
    rumour = next(alert for alert in alerts if told[alert.id] == "microphone")
    assert (rumour.fact, rumour.contradicts) == ("no-microphone", True)


def test_the_terminal_tells_each_alert_as_it_is_sent_and_what_was_done(run: Run) -> None:
    printed = run.printed.splitlines()
    assert printed[0] == "CONSENTEMENT SUPPOSÉ"
    assert any(line.startswith("ALERTE ") and "Rumeur" in line for line in printed)
    assert any(line.startswith("100 % lus · ") for line in printed)
    assert any("382" in line and "Entendus et gardés" in line for line in printed)
    assert "Consentement SUPPOSÉ pour tout le monde" in run.printed


def test_what_the_team_received_can_be_shown_again(run: Run) -> None:
    assert "Rumeur" in run.received
    assert "Ce que l'équipe a reçu" in run.received
    assert _received(run.workspace) == run.received
