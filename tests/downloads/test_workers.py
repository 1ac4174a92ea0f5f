"""What workers take and give back: so many at once, past a stop, a kill, a claim that is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text, update

from bot.analytics.features.downloads import (
    DownloadFailed,
    DownloadSucceeded,
)
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.claims import LEASE_SECONDS, Claims
from tests.downloads.queue_scene import (
    ANN,
    BOB,
    EVE,
    MP3,
    NOBODY,
    PREMIUM,
    QUICK,
    Workshop,
    ended,
)
from tests.rows import rows_of
from tests.waiting import until, until_true

SLEEPY = replace(QUICK, watch=60)


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


async def test_a_download_becomes_a_file(shop: Workshop) -> None:
    async with shop.working():
        number = await shop.queued()
        assert await ended(shop, number) == ["done"]

    assert shop.chat.files == [1]
    assert shop.chat.stages[-1] == "sending"
    assert shop.site.ended == shop.site.begun


async def test_only_so_many_run_at_once(shop: Workshop) -> None:
    shop.site.gate.clear()
    numbers = [await shop.queued(person) for person in (ANN, BOB, EVE)]
    async with shop.working(count=2) as workers:
        await until(lambda: len(shop.site.begun) == 2)
        assert (workers.in_progress, await shop.state(numbers[2])) == (2, "queued")
        shop.site.gate.set()
        assert await ended(shop, *numbers) == 3 * ["done"]


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
