"""Guesses stay away from the database, and keep nobody out who is right."""

from __future__ import annotations

import asyncio

import pytest

from bot.web.api.guesses import (
    LISTED_SECONDS,
    NAMED_BURST,
    WRONG_BURST,
    Guesses,
    HasteError,
)
from tests.web.api.watching import Turned

RIGHT, OTHER = "telegauge_0a_right", "telegauge_0b_other"


class Desk:
    """Has two secrets, and counts how often anybody looks."""

    def __init__(self) -> None:
        self.clock = Turned()
        self.right = {RIGHT, OTHER}
        self.finds = self.lists = 0
        self.is_away = False
        self.guesses = Guesses(self.ids, self.clock)

    async def ids(self) -> set[str]:
        self.lists += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise OSError("the database is gone")
        return {one.split("_")[1] for one in self.right}

    async def find(self, sent: str) -> str | None:
        self.finds += 1
        await asyncio.sleep(0)
        return sent if sent in self.right else None

    async def look_up(self, sent: str) -> str | None:
        return await self.guesses.look_up(sent, "127.0.0.1", self.find)

    async def guess(self, times: int) -> list[str | BaseException | None]:
        """So many at once."""
        some = (self.look_up(f"telegauge_{n:08x}_wrong") for n in range(times))
        return await asyncio.gather(*some, return_exceptions=True)


async def test_guesses_are_not_looked_for_without_end() -> None:
    desk = Desk()

    answers = await desk.guess(300)

    assert sum(isinstance(one, HasteError) for one in answers) == 300 - WRONG_BURST
    assert (desk.finds, desk.lists) == (WRONG_BURST, 1)


async def test_who_is_right_is_let_in_whoever_else_guesses_there() -> None:
    desk = Desk()
    await desk.guess(30)

    assert await desk.look_up(RIGHT) == RIGHT
    assert await desk.look_up(OTHER) == OTHER


async def test_who_is_right_is_no_guesser_however_many_come() -> None:
    desk = Desk()
    for _ in range(100):
        await desk.look_up(RIGHT)

    assert await desk.look_up("wrong") is None


async def test_who_is_right_gets_in_however_many_come_at_once() -> None:
    desk = Desk()

    found = await asyncio.gather(*(desk.look_up(RIGHT) for _ in range(100)))

    assert found == [RIGHT] * 100


async def test_the_rest_of_an_id_that_was_seen_is_not_guessed_without_end() -> None:
    desk = Desk()
    await desk.guess(30)
    before = desk.finds

    guesses = (desk.look_up(f"telegauge_0a_wrong{n}") for n in range(1_000))
    answers = await asyncio.gather(*guesses, return_exceptions=True)

    assert all(isinstance(one, HasteError) for one in answers)
    assert desk.finds - before == NAMED_BURST
    assert await desk.look_up(OTHER) == OTHER


async def test_a_list_that_failed_is_asked_for_again() -> None:
    desk = Desk()
    await desk.guess(20)
    desk.is_away = True
    with pytest.raises(OSError, match="gone"):
        await desk.look_up(RIGHT)

    desk.is_away = False

    assert await desk.look_up(RIGHT) == RIGHT


async def test_what_is_new_is_known_a_second_later() -> None:
    desk = Desk()
    await desk.guess(30)
    desk.right.add("share_0c_new")

    with pytest.raises(HasteError):
        await desk.look_up("share_0c_new")
    desk.clock.seconds += LISTED_SECONDS

    assert await desk.look_up("share_0c_new") == "share_0c_new"


async def test_to_know_an_id_is_not_enough() -> None:
    desk = Desk()
    await desk.guess(30)

    with pytest.raises(HasteError):
        await desk.look_up("telegauge_0a_wrong")


async def test_nothing_is_no_guess() -> None:
    desk = Desk()

    assert {await desk.look_up("") for _ in range(50)} == {None}
    assert desk.finds == 0
