"""Jobs run again and again, whatever they do and whatever the clock does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.analytics.bus import Bus
from bot.analytics.events import ErrorRaised
from bot.analytics.operations import JobRan
from bot.jobs import ClockGuard, Every, Job, Scheduler
from tests.fakes import Recorder
from tests.waiting import until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = 0.02


@asynccontextmanager
async def started(
    run: Callable[[], Awaitable[None]], seconds: float = SOON, *, is_immediate: bool = True
) -> AsyncIterator[tuple[Scheduler, Recorder]]:
    seen = Recorder()
    job = Job(name="try", seconds=seconds, run=run, is_immediate=is_immediate)
    scheduler = Scheduler([job], Bus(seen))
    scheduler.start()
    yield scheduler, seen
    await scheduler.stop()


class Counting:
    """Counts its runs and fails while told to."""

    def __init__(self, failures: int = 0) -> None:
        self.runs = 0
        self.failures = failures

    async def __call__(self) -> None:
        self.runs += 1
        if self.runs <= self.failures:
            raise KeyError("123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")


class Slow:
    """Runs until it is let go."""

    def __init__(self) -> None:
        self.running = self.most = self.ended = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
            self.ended += 1
        finally:
            self.running -= 1


async def test_a_job_runs_again_and_again() -> None:
    count = Counting()

    async with started(count):
        await until(lambda: count.runs >= 3)


async def test_each_run_is_a_fact() -> None:
    async with started(Counting()) as (_, seen):
        await until(lambda: seen)

    assert isinstance(seen[0], JobRan)
    assert (seen[0].job, seen[0].error) == ("try", None)


async def test_only_an_immediate_job_runs_at_the_start() -> None:
    later, now = Counting(), Counting()

    async with started(later, 3_600, is_immediate=False), started(now, 3_600):
        await until(lambda: now.runs)

    assert (later.runs, now.runs) == (0, 1)


async def test_a_failure_does_not_stop_the_schedule() -> None:
    count = Counting(failures=2)

    async with started(count) as (_, seen):
        await until(lambda: count.runs >= 3)

    ran = [fact.error for fact in seen if isinstance(fact, JobRan)]
    assert ran[:3] == ["KeyError", "KeyError", None]


async def test_a_failure_is_published_without_the_token_in_it() -> None:
    async with started(Counting(failures=1)) as (_, seen):
        await until(lambda: any(isinstance(fact, ErrorRaised) for fact in seen))

    (error,) = [fact for fact in seen if isinstance(fact, ErrorRaised)]
    assert (error.category, error.where, error.type) == ("job", "try", "KeyError")
    assert "AAAAA" not in error.message + error.traceback


async def test_a_job_never_runs_beside_itself() -> None:
    slow = Slow()

    async with started(slow):
        await until(lambda: slow.running)
        await asyncio.sleep(5 * SOON)
        slow.gate.set()
        await until(lambda: slow.ended > 1)

    assert slow.most == 1


async def test_stop_lets_a_running_job_end() -> None:
    slow = Slow()

    async with started(slow, 3_600) as (scheduler, _):
        await until(lambda: slow.running)
        asyncio.get_running_loop().call_later(SOON, slow.gate.set)
        await scheduler.stop()

    assert slow.ended == 1


async def test_stop_cancels_a_job_that_does_not_end() -> None:
    slow = Slow()

    async with started(slow, 3_600) as (scheduler, seen):
        await until(lambda: slow.running)
        await scheduler.stop(SOON)

    assert (slow.running, slow.ended) == (0, 0)
    assert [fact.error for fact in seen if isinstance(fact, JobRan)] == ["CancelledError"]


async def test_nothing_runs_after_the_stop() -> None:
    count = Counting()
    async with started(count):
        await until(lambda: count.runs)

    runs = count.runs
    await asyncio.sleep(5 * SOON)

    assert count.runs == runs


async def test_health_hears_when_a_job_last_went_well() -> None:
    ticks = [100.0]
    job = Job(name="try", seconds=3_600, run=Counting(), is_immediate=False)
    scheduler = Scheduler([job], Bus(), monotonic=lambda: ticks[0])
    scheduler.start()

    ticks[0] += 90

    assert scheduler.last_success("try") == 90
    await scheduler.stop()


def test_before_the_start_there_is_no_success_and_no_age() -> None:
    job = Job(name="try", seconds=3_600, run=Counting())

    assert Scheduler([job], Bus()).last_success("try") is None


async def test_a_failed_run_is_no_success() -> None:
    ticks = [100.0]
    count = Counting(failures=1)
    seen = Recorder()
    job = Job(name="try", seconds=3_600, run=count, is_immediate=True)
    scheduler = Scheduler([job], Bus(seen), monotonic=lambda: ticks[0])
    scheduler.start()
    ticks[0] += 5
    await until(lambda: any(isinstance(fact, JobRan) for fact in seen))

    assert scheduler.last_success("try") == 5
    await scheduler.stop()


@pytest.mark.parametrize("moved", [3_600, -3_600, 2.5, -2.5])
def test_a_set_clock_is_a_jump_once(moved: float) -> None:
    times = {"wall": NOON, "ticks": 50.0}
    guard = ClockGuard(lambda: times["wall"], lambda: times["ticks"])  # type: ignore[arg-type,return-value]  # two kinds of time

    times |= {"wall": NOON + timedelta(seconds=moved + 2), "ticks": 52.0}

    assert guard.jump() == pytest.approx(moved)
    assert guard.jump() == 0


def test_a_clock_that_is_nudged_has_not_jumped() -> None:
    times = iter([NOON, NOON + timedelta(seconds=3.5)])
    ticks = iter([50.0, 52.0])

    guard = ClockGuard(lambda: next(times), lambda: next(ticks))

    assert guard.jump() == 0


def test_missed_starts_are_left_out_and_the_beat_is_kept() -> None:
    every = Every(60)

    planned = every.get_next_fire_time(NOON, NOON + timedelta(days=20_000, seconds=90))

    assert planned == NOON + timedelta(days=20_000, seconds=120)


def test_a_start_that_is_not_due_yet_is_the_next_beat() -> None:
    assert Every(60).get_next_fire_time(NOON, NOON) == NOON + timedelta(seconds=60)
