"""Waiting ends, even for work that will not be cancelled."""

from __future__ import annotations

import asyncio

import pytest

from bot.billing.bounded import within


async def test_what_comes_in_time_comes_back() -> None:
    assert await within(10, asyncio.sleep(0, "here")) == "here"


async def test_what_fails_raises() -> None:
    async def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await within(10, fail())


async def test_work_that_resists_is_left_behind() -> None:
    release, ended = asyncio.Event(), asyncio.Event()

    async def resist() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await release.wait()
            ended.set()
            raise LookupError  # nobody hears it, and nobody complains

    with pytest.raises(TimeoutError):
        await within(0.01, resist())

    assert not ended.is_set()
    release.set()
    await ended.wait()


async def test_who_is_cancelled_cancels_the_work() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    waiting = asyncio.create_task(within(60, work()))
    await begun.wait()
    waiting.cancel()

    await cancelled.wait()
    assert (await asyncio.gather(waiting, return_exceptions=True))[0] is not None
