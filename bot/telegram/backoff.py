"""How long to wait before Telegram is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram.exceptions import (
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.utils.backoff import Backoff, BackoffConfig

T = TypeVar("T")

PATIENT = BackoffConfig(min_delay=1.0, max_delay=30.0, factor=2.0, jitter=0.2)
# Errors that end by themselves, sooner or later.
PASSING = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)

log = structlog.get_logger(__name__)


async def endlessly(
    what: str, call: Callable[[], Awaitable[T]], config: BackoffConfig = PATIENT
) -> T:
    """What *call* returns, however long Telegram is out of reach.

    *what* is for the log.  Raises the errors that time does not heal.
    """
    backoff = Backoff(config)
    while True:
        try:
            return await call()
        except PASSING as exc:
            seconds = next(backoff)
            log.warning(
                "telegram out of reach", call=what, error=summary(exc), again_in=round(seconds, 1)
            )
        await asyncio.sleep(seconds)


def summary(exc: Exception) -> str:
    """*exc* in one line."""
    return " ".join(str(exc).split()) or type(exc).__name__
