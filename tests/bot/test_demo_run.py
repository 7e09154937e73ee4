"""The demo end to end, with the shipped model: it must find the two stories of the sample, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from alerts.signals import Kind
from bot.app import Workspace, open_workspace
from bot.demo import SAMPLE
from bot.message import Message
from bot.pipeline import Processed
from bot.platforms.transcript import open_transcript
from bot.replay import replay
from config.brand import load_brand
from config.settings import Settings
from storage.messages import stored
from storage.tables import Alert, AlertState, ChatMode

LABELS = Path(__file__).parent.parent / "data" / "demo_labels.json"


class Nobody:
    """Looks on and says nothing."""

    def progress(self, read: int, total: int) -> None:
        pass

    def processed(self, batch: Processed) -> None:
        pass


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    home, brand = tmp_path_factory.mktemp("home"), load_brand(SAMPLE.brand)
    with open_workspace(Settings(home=home), brand, home / "earshot.db") as opened:
        transcripts = [open_transcript(path, zone=brand.time_zone) for path in SAMPLE.inputs]
        replay(transcripts, opened, ChatMode.ASSUMED, Nobody())
        yield opened


def _stories(workspace: Workspace) -> dict[int, str]:
    """The labelled story of each stored message, by row id."""
    labels, zone = json.loads(LABELS.read_text(encoding="utf-8")), workspace.brand.time_zone
    by_id = {}
    for path in SAMPLE.inputs:
        messages = (one for one in open_transcript(path, zone=zone) if isinstance(one, Message))
        by_id |= {one.id: labels[path.stem].get(str(at)) for at, one in enumerate(messages)}
    with workspace.database.read() as session:
        rows = list(stored(session, workspace.vault, workspace.brand.slug))
    return {row.id: by_id[row.platform_id] for row in rows if row.platform_id and by_id[row.platform_id]}


@pytest.mark.xfail(reason="the stories of the sample still fall apart: six alerts instead of two")
def test_the_team_hears_of_the_two_stories_and_of_nothing_else(workspace: Workspace) -> None:
    stories = _stories(workspace)
    with workspace.database.read() as session:
        alerts = session.exec(select(Alert).where(Alert.state != AlertState.MERGED)).all()
    told = {alert.id: Counter(stories.get(row) for row in alert.messages).most_common(1)[0][0] for alert in alerts}
    assert sorted(str(story) for story in told.values()) == ["descaling", "microphone"]
    by_story = {told[alert.id]: alert for alert in alerts}
    assert by_story["descaling"].kind == Kind.BAD_BUZZ
    assert (by_story["microphone"].kind, by_story["microphone"].fact) == (Kind.RUMOUR, "no-microphone")
    assert by_story["microphone"].contradicts
