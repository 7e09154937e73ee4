"""Sending when all is well: order, fairness, pace, edits."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from desk_post import Post

from alerts.channels.base import Pace
from alerts.outbox import Lane
from alerts.payload import Payload, Sending


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
