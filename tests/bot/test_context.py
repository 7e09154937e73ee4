"""A message is read after what was said before it, the same however the stream was cut or interrupted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pipeline_world import hear, message, pipeline

from bot.understanding import Understanding
from nlp.analysis import Analysis
from nlp.chat import STATE, Reading
from storage import messages

PRICE, VAGUE = {"price": -0.1, "other": -4.0}, {"price": -1.3, "other": -1.0}
COUNT = len(STATE)
COMPLAINS = Reading(
    np.eye(COUNT, dtype=np.float32)[1],
    np.ones((2, COUNT, COUNT), np.float32),
    np.zeros(COUNT, np.float32),
    np.ones(6, np.float32),
)
HARDLY_ABOUT = replace(COMPLAINS, evidence=COMPLAINS.evidence - np.eye(COUNT, dtype=np.float32)[STATE.index("about")])
VECTOR = np.full(64, 0.125, np.float32)
MOOD = {"negative": 0.8, "neutral": 0.1, "positive": 0.1}


class PriceAnalyser:
    """Sees the topic price where the word stands, and can hardly tell elsewhere."""

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        return [self._one(PRICE if "price" in text else VAGUE) for text in texts]

    def _one(self, topics: dict[str, float]) -> Analysis:
        topic = max(topics, key=topics.__getitem__)
        return Analysis(
            "en", "negative", MOOD, topic, 0.95, "complaint", 0.1, vector=VECTOR, topic_evidence=topics,
            reading=COMPLAINS if topics is PRICE else HARDLY_ABOUT,
        )  # fmt: skip


TALK = [
    message(0, "the price doubled", "ada"),
    message(1, "and nobody told us", "bob"),
    message(40, "hello again", "cleo"),
    message(41, "that was a week ago", "dora", reply_to="0"),
]


def topics(folder: Path, *batches: list[int]) -> list[tuple[str | None, float]]:
    found = []
    for batch in batches:
        with pipeline(folder) as pipe:
            told = replace(pipe, understanding=Understanding(PriceAnalyser(), ("en",)))  # type: ignore[arg-type]
            for done in hear(told, *(TALK[number] for number in batch)):
                found += [(seen.topic, seen.topic_score) for seen in done.stored]
    return found


def test_a_topic_goes_on_fades_and_comes_back_with_a_reply(tmp_path: Path) -> None:
    assert [topic for topic, _ in topics(tmp_path, [0, 1, 2, 3])] == ["price", "price", "other", "price"]


@pytest.mark.parametrize("batches", [([0], [1], [2], [3]), ([0, 1], [2, 3]), ([0, 1, 2], [3])])
def test_the_cut_of_the_stream_changes_nothing(tmp_path: Path, batches: tuple[list[int], ...]) -> None:
    assert topics(tmp_path / "cut", *batches) == topics(tmp_path / "whole", [0, 1, 2, 3])


def test_topics_of_a_chat_are_conversations_of_their_own(tmp_path: Path) -> None:
    price, other = replace(TALK[0], thread="1"), replace(TALK[1], thread="2")
    again = replace(message(2, "since when?", "cleo"), thread="1")
    for cut in ([[price, other, again]], [[price], [other], [again]]):
        found = []
        for batch in cut:
            with pipeline(tmp_path / str(len(cut))) as pipe:
                told = replace(pipe, understanding=Understanding(PriceAnalyser(), ("en",)))  # type: ignore[arg-type]
                found += [seen.topic for done in hear(told, *batch) for seen in done.stored]
        assert found == ["price", "other", "price"]


def test_storage_gives_back_what_was_said(tmp_path: Path) -> None:
    topics(tmp_path, [0, 1])
    with pipeline(tmp_path) as pipe, pipe.database.read() as session:
        said = messages.said(session, pipe.brand, [1, 2, 99])
        assert [one.topic for one in said.values()] == ["price", "price"]
        assert messages.last_said(session, pipe.brand, 1) == said[2]
        assert messages.last_said(session, pipe.brand, 77) is None
