"""Waits for a condition, not for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 20  # seconds; a machine that is busy is not a failure


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return when *condition* holds; TimeoutError if it never does."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110  anything may be the condition, so nobody signals
            await asyncio.sleep(0.005)
