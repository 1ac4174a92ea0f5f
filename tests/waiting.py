"""Waits for a condition, not for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE = 20  # seconds; a machine that is busy is not a failure


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return when *condition* holds; TimeoutError if it never does."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110  anything may be the condition, so nobody signals
            await asyncio.sleep(0.005)


async def until_true(
    condition: Callable[[], Awaitable[object]], patience: float = PATIENCE
) -> None:
    """As until(), for a condition that has to ask somebody."""
    async with asyncio.timeout(patience):
        while not await condition():  # noqa: ASYNC110  as above
            await asyncio.sleep(0.02)
