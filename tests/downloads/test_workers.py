"""What workers make of a download: a file, another attempt, or a sentence; each of them once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.analytics.events import ErrorRaised
from bot.analytics.features.downloads import (
    DownloadFailed,
    DownloadRetried,
    DownloadStarted,
    DownloadSucceeded,
)
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.claims import LEASE_SECONDS, Claims
from bot.downloads.courier import DeliveryError
from bot.downloads.trouble import DownloadError, Trouble
from tests.downloads.queue_scene import (
    ANN,
    BOB,
    EVE,
    FREE,
    MP3,
    NOBODY,
    PREMIUM,
    QUICK,
    VIP,
    Workshop,
)
from tests.rows import rows_of
from tests.waiting import until, until_true

NETWORK = DownloadError(Trouble.network)
FULL = DownloadError(Trouble.disk)
AWAY = DeliveryError(passing=True)
BLOCKED = DeliveryError(passing=False)
SLEEPY = replace(QUICK, watch=60)


@pytest.fixture
def shop(sqlite: Database, tmp_path: Path) -> Workshop:
    return Workshop(sqlite, tmp_path)


@asynccontextmanager
async def shop_clock(shop: Workshop) -> AsyncIterator[None]:
    """Time goes by, a second every few milliseconds."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.005)
            shop.pass_time(1)

    ticking = asyncio.create_task(tick())
    yield
    ticking.cancel()


async def claimed_by_another(shop: Workshop) -> None:
    async with shop.database.write("test") as connection:
        await connection.execute(update(downloads).values(claimed_by="another"))


async def renamed(shop: Workshop, old: str, new: str) -> None:
    async with shop.database.write("test") as connection:
        await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def is_forgotten(shop: Workshop) -> bool:
    """Whether the file of site:song is no more, and nobody is at it."""
    rows = await rows_of(shop.database, downloads)
    running = [one["media_key"] for one in rows if one["state"] == "running"]
    return not await shop.sent_files.known("site:song", MP3) and "site:song" not in running


async def ended(shop: Workshop, *numbers: int) -> list[str]:
    """The states of downloads that have one at last."""

    async def are_over() -> bool:
        return all([await shop.state(one) not in {"queued", "running"} for one in numbers])

    await until_true(are_over)
    return [await shop.state(one) for one in numbers]


async def test_a_download_becomes_a_file(shop: Workshop) -> None:
    async with shop.working():
        number = await shop.queued()
        assert await ended(shop, number) == ["done"]

    assert shop.chat.files == [1]
    assert shop.chat.stages[-1] == "sending"
    assert shop.site.ended == shop.site.begun


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


async def test_only_so_many_run_at_once(shop: Workshop) -> None:
    shop.site.gate.clear()
    numbers = [await shop.queued(person) for person in (ANN, BOB, EVE)]
    async with shop.working(count=2) as workers:
        await until(lambda: len(shop.site.begun) == 2)
        assert (workers.in_progress, await shop.state(numbers[2])) == (2, "queued")
        shop.site.gate.set()
        assert await ended(shop, *numbers) == 3 * ["done"]


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


async def test_the_person_cancels_and_the_work_stops(shop: Workshop) -> None:
    shop.site.gate.clear()
    async with shop.working():
        number = await shop.queued()
        await until(lambda: shop.site.begun)
        assert await shop.queue.cancel(number, ANN) == "stopping"
        assert await ended(shop, number) == ["cancelled"]

    assert shop.site.ended
    assert [fact.error for fact in shop.facts(DownloadFailed)] == ["cancelled"]
    assert shop.chat.shown == {1: "failed: cancelled on vip"}


async def test_a_delivery_is_too_late_to_cancel(shop: Workshop) -> None:
    shop.chat.gate.clear()
    async with shop.working():
        number = await shop.queued()
        await until(lambda: shop.chat.delivering)
        await shop.queue.cancel(number, ANN)
        shop.chat.gate.set()
        assert await ended(shop, number) == ["done"]


async def test_what_telegram_has_is_sent_at_once_past_busy_workers(shop: Workshop) -> None:
    async with shop.working(count=1):
        await ended(shop, await shop.queued(key="site:song"))
        shop.site.gate.clear()
        await shop.queued(EVE)
        await until(lambda: len(shop.site.begun) == 2)

        assert await ended(shop, await shop.queued(BOB, key="site:song")) == ["done"]

    assert shop.chat.shown[3] == "again file of site:song"
    assert len(shop.facts(DownloadSucceeded)) == 1


