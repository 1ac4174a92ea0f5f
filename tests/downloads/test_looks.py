"""Looks in the background: one a person, few at once, ended with the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.analytics.bus import Bus
from bot.analytics.events import ErrorRaised
from bot.downloads.looks import BusyError, Look, Looks
from tests.downloads.queue_scene import ANN, BOB, EVE
from tests.fakes import Recorder
from tests.waiting import until

PLACE = (ANN, 7)


@pytest.fixture
def told() -> Recorder:
    return Recorder()


@pytest.fixture
async def looks(told: Recorder) -> AsyncIterator[Looks]:
    one = Looks(Bus(told), at_once=1, most=2)
    yield one
    await one.close()


async def endless(look: Look) -> None:
    """Look for ever."""
    look.place = PLACE
    await asyncio.Event().wait()


async def test_a_person_has_one_look_at_a_time(looks: Looks) -> None:
    looks.begin(ANN, endless)

    with pytest.raises(BusyError) as refused:
        looks.begin(ANN, endless)

    assert refused.value.is_own


async def test_all_together_have_a_bound(looks: Looks) -> None:
    looks.begin(ANN, endless)
    looks.begin(BOB, endless)

    with pytest.raises(BusyError) as refused:
        looks.begin(EVE, endless)

    assert not refused.value.is_own


async def test_only_few_look_at_once(looks: Looks) -> None:
    inside: list[int] = []

    async def work(look: Look) -> None:
        async with looks.room():
            inside.append(look.user_id)
            await endless(look)

    looks.begin(ANN, work)
    looks.begin(BOB, work)
    await until(lambda: inside)
    assert looks.stop(PLACE, ANN) == "stopped"
    await until(lambda: len(inside) == 2)

    assert inside == [ANN, BOB]


async def test_only_its_person_stops_a_look(looks: Looks) -> None:
    seen: list[Look] = []

    async def work(look: Look) -> None:
        seen.append(look)
        await endless(look)

    looks.begin(ANN, work)
    await until(lambda: seen)

    assert looks.stop(PLACE, BOB) == "theirs"
    assert looks.stop((ANN, 8), ANN) == "over"
    assert looks.stop(PLACE, ANN) == "stopped"
    assert seen[0].is_unwanted


async def test_after_a_look_there_is_room_for_the_next(looks: Looks) -> None:
    done: list[int] = []

    async def work(look: Look) -> None:
        done.append(look.user_id)

    for _ in range(3):
        looks.begin(ANN, work)
        await until(lambda: looks.in_progress == 0)

    assert done == [ANN] * 3


async def test_a_bug_in_a_look_is_a_fact_and_harms_no_other(looks: Looks, told: Recorder) -> None:
    async def broken(look: Look) -> None:
        raise ZeroDivisionError(look.user_id)

    looks.begin(ANN, broken)
    await until(lambda: told)

    looks.begin(ANN, endless)
    assert isinstance(told[0], ErrorRaised)
    assert told[0].where == "look"


async def test_close_lets_a_look_say_goodbye(looks: Looks) -> None:
    said: list[str] = []

    async def polite(look: Look) -> None:
        try:
            await endless(look)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            said.append("goodbye")
            raise

    looks.begin(ANN, polite)
    await asyncio.sleep(0)
    await looks.close()

    assert said == ["goodbye"]
