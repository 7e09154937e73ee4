from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story_world import DIMENSIONS, START, angry, direction, feed, said

from nlp.narratives.frame import Frame
from nlp.narratives.learner import NarrativeLearner
from nlp.observation import Observation

FRAME = Frame(
    names=("Orvelle", "OV"),
    domains=("orvelle.example",),
    facts={"f1": direction("kettle")},
    topics=(direction("kettle"), direction("parcel")),
    questions=(direction("opening"),),
)
WORDS = ("kettle", "parcel", "lid", "late", "broken", "again", "refund", "really", "hot", "blue", "when", "never")


def learn(learner: NarrativeLearner, messages: list[Observation]) -> dict[int, int | None]:
    told: dict[int, int | None] = {}
    for message in messages:
        assignment = learner.learn_one(message)
        told.update(assignment.moved)
        told[message.key] = assignment.narrative
    return told


def quarrel(first: int, chat: str, people: str, minutes: float) -> list[Observation]:
    texts = (
        "the Orvelle kettle lid broke after two days, hot water everywhere",
        "mine broke too, same kettle lid, they refuse a refund",
        "Orvelle told me the kettle lid is not covered, shameful",
    )
    return [
        angry(first + i, text, "kettle", chat=chat, person=f"{people}{i}", minutes=minutes + 2 * i)
        for i, text in enumerate(texts)
    ]


def test_a_feed_of_unrelated_senders_is_told_apart_by_content() -> None:
    subjects = ("flood", "quake", "vote", "festival", "strike", "trial", "storm", "launch", "final", "merger")
    messages = feed(subjects, 20)
    told = learn(NarrativeLearner(DIMENSIONS), messages)
    by_subject = [Counter(told[m.key] for m in messages[40:] if m.text.startswith(s)) for s in subjects]
    leaders = [counts.most_common(1)[0] for counts in by_subject]
    assert len({story for story, _ in leaders}) >= 8
    assert sum(n for _, n in leaders) >= 140


def test_the_same_complaint_in_two_chats_is_one_story() -> None:
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    chatter = [said(i, f"nice weather number {i} today my friends", f"talk{i}", minutes=20 * i) for i in range(1, 40)]
    learn(learner, chatter)
    told = learn(learner, quarrel(100, "north", "a", 900) + quarrel(200, "south", "b", 960))
    assert told[100] is not None
    assert {told[k] for k in (100, 101, 102, 200, 201, 202)} == {told[100]}
    summary = learner.summary(told[100])
    assert summary.people >= 6
    assert set(summary.chats) == {"north", "south"}
    assert summary.messages >= 6
    assert len(summary.quotes) == 5
    assert "kettle" in summary.title


def test_small_talk_tells_no_story() -> None:
    texts = ("good morning all", "happy birthday!", "who watches the match", "what a goal", "see you tomorrow", "lol")
    messages = [said(i, texts[i % 6], f"chat{i % 6}", person=f"p{i % 4}", minutes=3 * i) for i in range(1, 60)]
    assert set(learn(NarrativeLearner(DIMENSIONS, FRAME), messages).values()) == {None}


def test_short_and_empty_messages_join_by_reply() -> None:
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    told = learn(learner, quarrel(1, "north", "a", 0))
    late = learn(learner, [said(9, "", "nothing", chat="north", reply_to=2, minutes=600, media="sticker")])
    assert late[9] == told[2] is not None


def test_a_forwarded_copy_joins_its_original_in_another_chat() -> None:
    warning = "Please share: a former worker says the Orvelle kettle is made of banned plastic that poisons children"
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    told = learn(
        learner,
        [
            angry(1, warning, "plastic", person="a", forwarded=True, forwarded_many=True),
            said(2, "is this true?", "doubt", person="b", reply_to=1),
            angry(3, warning + " !!", "plastic", chat="south", person="c", minutes=3000, forwarded=True),
        ],
    )
    assert told[1] == told[2] == told[3] is not None
    assert learner.summary(told[1] or 0).forwards == 2


def test_forgetting_a_person_leaves_no_trace_of_them_in_stories() -> None:
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    told = learn(learner, quarrel(1, "north", "a", 0) + quarrel(11, "south", "b", 30))
    story = told[1]
    assert story is not None
    assert learner.forget("a1") == {2}
    summary = learner.summary(story)
    assert 2 not in summary.quotes
    assert summary.representative != 2
    assert summary.people == 5
    assert summary.messages == 5
    assert learner.forget("a1") == frozenset()
    assert b"a1" not in learner.dump()


def test_silent_stories_leave_the_live_index_and_still_answer() -> None:
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    story = learn(learner, quarrel(1, "north", "a", 0))[1]
    assert story is not None
    learner.learn_one(said(50, "a month later somebody says hello there", "hello", at=START + 30 * 86_400.0))
    assert learner.live == 1
    assert learner.summary(story).messages == 3


def test_a_state_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no state"):
        NarrativeLearner(DIMENSIONS).load(b"\x80")


