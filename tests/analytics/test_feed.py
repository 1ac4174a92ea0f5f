"""The feed remembers the last facts and lets a reader go on where it stopped."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.events import UpdateQuarantined
from bot.analytics.feed import Feed
from tests.analytics.moments import NOON, failed, seen
from tests.waiting import PATIENCE


def test_facts_are_numbered_from_one() -> None:
    feed = Feed()
    for user_id in (1, 2):
        feed(seen(user_id))

    assert feed.after(0) == [(1, seen(1)), (2, seen(2))]
    assert feed.after(1) == [(2, seen(2))]


def test_only_the_last_are_kept_and_their_numbers_stay() -> None:
    feed = Feed(kept=2)
    for user_id in (1, 2, 3):
        feed(seen(user_id))

    assert feed.after(0) == [(2, seen(2)), (3, seen(3))]


def test_a_forgotten_person_leaves_a_gap() -> None:
    feed = Feed()
    for fact in (seen(1), seen(2), failed()):
        feed(fact)

    feed.forget(1)

    assert feed.after(0) == [(2, seen(2)), (3, failed())]


def test_what_quotes_a_forgotten_person_goes_as_well() -> None:
    feed = Feed()
    aside = UpdateQuarantined(at=NOON, update_id=1, reason="", payload='{"id": 7}')
    for fact in (failed(message="chat 7"), failed(traceback="chat 7 is gone"), aside, failed("7")):
        feed(fact)

    feed.forget(7)

    assert feed.after(0) == [(4, failed("7"))]


async def test_whoever_waits_for_news_hears_of_the_next_fact() -> None:
    feed = Feed()
    feed(seen(1))
    waiting = [asyncio.create_task(feed.news(1)) for _ in range(2)]
    await asyncio.sleep(0)

    feed(seen(2))

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*waiting)


async def test_news_that_are_there_need_no_waiting() -> None:
    feed = Feed()
    feed(seen(1))

    async with asyncio.timeout(PATIENCE):
        await feed.news(0)


async def test_who_waits_no_longer_takes_nothing_from_the_others() -> None:
    feed = Feed()
    gone, waiting = (asyncio.create_task(feed.news(0)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)

    feed(seen(1))

    async with asyncio.timeout(PATIENCE):
        await waiting


def test_a_reader_who_was_away_learns_how_much_is_lost() -> None:
    feed = Feed(kept=2)
    for user_id in range(5):
        feed(seen(user_id))

    assert [feed.lost(number) for number in (0, 2, 3, 5)] == [3, 1, 0, 0]


@given(st.integers(0, 30), st.integers(1, 10), st.integers(0, 40))
def test_a_reader_gets_what_is_newer_and_still_there(count: int, kept: int, after: int) -> None:
    feed = Feed(kept=kept)
    for number in range(1, count + 1):
        feed(seen(number))

    wanted = [n for n in range(1, count + 1) if n > after and n > count - kept]
    assert [number for number, _ in feed.after(after)] == wanted
    assert feed.lost(after) == max(0, count - after) - len(wanted)
