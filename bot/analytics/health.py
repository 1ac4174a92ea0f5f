"""How the process is: probes are asked together, and the worst of them is the answer."""

from __future__ import annotations

import asyncio
import importlib.metadata
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog

from bot.clock import Clock, utc_now
from bot.log import redact

Status = Literal["pass", "warn", "fail"]

SEVERITY: tuple[Status, ...] = ("pass", "warn", "fail")
CACHE_SECONDS = 1.0
PROBE_SECONDS = 2.0
OUTPUT_LENGTH = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a probe saw.

    value: None when there is nothing to measure yet, which is no trouble
    warn_at, fail_at: in unit, the bound included; None where the probe only informs
    is_low_bad: trouble is at or below the bounds instead of at or above
    """

    value: float | None
    unit: str
    warn_at: float | None = None
    fail_at: float | None = None
    is_low_bad: bool = False
    output: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One judged reading.

    output: one line for a person; empty when there is nothing to add
    """

    name: str
    status: Status
    value: float | None = None
    unit: str = ""
    warn_at: float | None = None
    fail_at: float | None = None
    output: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """The whole process at one moment; status is that of its worst check."""

    status: Status
    checks: tuple[Check, ...]
    version: str
    uptime_seconds: float
    is_ready: bool
    at: datetime


Probe = Callable[[], Awaitable[Reading]]


class HealthMonitor:
    """Asks every probe at once and keeps the answer for a moment, so a scrape storm costs nothing.

    is_ready: whether the bot takes updates, between start and stop
    """

    def __init__(
        self,
        probes: Mapping[str, Probe],
        is_ready: Callable[[], bool],
        clock: Clock = utc_now,
        *,
        cache_seconds: float = CACHE_SECONDS,
        probe_seconds: float = PROBE_SECONDS,
    ) -> None:
        self.is_ready = is_ready
        self.version = installed_version()
        self._probes = dict(probes)
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._probe_seconds = probe_seconds
        self._started = time.monotonic()
        self._turn = asyncio.Lock()
        self._kept: Health | None = None
        self._kept_at = 0.0
        self._running: dict[str, asyncio.Task[Check]] = {}
        self._broken: set[str] = set()

    async def report(self) -> Health:
        """How everything is now, or was up to a second ago.  Takes at most probe_seconds."""
        async with self._turn:
            if self._kept is None or time.monotonic() - self._kept_at >= self._cache_seconds:
                self._kept = await self._measure()
                self._kept_at = time.monotonic()
            return self._kept

    async def stop(self) -> None:
        """Let running probes end, probe_seconds at most; then give up on those that hang."""
        tasks = list(self._running.values())
        if tasks:
            # A driver's thread whose call is cut short complains about a loop that is gone.
            await asyncio.wait(tasks, timeout=self._probe_seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running.clear()

    async def _measure(self) -> Health:
        # A probe that hangs is waited for again, never asked twice: hanging calls do not pile up.
        hanging = {name: task for name, task in self._running.items() if not task.done()}
        self._running = {
            name: hanging.get(name) or asyncio.create_task(self._ask(name, probe))
            for name, probe in self._probes.items()
        }
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self._probe_seconds)
        checks = tuple(self._answer(name, task) for name, task in self._running.items())
        return Health(
            status=worst(checks),
            checks=checks,
            version=self.version,
            uptime_seconds=time.monotonic() - self._started,
            is_ready=self.is_ready(),
            at=self._clock(),
        )

    def _answer(self, name: str, task: asyncio.Task[Check]) -> Check:
        if task.done():
            return task.result()
        output = f"no answer within {self._probe_seconds:g} s"
        return Check(name=name, status="fail", output=output)

    async def _ask(self, name: str, probe: Probe) -> Check:
        try:
            reading = await probe()
        except Exception as exc:
            # Once per outage: health is asked for several times a minute.
            if name not in self._broken:
                log.exception("health probe failed", probe=name)
            self._broken.add(name)
            return Check(name=name, status="fail", output=_line(exc))
        self._broken.discard(name)
        return judged(name, reading)


def judged(name: str, reading: Reading) -> Check:
    """*reading* held against its own bounds."""
    return Check(
        name=name,
        status=_status(reading),
        value=reading.value,
        unit=reading.unit,
        warn_at=reading.warn_at,
        fail_at=reading.fail_at,
        output=reading.output,
    )


def worst(checks: tuple[Check, ...]) -> Status:
    """The worst status among *checks*; pass when there are none."""
    return max((check.status for check in checks), key=SEVERITY.index, default="pass")


def installed_version() -> str:
    """The version of the installed package; "unknown" when it runs from a bare folder."""
    try:
        return importlib.metadata.version("telegauge")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _status(reading: Reading) -> Status:
    if _is_past(reading, reading.fail_at):
        return "fail"
    return "warn" if _is_past(reading, reading.warn_at) else "pass"


def _is_past(reading: Reading, bound: float | None) -> bool:
    if reading.value is None or bound is None:
        return False
    return reading.value <= bound if reading.is_low_bad else reading.value >= bound


def _line(exc: Exception) -> str:
    # Cut after redacting: half a token would no longer look like one.
    text = redact(f"{type(exc).__name__}: {exc}").splitlines()[0]
    return text[:OUTPUT_LENGTH]
