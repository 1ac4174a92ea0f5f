"""Waiting that ends: for those who answer people while the database may be away."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What *work* returns or raises; TimeoutError after *seconds*, whatever it is doing then.

    asyncio.timeout() would wait for the clean-up too, and that of a stuck database is stuck.
    """
    task = asyncio.create_task(work, name="bounded read")
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise TimeoutError
        return task.result()
    finally:
        if not task.done():
            task.add_done_callback(_ended)
            task.cancel()


def _ended(task: asyncio.Task[Any]) -> None:
    """Nobody waits any more, so nobody else would ask how it ended."""
    if not task.cancelled():
        task.exception()
