"""A process with one job, for a test that sets its clock.

Each run prints by how many hours the wall clock has been set since the start.
"""

from __future__ import annotations

import asyncio
import sys
import time

from bot.analytics.bus import Bus
from bot.jobs import Job, Scheduler

INTERVAL = 0.5
HOUR = 3_600


def offset() -> float:
    """Seconds between the clock that can be set and the one that cannot."""
    return time.time() - time.monotonic()


async def main() -> None:
    """Run until somebody closes our standard input."""
    start = offset()

    async def report() -> None:
        sys.stdout.write(f"{round((offset() - start) / HOUR):+d}\n")
        sys.stdout.flush()

    scheduler = Scheduler([Job(name="report", seconds=INTERVAL, run=report)], Bus())
    scheduler.start()
    await asyncio.to_thread(sys.stdin.read)
    await scheduler.stop()


if __name__ == "__main__":
    asyncio.run(main())
