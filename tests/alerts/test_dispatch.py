"""Sending: order, fairness, pace, waits, retries, leases, dead letters."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from desk_channels import FakeChannel, NothingToRender
from desk_world import NOON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from alerts.channels.base import Pace
from alerts.dispatch import LEASE_MARGIN, OutboxDispatcher
from alerts.errors import ChannelError, DeskError, RefusedError, RetryAfterError
from alerts.outbox import Lane, OutboxWriter, health, revive
from alerts.payload import Payload, Sending
from alerts.pending import LONGEST_WAIT, MOST_ATTEMPTS, PATIENCE, backoff, claim, heads
from storage.database import Database
from storage.tables import Outbox, OutboxState, Sealed
from storage.vault import Vault

SLUG = "tisane"


class Post:
    """An outbox with its dispatcher and a fake channel."""

    def __init__(self, database: Database, vault: Vault, channel: FakeChannel) -> None:
        self.database, self.vault, self.channel = database, vault, channel
        self.writer = OutboxWriter(SLUG, vault)
        self.now = NOON
        self.restart()

    def restart(self) -> None:
        """A new process: nothing is left in memory."""
        channels = {self.channel.name: self.channel}
        self.dispatcher = OutboxDispatcher(
            self.database, self.vault, SLUG, channels, NothingToRender(), clock=lambda: self.now
        )

    def put(self, text: str, lane: str = "a", kind: Sending = Sending.ALERT, subject: str | None = None) -> bool:
        with self.database.transaction() as session:
            return self.writer.put(
                session, Lane("fake", lane, f"raw-{lane}"), kind, Payload("en", text=text), self.now,
                dedupe=f"{text}:{lane}", subject=subject,
            )  # fmt: skip

    def edit(self, text: str, subject: str, lane: str = "a", *, news: bool = False) -> bool:
        payload = Payload("en", text=text, news=news)
        with self.database.transaction() as session:
            return self.writer.edit(session, Lane("fake", lane), payload, self.now, subject=subject)

    async def drain(self, **later: float) -> int:
        self.now += timedelta(**later)
        return await self.dispatcher.drain(self.now)

    def rows(self) -> list[Outbox]:
        with self.database.read() as session:
            return list(session.exec(select(Outbox).order_by("id")).all())

    def states(self) -> list[str]:
        return [row.state.value for row in self.rows()]


@pytest.fixture
def post(database: Database, vault: Vault) -> Post:
    return Post(database, vault, FakeChannel())


async def test_urgent_entries_leave_first_and_equals_in_order(post: Post) -> None:
    for text, kind in (
        ("digest", Sending.DIGEST),
        ("one", Sending.ALERT),
        ("notice", Sending.NOTICE),
        ("two", Sending.ALERT),
    ):
        post.put(text, kind=kind)
    assert await post.drain() == 4
    assert post.channel.texts() == ["one", "two", "notice", "digest"]
    assert {row.sent_ref for row in post.rows()} == {"ref1", "ref2", "ref3", "ref4"}


async def test_an_entry_never_overtakes_an_earlier_one_about_the_same_subject(post: Post) -> None:
    post.put("resolved", kind=Sending.NOTICE, subject="alert:1")
    post.put("back", kind=Sending.ALERT, subject="alert:1")
    post.put("other", kind=Sending.ALERT, subject="alert:2")
    await post.drain()
    assert post.channel.texts() == ["other", "resolved", "back"]


async def test_the_same_dedupe_key_is_stored_once(post: Post) -> None:
    assert post.put("hello")
    assert not post.put("hello")
    await post.drain()
    assert post.channel.texts() == ["hello"]


async def test_edits_coalesce_and_go_to_the_newest_card(post: Post) -> None:
    assert not post.edit("nothing was ever said", "alert:1")
    post.put("card", subject="alert:1")
    assert post.edit("card, newer", "alert:1")  # not sent yet: rewritten where it waits
    await post.drain()
    assert post.edit("second", "alert:1")
    assert post.edit("third", "alert:1")
    await post.drain()
    assert post.edit("third", "alert:1") is False  # says nothing new
    post.put("again", subject="alert:1")
    await post.drain()
    assert post.edit("fourth", "alert:1")
    await post.drain()
    assert post.channel.said == [
        ("a", "card, newer", None), ("a", "third", "ref1"), ("a", "again", None), ("a", "fourth", "ref3"),
    ]  # fmt: skip


async def test_a_channel_without_edits_hears_only_news(post: Post) -> None:
    post.channel.supports_edit = False
    post.put("card", subject="alert:1")
    await post.drain()
    post.edit("numbers", "alert:1")
    await post.drain()
    post.edit("news", "alert:1", news=True)
    await post.drain()
    assert post.channel.texts() == ["card", "news"]
    assert post.states() == ["sent"] * 3


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


async def test_a_slow_lane_holds_up_no_other(post: Post) -> None:
    post.channel.hang, post.channel.timeout = {"slow"}, 60.0
    post.put("never", "slow")
    for number in range(50):
        post.put(f"n{number}", f"lane{number % 5}")
    running = asyncio.create_task(post.dispatcher.run())
    async with asyncio.timeout(20), post.channel.heard:
        await post.channel.heard.wait_for(lambda: len(post.channel.said) == 50)
    running.cancel()
    post.channel.released.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert post.states() == ["sent"] * 51  # what was under way when it stopped is finished and marked


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


async def test_the_pace_is_kept_a_lane_and_overall_also_over_a_restart(post: Post) -> None:
    post.channel.pace = Pace(lane_seconds=1.0, lane_per_minute=3, per_second=2)
    post.restart()
    for number in range(5):
        for lane in "abc":
            post.put(f"{lane}{number}", lane)
    at: dict[str, list[datetime]] = {lane: [] for lane in "abc"}
    for step in range(180):
        before = len(post.channel.said)
        await post.drain(seconds=0.5)
        new = post.channel.said[before:]
        assert len(new) <= 2  # two a second
        for lane, _, _ in new:
            at[lane].append(post.now)
        if step % 7 == 0:
            post.restart()
    for times in at.values():
        assert len(times) == 5
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert min(gaps) >= timedelta(seconds=1)
        assert times[3] - times[0] >= timedelta(minutes=1)


async def test_a_story_that_grows_leaves_room_for_the_alert_of_another(post: Post) -> None:
    post.channel.pace = Pace(lane_seconds=1.0, lane_per_minute=10)
    post.restart()
    post.put("growing", subject="alert:1")
    for number in range(40):
        await post.drain(seconds=1)
        post.edit(f"growing {number}", "alert:1")
    assert len(post.channel.said) == 5  # half of what a minute allows
    post.put("another", subject="alert:2")
    await post.drain(seconds=1)
    assert post.channel.texts()[-1] == "another"


async def test_lanes_take_turns(post: Post) -> None:
    post.channel.pace = Pace(per_second=1)
    post.restart()
    for number in range(6):
        post.put(f"a{number}", "a")
    post.put("b0", "b")
    post.put("c0", "c")
    for _ in range(3):
        await post.drain(seconds=1.5)
    assert [lane for lane, _, _ in post.channel.said] == ["a", "b", "c"]


async def test_an_entry_for_later_holds_up_nobody(post: Post) -> None:
    with post.database.transaction() as session:
        lane, later = Lane("fake", "a"), post.now + timedelta(hours=1)
        payload = Payload("en", text="later")
        post.writer.put(session, lane, Sending.ALERT, payload, post.now, dedupe="later", not_before=later)
    post.put("now", kind=Sending.DIGEST)
    await post.drain()
    assert post.channel.texts() == ["now"]
    await post.drain(hours=1)
    assert post.channel.texts() == ["now", "later"]


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
)  # fmt: skip


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
