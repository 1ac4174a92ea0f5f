"""Watches the event loop: how late it runs, and whether it runs at all."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

TICK_SECONDS = 0.25
WINDOW_SECONDS = 60.0
STUCK_SECONDS = 30.0
STUCK_EXIT_CODE = 70
DUMP_SECONDS = 10
STDERR = 2


class LoopWatch:
    """Measures the lag of the loop it is started in, and ends a process whose loop stands still.

    Docker restarts what ends, not what is unhealthy, so a stuck process dumps all stacks to
    standard error and calls end(70).  Code that never releases the GIL stops this watch as well;
    an outside health check has to notice that.

    end: called once, in the watchdog's thread; tests pass their own
    """

    def __init__(
        self,
        *,
        stuck_seconds: float = STUCK_SECONDS,
        window_seconds: float = WINDOW_SECONDS,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self.window_seconds = window_seconds
        self._stuck_seconds = stuck_seconds
        self._end = end
        self._lags: deque[tuple[float, float]] = deque()
        self._due: float | None = None
        self._ticks = 0
        self._stopping = threading.Event()
        self._ticker: asyncio.Task[None] | None = None
        self._watchdog: threading.Thread | None = None

    @property
    def lag_seconds(self) -> float:
        """How late the loop is: the last measured lag, or the overdue one that is growing now."""
        measured = self._lags[-1][1] if self._lags else 0.0
        return max(measured, self._overdue())

    @property
    def worst_seconds(self) -> float:
        """The worst lag within the last window_seconds, the one growing now included."""
        oldest = time.monotonic() - self.window_seconds
        # A copy, because metrics are rendered in another thread.
        recent = (lag for at, lag in tuple(self._lags) if at >= oldest)
        return max(self._overdue(), *recent, 0.0)

    def start(self) -> None:
        """Begin, in the running loop.  A watch is started once."""
        self._ticker = asyncio.create_task(self._tick(), name="loop-watch")
        self._watchdog = threading.Thread(target=self._watch, name="loop-watchdog", daemon=True)
        self._watchdog.start()

    async def stop(self) -> None:
        """End the task and the thread; a watch that never started is fine too."""
        self._stopping.set()
        if self._ticker:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        if self._watchdog:
            self._watchdog.join()

    def _overdue(self) -> float:
        return max(0.0, time.monotonic() - self._due) if self._due else 0.0

    async def _tick(self) -> None:
        try:
            while True:
                self._due = time.monotonic() + TICK_SECONDS
                await asyncio.sleep(TICK_SECONDS)
                self._measured(self._overdue())
        finally:
            # A loop that was closed without stop() is not a stuck one.
            self._stopping.set()

    def _measured(self, lag: float) -> None:
        self._ticks += 1
        now = time.monotonic()
        self._lags.append((now, lag))
        while self._lags[0][0] < now - self.window_seconds:
            self._lags.popleft()

    def _watch(self) -> None:
        glance = min(1.0, self._stuck_seconds / 10)
        seen, silent = -1, 0
        while not self._stopping.wait(glance):
            # Glances are counted, not seconds: while the machine sleeps or the process is
            # stopped this thread does not look either, so that time is nobody's fault.
            silent = silent + 1 if self._ticks == seen else 0
            seen = self._ticks
            if silent * glance >= self._stuck_seconds:
                self._give_up()
                return

    def _give_up(self) -> None:
        # Neither the log (its lock may be what everyone waits for) nor a full pipe behind
        # standard error may hold up the end: then the alarm ends the process.
        _alarm(DUMP_SECONDS)
        line = f"the event loop stood still for {self._stuck_seconds:g} s; every stack:\n"
        os.write(STDERR, line.encode())
        faulthandler.dump_traceback(file=STDERR, all_threads=True)
        _alarm(0)
        self._end(STUCK_EXIT_CODE)


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":
        signal.alarm(seconds)
