"""Hands files and words to the courier, again and again while that may help."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.downloads.courier import DeliveryError
from bot.downloads.timing import Timing, back_off
from bot.downloads.trouble import DownloadError

WORDS_ATTEMPTS = 3
Result = TypeVar("Result")

log = structlog.get_logger(__name__)


async def hand_over(deliver: Callable[[], Awaitable[Result]], timing: Timing) -> Result:
    """What *deliver* returns, after several tries if need be, since the file is here already.

    Raises what *deliver* does when that cannot pass, or has not passed.
    """
    tries = 0
    while True:
        try:
            return await deliver()
        except DeliveryError as error:
            tries += 1
            if not error.is_passing or tries == timing.deliveries:
                raise
            wait = back_off(tries, timing.first_delivery_wait, timing.longest_delivery_wait)
            log.info("delivery tried again", tries=tries)
            await asyncio.sleep(max(wait, error.retry_after))


async def say(words: Callable[[], Awaitable[None]], timing: Timing) -> None:
    """Say a few words, which are not worth more than a few tries; raises nothing.

    Where Telegram asks for patience, it gets it, for longest_delivery_wait at most.
    """
    for tries in range(1, WORDS_ATTEMPTS + 1):
        try:
            async with asyncio.timeout(timing.words):
                return await words()
        except (DownloadError, TimeoutError) as exc:
            log.info("words not delivered", error=type(exc).__name__, tries=tries)
            if tries == WORDS_ATTEMPTS or (isinstance(exc, DownloadError) and not exc.is_passing):
                return None
            asked = exc.retry_after if isinstance(exc, DeliveryError) else 0.0
        except Exception:
            log.exception("words not delivered")
            return None
        wait = back_off(tries, timing.first_delivery_wait, timing.say)
        await asyncio.sleep(max(wait, min(asked, timing.longest_delivery_wait)))
    return None
