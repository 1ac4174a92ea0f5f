"""Rounds go on after a failure, and end between two steps."""

from __future__ import annotations

import asyncio

from bot.analytics.audience.rounds import Rounds
from tests.waiting import until


async def test_steps_follow_each_other_until_the_end() -> None:
    done: list[int] = []

    async def step() -> float:
        done.append(1)
        return 0

    rounds = Rounds("test", step)
    rounds.start()
    rounds.start()
    await until(lambda: len(done) > 3)
    await rounds.stop()
    count = len(done)
    await asyncio.sleep(0)

    assert len(done) == count


async def test_the_end_waits_for_the_step() -> None:
    is_in, may_end, done = asyncio.Event(), asyncio.Event(), []

    async def step() -> float:
        is_in.set()
        await may_end.wait()
        done.append(1)
        return 100

    rounds = Rounds("test", step)
    rounds.start()
    await is_in.wait()
    stop = asyncio.create_task(rounds.stop())
    await asyncio.sleep(0)
    may_end.set()
    await stop

    assert done == [1]


async def test_a_step_that_fails_is_taken_again() -> None:
    done: list[int] = []

    async def step() -> float:
        done.append(1)
        if len(done) == 1:
            raise OSError("the disk is away")
        return 100

    rounds = Rounds("test", step, pause_after_failure=0)
    rounds.start()
    await until(lambda: len(done) > 1)
    await rounds.stop()

    assert len(done) == 2


async def test_it_can_begin_again_after_the_end() -> None:
    done: list[int] = []

    async def step() -> float:
        done.append(1)
        return 100

    rounds = Rounds("test", step)
    for n in (1, 2):
        rounds.start()
        await until(lambda n=n: len(done) == n)  # type: ignore[misc]  # a lambda with its number
        await rounds.stop()

    assert len(done) == 2
