"""Sending when something is wrong: waits, retries, leases, dead letters, clocks."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from desk_channels import FakeChannel
from desk_post import SLUG, Post
from desk_world import NOON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from alerts.dispatch import LEASE_MARGIN
from alerts.errors import ChannelError, DeskError, RefusedError, RetryAfterError
from alerts.outbox import Lane, health, revive
from alerts.payload import Payload, Sending
from alerts.pending import LONGEST_WAIT, MOST_ATTEMPTS, PATIENCE, backoff, claim, heads, release_lane
from storage.database import Database
from storage.tables import Outbox, OutboxState, Sealed
from storage.vault import Vault


async def test_a_wait_that_the_platform_asks_for_stops_that_lane_only(post: Post) -> None:
    asked = {"a"}

    def answer(lane: str, payload: Payload) -> None:
        if lane in asked:
            raise RetryAfterError(30)

    post.channel.answer = answer
    post.put("one", "a", Sending.DIGEST)
    post.put("one", "b")
    await post.drain()
    post.put("urgent", "a")
    asked.clear()
    await post.drain(seconds=29)
    post.restart()  # the wait outlives the process
    await post.drain(seconds=0.5)
    assert post.channel.said == [("b", "one", None)]
    await post.drain(seconds=1)
    assert post.channel.texts("a") == ["urgent", "one"]
    assert [row.attempts for row in post.rows()] == [0, 0, 0]


async def test_a_lane_let_go_while_its_entry_is_being_refused_does_not_rest(post: Post) -> None:
    """Somebody writes, and opens the window, in the very moment in which the platform says that it is closed."""

    def answer(lane: str, payload: Payload) -> None:
        if not post.channel.said:
            post.channel.said.append((lane, "refused", None))
            with post.database.transaction() as session:
                release_lane(session, SLUG, "fake", lane)
            raise RetryAfterError(3600)

    post.channel.answer = answer
    post.put("one")
    await post.drain()
    assert post.channel.texts() == ["refused", "one"]
    assert [(row.state, row.attempts, row.last_fault) for row in post.rows()] == [(OutboxState.SENT, 0, None)]


async def test_only_what_waits_because_the_platform_asked_is_let_go(post: Post) -> None:
    def answer(lane: str, payload: Payload) -> None:
        raise RetryAfterError(3600) if lane == "asked" else ChannelError("no")

    post.channel.answer = answer
    for lane in ("asked", "failing"):
        post.put("one", lane)
    await post.drain()
    with post.database.transaction() as session:
        for lane in ("asked", "failing"):
            release_lane(session, SLUG, "fake", lane)
    assert [row.not_before is None for row in post.rows()] == [True, False]


async def test_a_failing_head_keeps_its_lane_in_order_then_steps_aside(post: Post) -> None:
    def answer(lane: str, payload: Payload) -> None:
        if payload.text == "poison":
            raise ChannelError("500")

    post.channel.answer = answer
    post.put("poison")
    post.put("fine")
    for _ in range(PATIENCE - 1):
        await post.drain(minutes=1)
        assert post.channel.texts() == []
    await post.drain(minutes=1)
    assert post.channel.texts() == ["fine"]
    assert post.rows()[0].last_fault == "ChannelError"
    for _ in range(MOST_ATTEMPTS):
        await post.drain(minutes=10)
    with post.database.read() as session:
        found = health(session, SLUG)
    assert (found.waiting, [letter.fault for letter in found.dead]) == (0, ["ChannelError"])


async def test_what_is_refused_is_dead_at_once_and_can_be_revived(post: Post) -> None:
    refused = {"one"}

    def answer(lane: str, payload: Payload) -> None:
        if payload.text in refused:
            raise RefusedError("blocked")

    post.channel.answer = answer
    post.put("one")
    post.put("two")
    await post.drain()
    assert post.states() == ["dead", "sent"]
    refused.clear()
    with post.database.transaction() as session:
        revive(session, SLUG, 1, post.now)
        with pytest.raises(DeskError, match="not a dead one"):
            revive(session, SLUG, 2, post.now)
    await post.drain()
    assert post.channel.texts() == ["two", "one"]


async def test_a_bug_in_a_channel_does_not_stop_the_others(post: Post) -> None:
    def answer(lane: str, payload: Payload) -> None:
        if lane == "a":
            raise KeyError("a bug")

    post.channel.answer = answer
    post.put("one", "a")
    post.put("one", "b")
    await post.drain()
    assert post.states() == ["waiting", "sent"]
    assert post.rows()[0].last_fault == "KeyError"


async def test_killed_between_sending_and_marking_it_is_sent_again_after_the_lease(post: Post) -> None:
    post.put("one")
    post.put("two")
    with post.database.transaction() as session:  # a process claims the head, sends it, and dies
        claim(session, [head.id for head in heads(session, SLUG, ["fake"], post.now)], post.now + LEASE_MARGIN)
    await post.drain(seconds=29)
    assert post.channel.texts() == []
    await post.drain(seconds=2)
    assert post.channel.texts() == ["one", "two"]
    assert post.rows()[0].attempts == 1


async def test_erased_before_sending_and_nothing_to_render_it_from(post: Post) -> None:
    post.put("one")
    with post.database.transaction() as session:
        row = session.get(Outbox, 1)
        assert row is not None
        row.payload = None
        session.add(row)
    await post.drain()
    assert post.channel.texts() == []
    assert post.states() == ["dead"]


async def test_an_entry_that_cannot_be_read_stops_nobody(post: Post) -> None:
    for text in ("sealed by another key", "of another version", "fine"):
        post.put(text)
    with post.database.transaction() as session:
        one, two = session.get(Outbox, 1), session.get(Outbox, 2)
        assert one is not None
        assert two is not None
        one.payload = Vault([bytes(reversed(range(32)))]).seal_json({}, Sealed.OUTBOX_PAYLOAD)
        two.payload = post.vault.seal_json({"lang": "en", "hologram": 1, "card": {}}, Sealed.OUTBOX_PAYLOAD)
        session.add(one)
        session.add(two)
    await post.drain()
    assert post.states() == ["dead", "dead", "sent"]


async def test_a_hanging_send_is_given_up_after_the_channels_timeout(post: Post) -> None:
    post.channel.hang, post.channel.timeout = {"a"}, 0.01
    post.put("one")
    await post.drain()
    assert (post.states(), post.rows()[0].last_fault) == (["waiting"], "TimeoutError")


async def running(post: Post, until: Callable[[], bool]) -> None:
    """Let the dispatcher run by its clock until something holds."""
    task = asyncio.create_task(post.dispatcher.run())
    try:
        async with asyncio.timeout(10):
            while not until():
                post.dispatcher.wake()
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_clock_that_jumps_forward_sends_nothing_twice(post: Post) -> None:
    post.channel.hang.add("a")
    post.put("slow")
    rounds = 0

    def jumped() -> bool:
        nonlocal rounds
        rounds += 1
        if post.states() == ["sending"] and post.now == NOON:
            post.now += timedelta(days=3)  # far past the lease
        if rounds == 30:
            post.channel.released.set()
        return post.states() == ["sent"]

    await running(post, jumped)
    assert post.channel.texts() == ["slow"]


async def test_a_clock_that_is_set_back_keeps_no_lane_waiting(post: Post) -> None:
    def busy(lane: str, payload: Payload) -> str | None:
        if post.now == NOON:
            raise RetryAfterError(2)
        return None

    post.channel.answer = busy
    post.put("hello")
    with post.database.transaction() as session:
        at_noon = NOON + timedelta(hours=3)
        lane = Lane("fake", "b", "raw-b")
        post.writer.put(
            session, lane, Sending.NOTICE, Payload("en", text="later"), NOON, dedupe="l", not_before=at_noon
        )
    passed = 0

    def later() -> bool:
        nonlocal passed
        if post.rows()[0].last_fault is not None and not passed:
            passed = 1
            post.now -= timedelta(hours=2)
        elif passed:
            post.now += timedelta(milliseconds=100)
        return post.rows()[0].state is OutboxState.SENT

    await running(post, later)
    assert post.now < NOON - timedelta(hours=1)
    assert post.rows()[1].not_before == at_noon  # scheduled for a moment, which it keeps


def test_backoff_doubles_is_capped_and_repeats_itself() -> None:
    waits = [backoff(7, attempt) for attempt in range(1, 30)]
    assert waits == [backoff(7, attempt) for attempt in range(1, 30)]
    assert all(timedelta(seconds=2 ** min(n, 9)) / 2 <= wait <= LONGEST_WAIT for n, wait in enumerate(waits, 1))
    assert waits != [backoff(8, attempt) for attempt in range(1, 30)]


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from([Sending.ALERT, Sending.NOTICE, Sending.DIGEST]),
        st.sampled_from([None, "alert:1", "alert:2"]), st.lists(st.sampled_from(["fail", "wait", "die"]), max_size=4),
    ),
    max_size=9,
)  # fmt: skip  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES)
def test_whatever_fails_everything_is_sent_and_marked_once_in_order(
    shelf: Database, vault: Vault, entries: list[tuple[str, Sending, str | None, list[str]]]
) -> None:
    """Each entry fails in a given way before it succeeds: an error, a wait, or the process dying after the send."""
    with shelf.transaction() as session:
        for row in session.exec(select(Outbox)).all():
            session.delete(row)
    post = Post(shelf, vault, FakeChannel())
    troubles = {f"{number}:{lane}": list(trouble) for number, (lane, _, _, trouble) in enumerate(entries)}
    for number, (lane, kind, subject, _) in enumerate(entries):
        post.put(f"{number}", lane, kind, subject)
    deaths = Counter()

    def answer(lane: str, payload: Payload) -> None:
        trouble = troubles[f"{payload.text}:{lane}"]
        match trouble.pop(0) if trouble else None:
            case "fail":
                raise ChannelError("no")
            case "wait":
                raise RetryAfterError(5)
            case "die":
                deaths[f"{payload.text}:{lane}"] += 1
                raise asyncio.CancelledError

    post.channel.answer = answer

    async def work() -> None:
        for _ in range(400):
            if set(post.states()) <= {"sent"}:
                return
            try:
                await post.drain(seconds=40)
            except asyncio.CancelledError:
                post.restart()

    asyncio.run(work())
    assert set(post.states()) <= {"sent"}
    said = Counter((lane, text) for lane, text, _ in post.channel.said)
    assert set(said) == {(lane, f"{number}") for number, (lane, *_) in enumerate(entries)}
    assert max(said.values(), default=1) <= 1 + deaths.total()  # sent again only where a process died
    place = {(lane, text): at for at, (lane, text, _) in reversed(list(enumerate(post.channel.said)))}
    for one, (lane, kind, subject, trouble) in enumerate(entries):
        for two, (other_lane, other_kind, other_subject, _) in list(enumerate(entries))[one + 1 :]:
            same = lane == other_lane and (subject is not None and subject == other_subject)
            alike = lane == other_lane and kind == other_kind and subject is other_subject is None
            if same or (alike and len(trouble) < PATIENCE):
                assert place[lane, f"{one}"] < place[lane, f"{two}"]
