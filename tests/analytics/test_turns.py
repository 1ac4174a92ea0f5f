"""Turns are given in order, to so many at a time, and not waited for without end."""

from __future__ import annotations

import asyncio

import pytest

from bot.analytics.turns import BusyError, Turns
from tests.waiting import until


async def hold(turns: Turns, end: asyncio.Event, *, is_patient: bool = False) -> None:
    async with turns.taken(60, is_patient=is_patient):
        await end.wait()


async def test_a_turn_is_waited_for_and_given_back() -> None:
    turns = Turns(1)
    order = []

    async def take(name: str) -> None:
        async with turns.taken(60):
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(take("a"), take("b"), take("c"))

    assert order == ["a", "b", "c"]


async def test_who_waits_in_vain_is_told_to_ask_again() -> None:
    turns = Turns(1)

    async with turns.taken(60):
        with pytest.raises(BusyError, match="ask again"):
            async with turns.taken(0.01):
                pytest.fail("there was no turn")
    async with turns.taken(60):
        pass


async def test_when_many_wait_only_the_patient_wait_with_them() -> None:
    turns, end = Turns(1, waiting=1), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(hold(turns, end))
        tasks.create_task(hold(turns, end))
        await until(lambda: turns.waiting == 1)

        with pytest.raises(BusyError, match="Too much"):
            await hold(turns, end)
        tasks.create_task(hold(turns, end, is_patient=True))
        await until(lambda: turns.waiting == 2)
        end.set()

    assert turns.waiting == 0


async def test_who_leaves_while_waiting_takes_no_turn() -> None:
    turns = Turns(1)
    async with turns.taken(60):
        waits = asyncio.create_task(hold(turns, asyncio.Event()))
        await until(lambda: turns.waiting == 1)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits

    async with turns.taken(0.01):
        assert turns.waiting == 0
