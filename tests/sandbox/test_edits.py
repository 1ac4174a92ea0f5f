"""Edits of what the bot has sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.driver import Driver
from tests.sandbox.plain import Api

Json = dict[str, Any]
BUTTONS = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)


@pytest.fixture
async def message(api: Api, ann: int) -> Json:
    sent: Json = await api.result("sendMessage", chat_id=ann, text="1 %", reply_markup=BUTTONS)
    return sent


def place(message: Json) -> Json:
    return {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}


async def test_a_text_becomes_another_and_loses_its_buttons(api: Api, message: Json) -> None:
    edited = await api.result("editMessageText", **place(message), text="2 %")

    assert edited["text"] == "2 %"
    assert "edit_date" in edited and "reply_markup" not in edited


async def test_the_person_sees_the_edit(api: Api, driver: Driver, message: Json) -> None:
    await api.result("editMessageText", **place(message), text="2 %")

    assert (await driver.messages(message["chat"]["id"]))[-1]["text"] == "2 %"


async def test_an_edit_that_changes_nothing_is_refused(api: Api, message: Json) -> None:
    same = {"text": "1 %", "reply_markup": BUTTONS}

    assert await api.problem("editMessageText", **place(message), **same) == NOT_MODIFIED


async def test_the_same_edit_twice_is_refused_too(api: Api, message: Json) -> None:
    await api.result("editMessageText", **place(message), text="2 %")

    assert await api.problem("editMessageText", **place(message), text="2 %") == NOT_MODIFIED


async def test_buttons_can_be_changed_alone(api: Api, message: Json) -> None:
    edited = await api.result("editMessageReplyMarkup", **place(message))

    assert edited["text"] == "1 %"
    assert "reply_markup" not in edited


async def test_a_message_that_is_not_there_cannot_be_edited(api: Api, ann: int) -> None:
    description = await api.problem("editMessageText", chat_id=ann, message_id=99, text="x")

    assert description == "Bad Request: message to edit not found"


async def test_the_messages_of_others_cannot_be_edited(api: Api, ann: int) -> None:
    description = await api.problem("editMessageText", chat_id=ann, message_id=1, text="x")

    assert description == "Bad Request: message can't be edited"


async def test_a_text_has_no_caption(api: Api, message: Json) -> None:
    description = await api.problem("editMessageCaption", **place(message), caption="x")

    assert description == "Bad Request: there is no caption in the message to edit"


async def test_an_unknown_inline_message_is_refused(api: Api) -> None:
    description = await api.problem("editMessageText", inline_message_id="x", text="x")

    assert description == "Bad Request: MESSAGE_ID_INVALID"
