from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story_stream import BRAND, angry, buzz, chatter, engine, said

from alerts.signals import Kind, Severity, Signal
from alerts.stories import StoryEngine
from nlp.observation import Observation


def replay(stories: StoryEngine, messages: Sequence[Observation]) -> list[Signal]:
    return [signal for message in messages for signal in stories.observe(message).signals]


def kinds(signals: Sequence[Signal]) -> set[Kind]:
    return {signal.kind for signal in signals}


def test_small_talk_is_silent() -> None:
    assert replay(engine(), chatter(count=200)) == []


def test_a_complaint_of_many_in_several_chats_is_a_bad_buzz() -> None:
    signals = replay(engine(), chatter() + buzz(100, 1_000))
    assert kinds(signals) == {Kind.BAD_BUZZ}
    assert len({signal.narrative for signal in signals}) == 1
    first = signals[0]
    assert first.severity is Severity.WARNING
    assert set(first.messages) <= set(range(100, 107))
    people = next(reason for reason in first.reasons if reason.name == "people")
    assert people.value > 2 * (people.baseline or 0.0)


def test_one_person_who_repeats_himself_is_no_buzz() -> None:
    rant = [
        angry(100 + i, f"Orvelle network down AGAIN, day {i}, shame", "network", person="same", minutes=1_000 + 30 * i)
        for i in range(20)
    ]
    assert replay(engine(), chatter() + rant) == []


def test_a_quarrel_about_something_else_is_no_buzz() -> None:
    quarrel = [
        angry(100 + i, "the referee is blind and your team is worse", "football", person=f"fan-{i % 4}", topic="other")
        for i in range(16)
    ]
    assert Kind.BAD_BUZZ not in kinds(replay(engine(), chatter() + quarrel))


def test_a_reported_injury_is_urgent_after_few_messages() -> None:
    report = [
        angry(
            100, "my Orvelle phone caught fire, my hand is burned, at the hospital", "phones", person="a", minutes=1_000
        ),
        said(101, "oh no are you ok? which model", "phones", person="b", minutes=1_002),
        said(102, "the new one, doctor is looking at it", "phones", person="a", minutes=1_004),
    ]
    signals = replay(engine(), chatter() + report)
    assert kinds(signals) == {Kind.SAFETY}
    assert signals[0].severity is Severity.CRITICAL


def test_a_forwarded_warning_that_meets_doubt_is_a_rumour() -> None:
    text = "URGENT please share: a former employee says Orvelle masts emit ten times the legal limit, they hide it"
    chain = [
        angry(100, text, "masts", person="a", minutes=1_000, forwarded=True, forwarded_many=True),
        said(101, "is this true?? source?", "masts", person="b", minutes=1_003),
        angry(102, "I knew it, my neighbour says the same", "masts", person="c", minutes=1_005),
        angry(103, text, "masts", chat="south", person="d", minutes=1_100, forwarded=True, forwarded_many=True),
    ]
    signals = replay(engine(), chatter() + chain)
    assert kinds(signals) == {Kind.RUMOUR}
    assert signals[0].fact == "f1"
    assert signals[0].contradicts


def test_a_form_on_an_address_that_imitates_the_brand_is_a_scam() -> None:
    link = "https://orvelle-refund.example/form"
    bait = [
        said(
            100,
            f"Orvelle: you are entitled to a refund, fill the form with your card number {link}",
            "refund",
            person="a",
            minutes=1_000,
            forwarded=True,
            links=(link,),
        ),
        said(101, "is this legit? it asks for my bank code", "refund", person="b", minutes=1_003),
        angry(102, "scam! do not click", "refund", person="c", minutes=1_004),
    ]
    signals = replay(engine(), chatter() + bait)
    assert kinds(signals) == {Kind.SCAM}


def test_spam_that_does_not_use_the_brand_is_not_the_brands_matter() -> None:
    spam = [
        said(100, "WIN a gift card, click here http://gifts.example pay only the shipping fee", "spam", minutes=1_000),
        said(101, "scam, do not click", "spam", person="b", minutes=1_001),
    ]
    assert replay(engine(), chatter() + spam) == []


