"""What runs by the clock, and goes on when somebody sets the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.analytics import faults
from bot.analytics.bus import Bus
from bot.analytics.operations import JobRan
from bot.clock import Clock, utc_now

GUARD_SECONDS = 2.0
JUMP_SECONDS = 2.0
STOP_SECONDS = 10.0

Monotonic = Callable[[], float]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something to do again and again.

    seconds: from one start to the next; a run that takes longer skips the starts it misses
    is_immediate: the first run is at the start, not one interval later
    """

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]
    is_immediate: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class JobState:
    """How a job does.  since_success: seconds since it ended well, or since the start

    ran_at: when its last run ended; None: it has not run yet; took: how long that was, in seconds
    error: what ended it, the exception's name; failures: how many runs failed since the start
    """

    name: str
    seconds: float
    since_success: float | None = None
    ran_at: datetime | None = None
    took: float | None = None
    error: str | None = None
    failures: int = 0


class ClockGuard:
    """Notices that the wall clock was set, by comparing it with the one that nobody can set."""

    def __init__(self, clock: Clock, monotonic: Monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._offset = self._current()

    def jump(self) -> float:
        """Seconds by which the wall clock ran away since the last call; 0 if that is normal."""
        before, self._offset = self._offset, self._current()
        moved = self._offset - before
        return moved if abs(moved) > JUMP_SECONDS else 0.0

    def _current(self) -> float:
        return self._clock().timestamp() - self._monotonic()


class Every(BaseTrigger):  # type: ignore[misc]  # apscheduler has no types
    """At fixed intervals; starts that were missed are left out, however many.

    APScheduler's own interval trigger lists each of them first, which takes minutes after a
    machine that thought it was 1970 learns the time.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The first start on the beat of *previous* that is after *now*."""
        if previous is None:
            return now + self._interval
        missed = max((now - previous) // self._interval, 0)
        return previous + (missed + 1) * self._interval


class Scheduler:
    """Runs jobs on the event loop, one run of each at a time.

    A run that fails is logged, published and tried again at its next time.
    clock: only for what is published; APScheduler plans by the system's own clock
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        bus: Bus,
        clock: Clock = utc_now,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._bus = bus
        self._clock = clock
        self._monotonic = monotonic
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[None]] = set()
        self._due_at: dict[str, float] = {}
        self._succeeded_at: dict[str, float | None] = dict.fromkeys(self._jobs)
        self._states = {job.name: JobState(name=job.name, seconds=job.seconds) for job in jobs}
        self._guard: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Plan every job and begin; needs a running event loop."""
        now = self._monotonic()
        for job in self._jobs.values():
            self._due_at[job.name] = now + (0 if job.is_immediate else job.seconds)
            self._succeeded_at[job.name] = now
            self._scheduler.add_job(
                self._run,
                Every(job.seconds),
                args=[job],
                id=job.name,
                next_run_time=self._planned(job.name),
                misfire_grace_time=None,  # late is better than never
                coalesce=True,
                max_instances=1,
            )
        self._scheduler.start()
        self._guard = asyncio.create_task(self._watch_clock(), name="clock guard")

    def last_success(self, name: str) -> float | None:
        """Seconds since job *name* last ended well, or since the start while it never did.

        None before the start: whoever asks about health may be earlier.
        """
        at = self._succeeded_at[name]
        return None if at is None else self._monotonic() - at

    def states(self) -> list[JobState]:
        """How each job does, in the order of their names."""
        return [
            replace(self._states[name], since_success=self.last_success(name))
            for name in sorted(self._states)
        ]

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Start nothing more, let what runs end within *seconds*, then cancel it."""
        if self._guard is None:
            return
        self._scheduler.pause()
        self._guard.cancel()
        ending = {self._guard, *self._running}
        self._guard = None
        _, late = await asyncio.wait(ending, timeout=seconds)
        for task in late:
            log.warning("job cancelled by the stop", task=task.get_name())
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler ends in a callback of its own

    async def _run(self, job: Job) -> None:
        if self._guard is None:  # stopped between the plan and the run
            return
        task = asyncio.create_task(self._timed(job), name=job.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # Only wait: APScheduler would log the cancellation of a late job as a crash.
        await asyncio.wait({task})

    async def _timed(self, job: Job) -> None:
        started = self._monotonic()
        self._due_at[job.name] = started + job.seconds
        error: str | None = None
        try:
            await job.run()
            self._succeeded_at[job.name] = self._monotonic()
        except asyncio.CancelledError:
            error = "CancelledError"
            raise
        except Exception as exc:
            error = type(exc).__name__
            log.exception("job failed", job=job.name)
            at = self._clock()
            self._bus.publish(faults.raised(exc, at=at, category="job", where=job.name))
        finally:
            seconds = self._monotonic() - started
            self._note(job.name, seconds, error)
            self._bus.publish(JobRan(at=self._clock(), job=job.name, seconds=seconds, error=error))

    def _note(self, name: str, seconds: float, error: str | None) -> None:
        before = self._states[name]
        failures = before.failures + (error is not None)
        self._states[name] = replace(
            before, ran_at=self._clock(), took=seconds, error=error, failures=failures
        )

    async def _watch_clock(self) -> None:
        guard = ClockGuard(utc_now, time.monotonic)
        while True:
            await asyncio.sleep(GUARD_SECONDS)
            if seconds := guard.jump():
                log.warning("the clock was set; planning all jobs again", seconds=round(seconds))
                self._plan_again()

    def _plan_again(self) -> None:
        for name in self._jobs:
            self._scheduler.modify_job(name, next_run_time=self._planned(name))

    def _planned(self, name: str) -> datetime:
        """When *name* is due, on the system's wall clock as it is now."""
        wait = max(self._due_at[name] - self._monotonic(), 0)
        return utc_now() + timedelta(seconds=wait)
