"""Waiting for something to happen in the world."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.world import World

T = TypeVar("T")


async def until(world: World, look: Callable[[], T], seconds: float) -> T:
    """What *look* sees, as soon as it is something; after *seconds* whatever it sees."""
    ends_at = time.monotonic() + seconds
    seen = look()
    while not seen and not world.is_closing and time.monotonic() < ends_at:
        await world.noticed.wait(ends_at - time.monotonic())
        seen = look()
    return seen
