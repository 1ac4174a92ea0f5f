"""Whether there is room on the disk for another download."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.analytics.health import Probe, Reading
from bot.analytics.probes import nearest_folder


def room_of(folder: Path, min_free_bytes: int) -> Probe:
    """Bytes that are free where downloads are made; warns when they have to wait for room."""

    async def probe() -> Reading:
        # In a thread, because a network disk may hang.
        usage = await asyncio.to_thread(lambda: shutil.disk_usage(nearest_folder(folder)))
        return Reading(
            value=usage.free,
            unit="bytes",
            warn_at=min_free_bytes,
            is_low_bad=True,
            output="downloads wait for room" if usage.free <= min_free_bytes else "",
        )

    return probe