async def test_a_file_that_telegram_forgot_is_downloaded_again(shop: Workshop) -> None:
    async with shop.working():
        await ended(shop, await shop.queued(key="site:song"))
        shop.chat.is_forgetful = True
        await ended(shop, await shop.queued(BOB, key="site:song"))

    assert (len(shop.site.begun), shop.chat.files) == (2, [1, 2])


async def test_files_that_telegram_forgot_bring_no_more_downloads_at_once(shop: Workshop) -> None:
    async with shop.working(count=1):
        await ended(shop, await shop.queued(key="site:song"))
        shop.site.gate.clear()
        busy = await shop.queued(EVE)
        await until(lambda: len(shop.site.begun) == 2)
        shop.chat.is_forgetful = True
        forgotten = await shop.queued(BOB, key="site:song")
        await until_true(lambda: is_forgotten(shop))
        assert (len(shop.site.begun), await shop.state(forgotten)) == (2, "queued")
        shop.site.gate.set()
        assert await ended(shop, busy, forgotten) == ["done", "done"]


async def test_a_stop_gives_back_what_is_not_done(shop: Workshop) -> None:
    shop.site.gate.clear()
    async with shop.working():
        number = await shop.queued()
        await until(lambda: shop.site.begun)

    row = await shop.row(number)
    assert (row["state"], row["attempts"], row["claimed_by"]) == ("queued", 0, None)
    assert (shop.site.ended, shop.chat.files) == (shop.site.begun, [])


async def test_a_stop_lets_a_delivery_end(shop: Workshop) -> None:
    shop.chat.gate.clear()
    async with shop.working() as workers:
        number = await shop.queued()
        await until(lambda: shop.chat.delivering)
        shop.chat.gate.set()
        await workers.stop()

    assert (await shop.state(number), shop.chat.files) == ("done", [1])


async def test_a_stop_does_not_wait_for_a_delivery_for_ever(shop: Workshop) -> None:
    shop.chat.gate.clear()
    async with shop.working() as workers:
        number = await shop.queued()
        await until(lambda: shop.chat.delivering)
        await workers.stop()

    assert await shop.state(number) == "queued"
    assert not shop.chat.delivering


async def test_the_next_life_goes_on_where_this_one_stopped(shop: Workshop) -> None:
    shop.site.gate.clear()
    async with shop.working():
        number = await shop.queued()
        await until(lambda: shop.site.begun)
    shop.site.gate.set()

    async with shop.working():
        assert await ended(shop, number) == ["done"]

    assert shop.chat.files == [1]


async def test_what_a_killed_life_had_is_taken_over_at_once(shop: Workshop) -> None:
    number = await shop.queued()
    await Claims(shop.database, shop.clock).claim(NOBODY)

    async with shop.working():
        assert await ended(shop, number) == ["done"]


async def test_what_dies_with_every_life_is_given_up(shop: Workshop) -> None:
    number = await shop.queued()
    for _ in range(3):
        await Claims(shop.database, shop.clock).claim(NOBODY)
        shop.pass_time(LEASE_SECONDS)

    async with shop.working(attempts=3):
        assert await ended(shop, number) == ["failed"]

    assert shop.site.begun == []


async def test_whoever_lost_the_claim_delivers_nothing(shop: Workshop) -> None:
    shop.site.gate.clear()
    async with shop.working() as workers:
        number = await shop.queued()
        await until(lambda: shop.site.begun)
        await claimed_by_another(shop)
        await until(lambda: not workers.in_progress)
        shop.site.gate.set()

    assert (await shop.row(number))["claimed_by"] == "another"
    assert shop.chat.files == []


async def test_a_claim_lost_in_the_last_moment_is_noticed_before_the_delivery(
    sqlite: Database, tmp_path: Path
) -> None:
    shop = Workshop(sqlite, tmp_path)
    shop.site.gate.clear()
    workers = shop.workers(timing=SLEEPY)
    await workers.start()
    await shop.queued()
    await until(lambda: shop.site.begun)
    await claimed_by_another(shop)
    shop.site.gate.set()
    await until(lambda: not workers.in_progress)
    await workers.stop()

    assert shop.chat.files == []


async def test_a_database_that_is_away_for_a_moment_ends_nothing(shop: Workshop) -> None:
    async with shop.working() as workers:
        await renamed(shop, "downloads", "elsewhere")
        shop.queue.bell.set()
        await until(lambda: not shop.queue.bell.is_set())
        await renamed(shop, "elsewhere", "downloads")
        assert await ended(shop, await shop.queued(plan=PREMIUM)) == ["done"]
        assert workers.in_progress == 0


async def test_a_stop_before_the_start_is_nothing(shop: Workshop) -> None:
    await shop.workers().stop()
