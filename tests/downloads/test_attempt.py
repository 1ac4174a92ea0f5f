"""What becomes of one attempt: a file, another attempt, or a sentence; each of them once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import update

from bot.analytics.events import ErrorRaised
from bot.analytics.features.downloads import (
    DownloadFailed,
    DownloadRetried,
    DownloadStarted,
    DownloadSucceeded,
)
from bot.database.feature_tables import sent_files
from bot.downloads.courier import DeliveryError
from bot.downloads.trouble import DownloadError, Trouble
from tests.downloads.queue_scene import (
    ANN,
    BOB,
    FREE,
    VIP,
    Workshop,
    ended,
)
from tests.waiting import until

NETWORK = DownloadError(Trouble.network)
FULL = DownloadError(Trouble.disk)
AWAY = DeliveryError(passing=True)
BLOCKED = DeliveryError(passing=False)


@asynccontextmanager
async def shop_clock(shop: Workshop) -> AsyncIterator[None]:
    """Time goes by fast, but no attempt takes a minute of it, however busy the machine is."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.05)
            shop.pass_time(1)

    ticking = asyncio.create_task(tick())
    yield
    ticking.cancel()


async def test_a_download_is_told_with_its_figures(shop: Workshop) -> None:
    number = await shop.queued(plan=FREE)
    shop.pass_time(3)
    async with shop.working():
        await ended(shop, number)

    (began,), (done,) = shop.facts(DownloadStarted), shop.facts(DownloadSucceeded)
    assert (began.user_id, began.format, began.priority, began.wait_seconds) == (
        ANN,
        "mp3",
        "low",
        3,
    )
    assert (done.quality, done.site, done.size_bytes, done.seconds) == ("192k", "Site", 1234, 0)


async def test_progress_is_shown_while_it_goes_on(shop: Workshop) -> None:
    shop.site.gate.clear()
    async with shop.working():
        await shop.queued()
        await until(lambda: shop.chat.shown.get(1) == "downloading")


async def test_trouble_with_progress_is_no_trouble(shop: Workshop) -> None:
    shop.chat.mute = ZeroDivisionError()
    async with shop.working():
        assert await ended(shop, await shop.queued()) == ["done"]


async def test_a_message_that_is_gone_ends_the_download(shop: Workshop) -> None:
    shop.site.gate.clear()
    shop.chat.mute = DownloadError(Trouble.cancelled)
    async with shop.working():
        assert await ended(shop, await shop.queued()) == ["cancelled"]


async def test_the_limits_are_those_of_the_plan_and_of_the_operator(shop: Workshop) -> None:
    numbers = [await shop.queued(one, plan) for one, plan in ((ANN, FREE), (BOB, VIP))]
    async with shop.working(count=1):
        await ended(shop, *numbers)

    found = [(one.megabytes, one.minutes, one.seconds) for one in shop.site.limits]
    assert found == [(50, 60, 60), (20, 15, 60)]


async def test_what_may_pass_is_tried_again(shop: Workshop) -> None:
    shop.site.problems = [NETWORK, NETWORK]
    async with shop.working(), shop_clock(shop):
        assert await ended(shop, await shop.queued()) == ["done"]

    assert [fact.error for fact in shop.facts(DownloadRetried)] == ["network", "network"]
    assert len(shop.site.begun) == 3
    assert shop.chat.files == [1]


async def test_what_does_not_pass_ends_after_the_last_attempt(shop: Workshop) -> None:
    shop.site.problems = [NETWORK, NETWORK, NETWORK]
    async with shop.working(attempts=3), shop_clock(shop):
        assert await ended(shop, await shop.queued()) == ["failed"]

    assert [fact.error for fact in shop.facts(DownloadFailed)] == ["network"]
    assert shop.chat.shown == {1: "failed: network on vip"}


async def test_what_cannot_pass_is_not_tried_again(shop: Workshop) -> None:
    shop.site.problems = [DownloadError(Trouble.too_large, "20")]
    async with shop.working():
        assert await ended(shop, await shop.queued(plan=FREE)) == ["failed"]

    assert shop.chat.shown == {1: "failed: too_large 20 on free"}
    assert (len(shop.site.begun), shop.facts(DownloadRetried)) == (1, [])


async def test_a_full_disk_makes_wait_and_costs_no_attempt(shop: Workshop) -> None:
    shop.site.problems = [FULL] * 5
    async with shop.working(attempts=1), shop_clock(shop):
        assert await ended(shop, await shop.queued()) == ["done"]


async def test_a_disk_that_stays_full_for_a_day_is_a_failure(shop: Workshop) -> None:
    number = await shop.queued()
    shop.pass_time(25 * 3600)
    shop.site.problems = [FULL]
    async with shop.working():
        assert await ended(shop, number) == ["failed"]


async def test_a_bug_is_reported_and_told(shop: Workshop) -> None:
    shop.site.problems = [ZeroDivisionError()]
    async with shop.working():
        assert await ended(shop, await shop.queued()) == ["failed"]

    assert [fact.type for fact in shop.facts(ErrorRaised)] == ["ZeroDivisionError"]
    assert shop.chat.shown == {1: "failed: internal on vip"}


async def test_a_delivery_is_tried_again_without_a_download(shop: Workshop) -> None:
    shop.chat.problems = [AWAY, AWAY]
    async with shop.working():
        assert await ended(shop, await shop.queued()) == ["done"]

    assert (len(shop.site.begun), shop.chat.files) == (1, [1])
    assert shop.facts(DownloadRetried) == []


async def test_a_telegram_that_stays_away_is_another_attempt(shop: Workshop) -> None:
    shop.chat.problems = [AWAY] * 5
    async with shop.working(), shop_clock(shop):
        assert await ended(shop, await shop.queued()) == ["done"]

    assert [fact.error for fact in shop.facts(DownloadRetried)] == ["telegram"]


async def test_whoever_blocked_the_bot_gets_no_second_attempt(shop: Workshop) -> None:
    shop.chat.problems = [BLOCKED]
    async with shop.working():
        assert await ended(shop, await shop.queued()) == ["failed"]

    assert [fact.error for fact in shop.facts(DownloadFailed)] == ["telegram"]


async def test_words_that_do_not_arrive_hold_nothing_up(shop: Workshop) -> None:
    shop.chat.mute = AWAY
    shop.site.problems = [DownloadError(Trouble.private)]
    async with shop.working():
        assert await ended(shop, await shop.queued()) == ["failed"]


@pytest.mark.parametrize(
    ("about", "told"),
    [({"size_bytes": 21_000_000}, "too_large 20"), ({"duration_seconds": 901.0}, "too_long 15")],
)
async def test_a_known_file_over_the_plan_s_limit_is_not_sent(
    shop: Workshop, about: dict[str, float], told: str
) -> None:
    async with shop.working():
        await ended(shop, await shop.queued(key="site:song"))
        async with shop.database.write("test") as connection:
            await connection.execute(update(sent_files).values(about))

        assert await ended(shop, await shop.queued(BOB, FREE, key="site:song")) == ["failed"]

    assert shop.chat.shown[2] == f"failed: {told} on free"
    assert shop.chat.files == [1]
