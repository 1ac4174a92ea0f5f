"""Facts are told before the handler runs, each once; whose button it was is known by then."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.dispatcher.event.bases import SkipHandler

from bot.analytics.events import ButtonPressed, ChatJoined, Event, MessageReceived, UserSeen
from tests.middlewares.stage import (
    BURST,
    Stage,
    echo,
    fail,
    messages_to,
    nothing,
    presses_to,
)
from tests.updates import ALICE, GROUP, NOON, moves, presses, says, told


async def skip(_: Any) -> None:
    """Leave it to the next handler."""
    raise SkipHandler


def buttons(stage: Stage) -> list[str]:
    return [fact.button for fact in stage.facts(ButtonPressed)]


async def test_a_press_is_told_with_who_where_and_whose_button() -> None:
    stage = Stage(presses_to(nothing))

    await stage.hears(presses(ALICE, "x", GROUP))

    assert stage.facts(ButtonPressed) == [
        ButtonPressed(at=NOON, user_id=ALICE.id, chat_id=GROUP.id, button="nothing")
    ]


async def test_a_press_below_an_inline_message_is_in_no_chat() -> None:
    stage = Stage()
    press = {"id": "1", "chat_instance": "1", "inline_message_id": "1"}

    await stage.hears(told(callback_query=press | {"from": ALICE.model_dump(exclude_none=True)}))

    assert [fact.chat_id for fact in stage.facts(ButtonPressed)] == [None]


async def test_a_button_that_nobody_knows_is_other() -> None:
    stage = Stage()

    await stage.hears(presses(ALICE, "forged; DROP TABLE"))

    assert buttons(stage) == ["other"]


async def test_a_press_that_is_refused_is_other() -> None:
    stage = Stage(presses_to(nothing))

    await stage.hears(*(presses(ALICE, "x") for _ in range(BURST + 1)))

    assert buttons(stage) == ["nothing"] * BURST + ["other"]


async def test_a_press_whose_handler_fails_is_told_once() -> None:
    stage = Stage(presses_to(fail))

    await stage.hears(presses(ALICE, "x"))

    assert buttons(stage) == ["fail"]


@pytest.mark.parametrize("handlers", [(skip, nothing), (skip, skip)])
async def test_a_press_that_is_handed_on_is_told_once(handlers: tuple[Any, ...]) -> None:
    stage = Stage(presses_to(*handlers))

    await stage.hears(presses(ALICE, "x"))

    assert buttons(stage) == ["skip"]


async def test_a_handler_finds_its_press_told_so_that_it_can_be_forgotten() -> None:
    async def look(_: Any) -> None:
        seen.extend(stage.told)

    seen: list[Event] = []
    stage = Stage(presses_to(look))

    await stage.hears(presses(ALICE, "x"))

    assert [type(fact) for fact in seen] == [UserSeen, ButtonPressed]


async def test_after_the_handler_nothing_is_told_about_the_person() -> None:
    async def forget(_: Any) -> None:
        stage.told.clear()

    stage = Stage(presses_to(forget), messages_to(forget))

    await stage.hears(presses(ALICE, "x"), says(ALICE, "forget me"))

    assert not any(hasattr(fact, "user_id") for fact in stage.told)


async def test_who_comes_into_a_group_is_told() -> None:
    stage = Stage()

    await stage.hears(moves(ALICE, "left", "member"))

    assert [fact.user_id for fact in stage.facts(ChatJoined)] == [ALICE.id]
    assert stage.facts(UserSeen) == []


async def test_who_is_there_is_told_before_what_they_did() -> None:
    stage = Stage()

    await stage.hears(says(ALICE, "hi"))

    assert [type(fact) for fact in stage.told][:2] == [UserSeen, MessageReceived]


async def test_an_update_that_cannot_be_read_is_answered_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def unknown() -> str | None:
        raise ConnectionError

    stage = Stage(messages_to(echo), username=unknown)

    await stage.hears(says(ALICE, "/start@TestBot"))

    assert stage.outbox.texts == ["/start@TestBot"]
    assert stage.handled().outcome == "handled"
    assert "update not read" in caplog.text
