"""Each probe looks at the real thing: a loop, a database, a disk, this process."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.analytics import probes
from bot.analytics.health import HealthMonitor, Probe, judged
from bot.analytics.loop import LoopWatch
from bot.database.engine import Database
from bot.database.tables import marks
from tests.databases import sqlite_address


async def status_of(probe: Probe) -> str:
    return judged("it", await probe()).status


async def later(value: float | None) -> float | None:
    await asyncio.sleep(0)
    return value


async def test_a_loop_that_was_never_late_passes() -> None:
    reading = await probes.loop_lag(LoopWatch())()

    assert (reading.value, reading.warn_at, reading.fail_at) == (0, 0.25, 5)


async def test_the_lag_tells_now_beside_the_worst() -> None:
    reading = await probes.loop_lag(LoopWatch(window_seconds=60))()

    assert reading.output == "0.000 s now; worst of the last 60 s"


async def test_the_database_probe_really_writes(database: Database) -> None:
    probe = probes.database_write(database)

    await probe()
    await probe()

    async with database.read("look") as connection:
        names = (await connection.scalars(select(marks.c.name))).all()
    assert names == ["health_probe"]


async def test_a_locked_database_fails_within_the_probes_time(sqlite: Database) -> None:
    other = sqlite3.connect(sqlite.file or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monitor = HealthMonitor(
        {"database_write": probes.database_write(sqlite)}, lambda: True, probe_seconds=0.2
    )

    health = await monitor.report()

    other.close()
    await monitor.stop()
    assert health.status == "fail"
    assert health.checks[0].output == "no answer within 0.2 s"


async def test_a_database_that_was_locked_recovers_by_itself(sqlite: Database) -> None:
    other = sqlite3.connect(sqlite.file or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monitor = HealthMonitor(
        {"database_write": probes.database_write(sqlite)},
        lambda: True,
        cache_seconds=0,
        probe_seconds=0.2,
    )
    await monitor.report()

    other.close()
    async with asyncio.timeout(10):
        while (await monitor.report()).status == "fail":  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)

    await monitor.stop()


async def test_a_database_without_tables_fails_with_its_reason(tmp_path: Path) -> None:
    database = Database(sqlite_address(tmp_path))
    async with database.read("make the file"):
        monitor = HealthMonitor({"it": probes.database_write(database)}, lambda: True)

    with capture_logs():
        health = await monitor.report()

    await database.close()
    assert "no such table: marks" in health.checks[0].output


async def test_a_database_whose_file_was_removed_fails(sqlite: Database) -> None:
    monitor = HealthMonitor({"it": probes.database_write(sqlite)}, lambda: True)
    assert sqlite.file

    sqlite.file.unlink()
    with capture_logs():
        health = await monitor.report()

    assert (health.status, "removed" in health.checks[0].output) == ("fail", True)


@pytest.mark.parametrize(
    ("seconds", "status"), [(None, "pass"), (89, "pass"), (90, "warn"), (150, "fail")]
)
async def test_an_age_is_judged_by_its_bounds(seconds: float | None, status: str) -> None:
    probe = probes.age(lambda: seconds, warn_at=90, fail_at=150, missing="no poll yet")

    assert await status_of(probe) == status


async def test_an_age_may_have_to_be_looked_up() -> None:
    probe = probes.age(lambda: later(400), warn_at=60, fail_at=300, missing="nothing waits")

    assert await status_of(probe) == "fail"


async def test_no_age_says_why() -> None:
    probe = probes.age(lambda: later(None), warn_at=60, fail_at=300, missing="nothing waits")

    reading = await probe()

    assert (reading.value, reading.output) == (None, "nothing waits")


async def test_the_disk_is_measured_where_the_data_is(tmp_path: Path) -> None:
    reading = await probes.disk_free(tmp_path)()

    assert reading.value
    assert reading.is_low_bad
    assert "free" in reading.output


async def test_a_small_disk_still_wants_100_megabytes(tmp_path: Path) -> None:
    reading = await probes.disk_free(tmp_path)()

    assert reading.fail_at
    assert reading.fail_at >= 100_000_000


async def test_a_missing_folder_is_a_failed_check(tmp_path: Path) -> None:
    monitor = HealthMonitor({"disk": probes.disk_free(tmp_path / "gone")}, lambda: True)

    with capture_logs():
        health = await monitor.report()

    assert health.checks[0].output.startswith("FileNotFoundError")


@pytest.mark.parametrize(
    ("probe", "unit"),
    [
        (probes.memory(), "bytes"),
        (probes.cpu(), "percent"),
        (probes.threads(), "threads"),
        (probes.uptime(), "s"),
    ],
)
async def test_the_process_informs_without_judging(probe: Probe, unit: str) -> None:
    reading = await probe()

    assert reading.value is not None
    assert reading.value >= 0
    assert (reading.unit, reading.warn_at, reading.fail_at) == (unit, None, None)


@pytest.mark.parametrize(
    ("seconds", "status"), [(None, "pass"), (0, "fail"), (300, "fail"), (301, "pass")]
)
async def test_a_delivery_that_failed_within_five_minutes_fails(
    seconds: float | None, status: str
) -> None:
    assert await status_of(probes.webhook(lambda: seconds, lambda: "503")) == status


async def test_the_webhooks_probe_tells_telegrams_words_within_bounds() -> None:
    reading = await probes.webhook(lambda: 1.0, lambda: "x" * 999)()

    assert reading.output == "x" * probes.OUTPUT_LENGTH


@pytest.mark.parametrize(("seconds", "status"), [(89, "pass"), (90, "warn"), (150, "fail")])
async def test_a_poll_without_an_answer_warns_and_then_fails(seconds: float, status: str) -> None:
    assert await status_of(probes.polling(lambda: seconds)) == status
