"""The bell wakes whoever waits."""

from __future__ import annotations

import asyncio

from bot.sandbox.bell import Bell


async def test_everybody_who_waits_is_woken() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait()) for _ in range(3)]
    await asyncio.sleep(0)

    bell.ring()

    done, _ = await asyncio.wait(waiting, timeout=5)
    assert len(done) == 3


async def test_a_wait_ends_when_its_time_is_over() -> None:
    bell = Bell()

    await asyncio.wait_for(bell.wait(0.001), timeout=5)

    bell.ring()


async def test_who_woke_and_waits_again_takes_nobody_elses_ring() -> None:
    bell, heard = Bell(), []

    async def greedy() -> None:
        while True:
            await bell.wait()

    async def patient() -> None:
        await bell.wait()
        heard.append("ring")

    greed = asyncio.create_task(greedy())
    await asyncio.sleep(0)
    bell.ring()
    waiting = asyncio.create_task(patient())
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.wait({waiting}, timeout=5)
    greed.cancel()

    assert heard == ["ring"]
