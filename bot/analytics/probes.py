"""What /health looks at.  Each function here makes one probe for a HealthMonitor."""

from __future__ import annotations

import asyncio
import inspect
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from bot.analytics.health import Probe, Reading
from bot.analytics.loop import LoopWatch
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import marks

LAG_BOUNDS = (0.25, 5.0)
WRITE_BOUNDS = (0.5, 2.0)
DISK_WARN_SHARE = 0.10
DISK_FAIL_SHARE = 0.01
DISK_FAIL_BYTES = 100_000_000
POLL_BOUNDS = (90, 150)
WEBHOOK_FAIL_SECONDS = 300
OUTPUT_LENGTH = 200
MARK = "health_probe"

Seconds = Callable[[], float | Awaitable[float | None] | None]


def usual(
    database: Database, watch: LoopWatch, folder: Path, clock: Clock = utc_now
) -> dict[str, Probe]:
    """The probes of every process; folder: where its data is."""
    return {
        "event_loop": loop_lag(watch),
        "database": database_write(database, clock),
        "disk": disk_free(folder),
        "memory": memory(),
        "cpu": cpu(),
        "threads": threads(),
        "uptime": uptime(),
    }


def loop_lag(watch: LoopWatch) -> Probe:
    """The worst lag of the event loop within the watch's window, in seconds."""

    async def probe() -> Reading:
        output = f"{watch.lag_seconds:.3f} s now; worst of the last {watch.window_seconds:g} s"
        warn_at, fail_at = LAG_BOUNDS
        return Reading(
            value=watch.worst_seconds, unit="s", warn_at=warn_at, fail_at=fail_at, output=output
        )

    return probe


def database_write(database: Database, clock: Clock = utc_now) -> Probe:
    """How long one small write transaction takes, its wait for the writer's turn included."""
    insert = insert_into(database.dialect, marks)

    async def probe() -> Reading:
        if database.file and not database.file.exists():
            # SQLite would go on writing into a file that nobody can open any more.
            raise FileNotFoundError(
                f"{database.file.name} was removed; restart to begin a new one"
            )
        started = time.perf_counter()
        # A new value each time, because SQLite skips pages that did not change.
        value = str(to_milliseconds(clock()))
        row = insert.values(name=MARK, value=value)
        async with database.write("health.probe") as connection:
            await connection.execute(
                row.on_conflict_do_update(index_elements=["name"], set_={"value": value})
            )
        warn_at, fail_at = WRITE_BOUNDS
        seconds = time.perf_counter() - started
        return Reading(value=seconds, unit="s", warn_at=warn_at, fail_at=fail_at)

    return probe


def age(seconds: Seconds, *, warn_at: float, fail_at: float, missing: str) -> Probe:
    """How long ago something good happened, or how long something has waited.

    seconds: gives the age, at once or awaited; None while there is none
    missing: what to say then, such as "no poll was answered yet"
    """

    async def probe() -> Reading:
        found = seconds()
        value = await found if inspect.isawaitable(found) else found
        return Reading(
            value=value,
            unit="s",
            warn_at=warn_at,
            fail_at=fail_at,
            output=missing if value is None else "",
        )

    return probe


def polling(seconds: Seconds) -> Probe:
    """How long ago Telegram last answered a long poll."""
    warn_at, fail_at = POLL_BOUNDS
    return age(seconds, warn_at=warn_at, fail_at=fail_at, missing="polling has not begun")


def webhook(seconds: Callable[[], float | None], problem: Callable[[], str | None]) -> Probe:
    """How long ago Telegram last could not deliver; fails for five minutes after it.

    seconds: None when every delivery arrived; problem: Telegram's words for what went wrong
    """

    async def probe() -> Reading:
        value = seconds()
        return Reading(
            value=value,
            unit="s",
            fail_at=WEBHOOK_FAIL_SECONDS,
            is_low_bad=True,
            output="no delivery failed" if value is None else (problem() or "")[:OUTPUT_LENGTH],
        )

    return probe


def nearest_folder(wanted: Path) -> Path:
    """*wanted*, or the nearest folder above it that exists already."""
    return next(folder for folder in (wanted, *wanted.parents) if folder.is_dir())


def data_folder(database: Database) -> Path:
    """Where the data is: beside a database file, or where the process was started."""
    file = database.file
    return nearest_folder(file.absolute().parent if file else Path.cwd())


def disk_free(folder: Path) -> Probe:
    """Bytes that are free where *folder* is; warns at 10 %, fails at 1 % or at 100 MB."""

    async def probe() -> Reading:
        # In a thread, because a network disk may hang.
        usage = await asyncio.to_thread(shutil.disk_usage, folder)
        return Reading(
            value=usage.free,
            unit="bytes",
            warn_at=usage.total * DISK_WARN_SHARE,
            fail_at=max(usage.total * DISK_FAIL_SHARE, DISK_FAIL_BYTES),
            is_low_bad=True,
            output=f"{usage.free / usage.total:.0%} of {usage.total / 1e9:.1f} GB is free",
        )

    return probe


def memory() -> Probe:
    """The resident memory of this process, in bytes."""
    process = psutil.Process()
    return _informing("bytes", lambda: process.memory_info().rss)


def cpu() -> Probe:
    """Percent of one CPU that this process used since the probe was last asked."""
    process = psutil.Process()
    process.cpu_percent()  # the first call only starts the measurement
    return _informing("percent", process.cpu_percent)


def threads() -> Probe:
    """How many threads this process has."""
    process = psutil.Process()
    return _informing("threads", process.num_threads)


def uptime() -> Probe:
    """Seconds since this probe was made."""
    started = time.monotonic()
    return _informing("s", lambda: time.monotonic() - started)


def _informing(unit: str, measure: Callable[[], float]) -> Probe:
    async def probe() -> Reading:
        return Reading(value=measure(), unit=unit)

    return probe