messages_strategy = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), max_size=9),
        st.sampled_from(("kettle", "parcel", "weather")),
        st.sampled_from(("north", "south")),
        st.sampled_from(("p-anna", "p-boris", "p-cid", "p-dot", "p-eve")),
        st.floats(0, 90),
        st.booleans(),
        st.booleans(),
    ),
    min_size=4,
    max_size=60,
)


def built(raw: list[tuple[list[str], str, str, str, float, bool, bool]]) -> list[Observation]:
    minutes, messages = 0.0, []
    for key, (chosen, subject, chat, person, gap, replies, forwarded) in enumerate(raw, 1):
        minutes += gap
        reply = key - 1 if replies and key > 1 else None
        text = " ".join(chosen)
        messages.append(
            angry(key, text, subject, chat=chat, person=person, minutes=minutes, reply_to=reply, forwarded=forwarded)
        )
    return messages


@settings(max_examples=40, deadline=None)
@given(messages_strategy, st.data())
def test_a_restart_changes_nothing(
    raw: list[tuple[list[str], str, str, str, float, bool, bool]], data: st.DataObject
) -> None:
    messages = built(raw)
    cut = data.draw(st.integers(0, len(messages)))
    through, before = NarrativeLearner(DIMENSIONS, FRAME), NarrativeLearner(DIMENSIONS, FRAME)
    expected = [through.learn_one(message) for message in messages]
    found = [before.learn_one(message) for message in messages[:cut]]
    after = NarrativeLearner(DIMENSIONS, FRAME)
    after.load(before.dump())
    found += [after.learn_one(message) for message in messages[cut:]]
    assert found == expected
    assert after.dump() == through.dump()


@settings(max_examples=40, deadline=None)
@given(messages_strategy)
def test_counts_and_assignments_agree(raw: list[tuple[list[str], str, str, str, float, bool, bool]]) -> None:
    messages = built(raw)
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    told = learn(learner, messages)
    for story, count in Counter(n for n in told.values() if n is not None).items():
        summary = learner.summary(story)
        people = {m.person for m in messages if told[m.key] == story}
        assert (summary.messages, summary.people) == (count, len(people))
        assert np.isclose(sum(summary.sentiment.values()), 1.0, atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(messages_strategy, st.sampled_from(("p-anna", "p-boris", "p-cid")))
def test_forgetting_drops_exactly_a_persons_live_messages(
    raw: list[tuple[list[str], str, str, str, float, bool, bool]], person: str
) -> None:
    messages = built(raw)
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    learn(learner, messages)
    assert learner.forget(person) <= {m.key for m in messages if m.person == person}
    assert person.encode() not in learner.dump()
    learn(learner, [said(1_000, "the kettle again", "kettle", person="zoe", minutes=10_000)])


def test_a_story_told_again_after_weeks_goes_on_under_its_number() -> None:
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    chatter = [said(i, f"nice weather number {i} today my friends", f"talk{i}", minutes=20 * i) for i in range(1, 60)]
    learn(learner, chatter)
    story = learn(learner, quarrel(100, "north", "a", 1_300))[100]
    assert story is not None
    learn(learner, [said(150, "hello everybody what a day it is", "hello", minutes=30_000)])
    again = learn(learner, quarrel(200, "south", "b", 40_000))
    assert {again[key] for key in (200, 201, 202)} == {story}
    summary = learner.summary(story)
    assert (summary.people, summary.messages, summary.state) == (6, 6, "resurging")
    assert [change.what for change in summary.history] == ["resurgence"]


def test_each_topic_of_a_chat_is_a_conversation_of_its_own() -> None:
    def placed(*threads: str | None) -> list[int]:
        learner = NarrativeLearner(DIMENSIONS)
        for key, (thread, text) in enumerate(zip(threads, ("the kettle leaks again", "yes", "no", "me"), strict=True)):
            learner.learn_one(said(key + 1, text, f"short {text}", thread=thread, minutes=key / 4))
        return [learner._shelf.where[key] for key in (1, 2, 3, 4)]

    assert placed(None, None, None, None) == [1, 1, 1, 1]
    assert placed("1", "2", "1", "2") == [1, 2, 1, 2]


def test_a_message_that_its_long_story_has_dropped_can_still_be_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.narratives.story.KEPT_MEMBERS", 4)
    learner = NarrativeLearner(DIMENSIONS, FRAME)
    learn(learner, [angry(1 + i, "the Orvelle kettle lid broke", "kettle", chat="n", person=f"p{i}") for i in range(9)])
    learner.learn_one(said(20, "which one?", "doubt", chat="n", reply_to=1, minutes=60))
    learner.learn_one(said(21, "a month later somebody says hello there", "hello", at=START + 30 * 86_400.0))
    learner.learn_one(said(22, "still broken?", "doubt", chat="n", reply_to=1, at=START + 30 * 86_400.0 + 60))
    assert learner.live == 2
