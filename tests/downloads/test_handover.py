"""Words are said a few times, and Telegram is given the time that it asks for, within bounds."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.downloads.courier import DeliveryError
from bot.downloads.handover import WORDS_ATTEMPTS, say
from bot.downloads.trouble import DownloadError, Trouble
from tests.downloads.queue_scene import QUICK

BUSY = DeliveryError(passing=True, retry_after=0.05)
FOR_LONG = DeliveryError(passing=True, retry_after=3600)


class Listener:
    """Hears words, but not before *problems* are used up; at: when it was spoken to."""

    def __init__(self, *problems: Exception) -> None:
        self._problems = list(problems)
        self.at: list[float] = []

    async def hear(self) -> None:
        self.at.append(asyncio.get_running_loop().time())
        if self._problems:
            raise self._problems.pop(0)


async def test_words_wait_as_long_as_telegram_asks() -> None:
    listener = Listener(BUSY)

    await say(listener.hear, replace(QUICK, longest_delivery_wait=60))

    first, second = listener.at
    assert round(second - first, 3) >= BUSY.retry_after  # uvloop's clock counts milliseconds


async def test_words_do_not_wait_for_hours() -> None:
    listener = Listener(FOR_LONG, FOR_LONG, FOR_LONG)

    async with asyncio.timeout(20):
        await say(listener.hear, replace(QUICK, longest_delivery_wait=0.01))

    assert len(listener.at) == WORDS_ATTEMPTS


@pytest.mark.parametrize(
    "problem", [DownloadError(Trouble.cancelled), DeliveryError(passing=False), OSError()]
)
async def test_words_that_cannot_arrive_are_said_once(problem: Exception) -> None:
    listener = Listener(problem)

    await say(listener.hear, QUICK)

    assert len(listener.at) == 1