def test_praise_is_information() -> None:
    glad = {"negative": 0.02, "neutral": 0.08, "positive": 0.9}
    praise = [
        said(
            100 + i,
            "the new Orvelle network is amazing, best calls ever",
            "network",
            chat=("north", "south")[i % 2],
            person=f"fan-{i}",
            topic="network",
            sentiment="positive",
            sentiment_scores=glad,
            claim=0.5,
            minutes=1_000 + 9 * i,
        )
        for i in range(8)
    ]
    signals = replay(engine(), chatter() + praise)
    assert kinds(signals) == {Kind.PRAISE}
    assert {signal.severity for signal in signals} == {Severity.INFORMATION}


def test_a_disabled_detector_is_silent() -> None:
    quiet = BRAND.model_copy(
        update={
            "thresholds": BRAND.thresholds.model_copy(
                update={"bad_buzz": BRAND.thresholds.bad_buzz.model_copy(update={"enabled": False})}
            )
        }
    )
    assert replay(engine(quiet), chatter() + buzz(100, 1_000)) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 75))
def test_a_restart_gives_the_same_stories_and_signals(cut: int) -> None:
    messages = chatter() + buzz(100, 1_000) + chatter(200, 8, 1_100)
    through, before, after = engine(), engine(), engine()
    expected = [through.observe(message) for message in messages]
    found = [before.observe(message) for message in messages[:cut]]
    after.load(before.dump())
    found += [after.observe(message) for message in messages[cut:]]
    assert found == expected
    assert after.dump() == through.dump()


@settings(max_examples=15, deadline=None)
@given(st.permutations([0, 1, 2]), st.permutations([0, 1, 2]))
def test_the_order_of_simultaneous_messages_of_different_chats_does_not_matter(
    first: list[int], second: list[int]
) -> None:
    def waves(order: list[int], other: list[int]) -> list[Observation]:
        messages = []
        for wave, places in enumerate((order, other, order)):
            for rank, place in enumerate(places):
                chat, text = ("north", "south", "east")[place], f"Orvelle network down again, no calls {place}"
                key = 100 + 10 * wave + rank
                person = f"customer-{wave}-{place}"
                one = angry(key, text, "network", chat=chat, person=person, minutes=1_000 + 30 * wave)
                messages.append(one)
        return messages

    usual = replay(engine(), chatter() + waves([0, 1, 2], [0, 1, 2]))
    permuted = replay(engine(), chatter() + waves(first, second))
    assert kinds(usual) == kinds(permuted) == {Kind.BAD_BUZZ}
    assert len({s.narrative for s in usual}) == len({s.narrative for s in permuted}) == 1


def test_forgetting_a_person_takes_their_messages_out_of_evidence_and_counts() -> None:
    stories = engine()
    story = replay(stories, chatter() + buzz(100, 1_000))[0].narrative
    assert story is not None
    before = stories.summary(story)
    assert stories.forget("customer-2") == {102}
    after = stories.summary(story)
    assert (after.people, after.messages) == (before.people - 1, before.messages - 1)
    assert 102 not in after.quotes
    assert b"customer-2" not in stories.dump()
    assert all(102 not in signal.messages for signal in replay(stories, buzz(300, 1_090, 3)))


def test_a_new_danger_is_told_though_the_one_before_it_was_erased() -> None:
    def danger(first: int, who: str) -> list[Observation]:
        texts = (
            "my Orvelle phone overheated and burned my hand",
            "ours was smoking too, burns on the table",
            "are you ok?",
        )
        return [
            angry(first + i, text, "phones", person=f"{who}-{i}", minutes=2_000 + first + i, topic="safety")
            for i, text in enumerate(texts)
        ]

    stories = engine()
    assert [signal.kind for signal in replay(stories, chatter() + danger(100, "first"))][-1] is Kind.SAFETY
    for i in range(3):
        stories.forget(f"first-{i}")
    assert Kind.SAFETY in {signal.kind for signal in replay(stories, danger(200, "second"))}


def test_a_state_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="state"):
        engine().load(b"\xc1")
