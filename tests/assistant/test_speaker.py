"""A second try is for what passes by itself, and only while nobody has read a word."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from bot.assistant.speaker import Ending, Persistent, Piece, Said
from bot.assistant.trouble import PASSING, AssistantError, Trouble

END = Ending(None)


class Moody:
    """Fails with what is in *moods*, one by one, after saying the words before it."""

    def __init__(self, *moods: tuple[str, AssistantError | None]) -> None:
        self._moods = list(moods)
        self.asked = 0

    async def answer(self, messages: Sequence[Said]) -> AsyncGenerator[Piece]:
        self.asked += 1
        words, trouble = self._moods.pop(0)
        if words:
            yield words
        if trouble:
            raise trouble
        yield END


async def heard(speaker: Moody) -> list[Piece]:
    async with aclosing(Persistent(speaker, pause=0).answer([])) as pieces:
        return [piece async for piece in pieces]


@pytest.mark.parametrize("trouble", sorted(PASSING))
async def test_what_passes_is_tried_once_more(trouble: Trouble) -> None:
    speaker = Moody(("", AssistantError(trouble)), ("Hello", None))

    assert await heard(speaker) == ["Hello", END]


async def test_two_failures_are_enough() -> None:
    speaker = Moody(*[("", AssistantError(Trouble.SERVER))] * 3)

    with pytest.raises(AssistantError):
        await heard(speaker)

    assert speaker.asked == 2


@pytest.mark.parametrize("trouble", sorted(set(Trouble) - PASSING))
async def test_what_does_not_pass_is_not_tried_again(trouble: Trouble) -> None:
    speaker = Moody(("", AssistantError(trouble)), ("Hello", None))

    with pytest.raises(AssistantError):
        await heard(speaker)

    assert speaker.asked == 1


async def test_what_was_begun_is_not_said_twice() -> None:
    speaker = Moody(("Hel", AssistantError(Trouble.SERVER)), ("Hello", None))

    with pytest.raises(AssistantError):
        await heard(speaker)

    assert speaker.asked == 1


async def test_nobody_is_kept_waiting_for_long() -> None:
    limited = AssistantError(Trouble.RATE_LIMITED, retry_after=60)
    speaker = Moody(("", limited), ("Hello", None))

    with pytest.raises(AssistantError):
        await heard(speaker)

    assert speaker.asked == 1
