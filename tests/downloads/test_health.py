"""What is said about yt-dlp, the queue and the disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from structlog.testing import capture_logs

from bot.analytics.health import judged
from bot.database.engine import Database
from bot.downloads.figures import LATE_SECONDS, Figures
from bot.downloads.health import YtdlpHealth
from bot.downloads.media import Media
from bot.downloads.room import room_of
from bot.downloads.trouble import DownloadError, Trouble
from tests.downloads.queue_scene import BOB, FREE, SONG, VIP, Scene

PAGE = "https://site.example/test"


def health(
    problem: DownloadError | None = None, url: str | None = PAGE, day: int = 1
) -> YtdlpHealth:
    """Of a yt-dlp made on 1 March 2026."""

    async def look(address: str) -> Media:
        assert address == PAGE
        if problem:
            raise problem
        return SONG

    now = datetime(2026, 3, day, tzinfo=UTC) if day < 32 else datetime(2026, 6, 1, tzinfo=UTC)
    return YtdlpHealth(look, url, lambda: now, lambda: "2026.03.01")


async def test_before_the_first_check_nobody_knows() -> None:
    assert health().up() is None


async def test_a_page_that_can_be_read_is_up() -> None:
    ytdlp = health()

    await ytdlp.check()

    assert ytdlp.up() == 1.0
    assert judged("ytdlp", await ytdlp.probe()).status == "pass"


async def test_a_page_that_cannot_be_read_is_down_and_warns() -> None:
    ytdlp = health(DownloadError(Trouble.unsupported))

    await ytdlp.check()

    check = judged("ytdlp", await ytdlp.probe())
    assert (ytdlp.up(), check.status) == (0.0, "warn")
    assert check.output == "2026.03.01 cannot read its test page: unsupported"


async def test_a_look_that_the_end_of_the_process_cuts_off_says_nothing() -> None:
    ytdlp = health(DownloadError(Trouble.cancelled))

    with capture_logs() as lines:
        await ytdlp.check()

    assert (ytdlp.up(), lines) == (None, [])


async def test_without_a_page_only_the_age_is_known() -> None:
    ytdlp = health(url=None, day=31)

    await ytdlp.check()

    reading = await ytdlp.probe()
    assert (ytdlp.up(), reading.value, reading.unit) == (None, 30, "days")
    assert judged("ytdlp", reading).status == "pass"


async def test_an_old_one_warns() -> None:
    assert judged("ytdlp", await health(day=99).probe()).status == "warn"


async def test_a_version_that_is_no_date_has_no_age() -> None:
    async def look(_: str) -> Media:
        return SONG

    ytdlp = YtdlpHealth(look, None, version=lambda: "unknown")

    assert (await ytdlp.probe()).value is None


async def test_the_queue_is_counted_by_priority(database: Database) -> None:
    scene, figures = Scene(database), Figures(database)
    for plan in (FREE, FREE, VIP):
        await scene.queued(plan=plan)
    before = figures.depth("low")

    await figures.refresh()

    found = [figures.depth("low"), figures.depth("medium"), figures.depth("high")]
    assert (before, found) == (None, [2, 0, 1])
    assert (await figures.probe_depth()).output == "1 high, 0 medium, 2 low"


async def test_a_long_queue_warns(sqlite: Database) -> None:
    scene, figures = Scene(sqlite), Figures(sqlite)
    for person in range(50):
        await scene.queued(person)

    await figures.refresh()

    assert judged("download_queue", await figures.probe_depth()).status == "warn"


async def test_a_long_wait_warns(database: Database) -> None:
    scene = Scene(database)
    figures = Figures(database, scene.clock)
    await scene.queued()
    scene.pass_time(LATE_SECONDS)
    await scene.queued(BOB)

    await figures.refresh()

    reading = await figures.probe_wait()
    assert (reading.value, judged("download_wait", reading).status) == (LATE_SECONDS, "warn")


async def test_a_planned_attempt_has_not_waited_yet(sqlite: Database) -> None:
    scene = Scene(sqlite)
    figures = Figures(sqlite, scene.clock)
    await scene.queued()
    download = (await scene.claimed()).download
    await scene.claims.postpone(download, Trouble.site, 60, is_counted=True)

    await figures.refresh()

    assert (await figures.probe_wait()).value == 0


async def test_an_empty_queue_has_no_wait(sqlite: Database) -> None:
    figures = Figures(sqlite)
    uncounted = await figures.probe_depth()

    await figures.refresh()

    assert (uncounted.value, (await figures.probe_wait()).value) == (None, None)


async def test_a_disk_without_room_warns(tmp_path: Path) -> None:
    wanted = tmp_path / "not" / "yet"

    full = judged("download_disk", await room_of(wanted, 10**18)())
    empty = judged("download_disk", await room_of(wanted, 1)())

    assert (full.status, full.output) == ("warn", "downloads wait for room")
    assert (empty.status, empty.output) == ("pass", "")
