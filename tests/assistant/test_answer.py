"""One answer, from the first sign of life to its end."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.assistant.answer import Answer, Wish
from bot.assistant.screen import Outcome
from bot.assistant.speaker import Ending, Said
from bot.assistant.tokens import Tokens
from bot.assistant.trouble import AssistantError, Trouble
from tests.assistant.fakes import Script, Step, Wall
from tests.waiting import until

QUESTION = [Said("user", "abcd")]
DONE = Outcome(state="done")


class Heard(list[tuple[int | None, str]]):
    """What was noted while the answer grew."""

    async def note(self, message_id: int | None, text: str) -> None:
        self.append((message_id, text))


def answer(*steps: Step, wall: Wall | None = None, heard: Heard | None = None) -> Answer:
    return Answer(
        7,
        QUESTION,
        speaker=Script(*steps),
        screen=wall or Wall(),
        grew=(Heard() if heard is None else heard).note,
    )


async def test_what_comes_is_drawn_while_it_grows() -> None:
    wall, first, second = Wall(), asyncio.Event(), asyncio.Event()
    one = answer("a", first, "b", second, "c", Ending(None), wall=wall)

    running = asyncio.create_task(one.run(5))
    await until(lambda: wall.drawn == ["a"])
    first.set()
    await until(lambda: wall.drawn == ["a", "ab"])
    second.set()

    assert await running == DONE
    assert one.text == "abc"


async def test_pieces_that_come_faster_than_the_pace_are_drawn_together() -> None:
    wall, gates = Wall(pace=60), [asyncio.Event() for _ in range(3)]
    one = answer("a", gates[0], "b", gates[1], "c", gates[2], Ending(None), wall=wall)
    running = asyncio.create_task(one.run(5))
    await until(lambda: wall.drawn)

    for gate, text in zip(gates, ("ab", "abc"), strict=False):
        gate.set()
        await until(partial(is_at, one, text))
        await turns()
    gates[2].set()
    await running

    assert wall.drawn == ["a"]


def is_at(one: Answer, text: str) -> bool:
    return one.text == text


async def turns() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_where_it_grows_and_how_far_is_noted() -> None:
    heard, go_on = Heard(), asyncio.Event()
    one = answer("abc", go_on, Ending(None), heard=heard)

    running = asyncio.create_task(one.run(5))
    await until(lambda: len(heard) > 1)
    go_on.set()
    await running

    assert heard == [(105, ""), (105, "abc")]


async def test_tokens_are_those_that_the_endpoint_tells() -> None:
    one = answer("a", Ending(Tokens(input=5, output=6)))

    await one.run(5)

    assert one.tokens == Tokens(input=5, output=6)


async def test_tokens_that_nobody_tells_are_estimated() -> None:
    one = answer("abcdefgh", Ending(None))

    await one.run(5)

    assert one.tokens == Tokens(input=1 + 3 + 3, output=2, is_estimated=True)


@pytest.mark.parametrize(
    ("wish", "error"), [("stopped", None), ("interrupted", Trouble.INTERRUPTED)]
)
async def test_it_can_be_ended_with_what_has_come(wish: Wish, error: Trouble | None) -> None:
    wall = Wall()
    one = answer("a", asyncio.Event(), wall=wall)
    running = asyncio.create_task(one.run(5))
    await until(lambda: wall.drawn)

    one.end(wish)

    assert await running == Outcome(state=wish, error=error)
    assert (one.text, one.tokens.is_estimated) == ("a", True)


async def test_who_stops_before_it_begins_hears_nothing() -> None:
    one = answer("a", Ending(None))

    one.end("stopped")

    assert await one.run(5) == Outcome(state="stopped")


async def test_a_failure_has_its_name() -> None:
    one = answer("a", AssistantError(Trouble.RATE_LIMITED, retry_after=9))

    outcome = await one.run(5)

    assert outcome == Outcome(state="failed", error=Trouble.RATE_LIMITED, retry_after=9)


async def test_a_mistake_of_ours_is_a_failure_too() -> None:
    assert await answer(ZeroDivisionError()).run(5) == Outcome(
        state="failed", error=Trouble.INTERNAL
    )


async def test_nothing_is_asked_when_nobody_can_be_shown_anything() -> None:
    wall = Wall()
    wall.is_gone = True

    outcome = await answer(wall=wall).run(5)

    assert outcome == Outcome(state="failed", error=Trouble.CANCELLED)


async def test_nothing_is_read_on_when_the_reader_is_gone() -> None:
    wall, go_on = Wall(), asyncio.Event()
    one = answer("a", go_on, "b", asyncio.Event(), wall=wall)
    running = asyncio.create_task(one.run(5))
    await until(lambda: wall.drawn)
    wall.is_gone = True

    go_on.set()

    assert await running == Outcome(state="failed", error=Trouble.CANCELLED)


async def test_somebody_types_as_long_as_it_takes() -> None:
    wall = Wall()
    one = answer(asyncio.Event(), wall=wall)
    running = asyncio.create_task(one.run(5))

    await until(lambda: wall.beats)
    one.end("stopped")
    await running

    assert wall.drawn == []
