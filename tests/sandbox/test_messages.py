"""Messages the bot sends, forwards, copies, deletes and pins."""

from __future__ import annotations

from typing import Any

import pytest

from tests.driver import Driver
from tests.sandbox.plain import Api

Json = dict[str, Any]


async def test_a_text_goes_out_in_the_name_of_the_bot(api: Api, ann: int) -> None:
    message = await api.result("sendMessage", chat_id=ann, text=" hello ")

    assert (message["text"], message["from"]["id"], message["message_id"]) == ("hello", 424242, 2)


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"text": " "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🙂" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": 5}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
    ],
)
async def test_an_impossible_text_is_refused(
    api: Api, ann: int, params: Json, problem: str
) -> None:
    description = await api.problem("sendMessage", **{"chat_id": ann, **params})

    assert description == f"Bad Request: {problem}"


async def test_the_longest_text_goes_out(api: Api, ann: int) -> None:
    message = await api.result("sendMessage", chat_id=ann, text="x" * 4096)

    assert len(message["text"]) == 4096


async def test_who_never_wrote_cannot_be_written_to(api: Api, driver: Driver) -> None:
    stranger = await driver.person("Bob")

    envelope = await api("sendMessage", chat_id=stranger, text="hello")

    problem = "Forbidden: bot can't initiate conversation with a user"
    assert (envelope["error_code"], envelope["description"]) == (403, problem)


async def test_who_blocked_the_bot_cannot_be_written_to(
    api: Api, driver: Driver, ann: int
) -> None:
    await driver.block(ann)

    envelope = await api("sendMessage", chat_id=ann, text="hello")

    problem = "Forbidden: bot was blocked by the user"
    assert (envelope["error_code"], envelope["description"]) == (403, problem)


async def test_a_channel_is_reached_by_its_username(api: Api, driver: Driver) -> None:
    channel = await driver.channel(title="News", username="daily_news")

    message = await api.result("sendMessage", chat_id="@Daily_News", text="hello")

    assert message["sender_chat"]["id"] == message["chat"]["id"] == channel


async def test_a_reply_shows_what_it_answers(api: Api, ann: int) -> None:
    reply = {"message_id": 1}

    message = await api.result("sendMessage", chat_id=ann, text="x", reply_parameters=reply)

    assert message["reply_to_message"]["text"] == "/start"


async def test_a_reply_to_nothing_can_be_allowed(api: Api, ann: int) -> None:
    reply = {"message_id": 9, "allow_sending_without_reply": True}

    message = await api.result("sendMessage", chat_id=ann, text="x", reply_parameters=reply)

    assert "reply_to_message" not in message


async def test_a_topic_is_kept(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    message = await api.result("sendMessage", chat_id=group, text="x", message_thread_id=7)

    assert (message["message_thread_id"], message["is_topic_message"]) == (7, True)


async def test_a_reply_keyboard_stays_until_it_is_taken_away(
    api: Api, driver: Driver, ann: int
) -> None:
    keyboard = {"keyboard": [["Yes", {"text": "No"}]]}
    await api.result("sendMessage", chat_id=ann, text="?", reply_markup=keyboard)
    shown = (await driver.chat(ann))["keyboard"]

    await api.result("sendMessage", chat_id=ann, text="!", reply_markup={"remove_keyboard": True})

    assert shown == {"keyboard": [[{"text": "Yes"}, {"text": "No"}]]}
    assert (await driver.chat(ann))["keyboard"] is None


async def test_a_forward_says_where_it_came_from(api: Api, ann: int) -> None:
    message = await api.result("forwardMessage", chat_id=ann, from_chat_id=ann, message_id=1)

    assert message["text"] == "/start"
    assert message["forward_origin"]["sender_user"]["id"] == ann


async def test_a_forwarded_post_names_its_channel(api: Api, driver: Driver, ann: int) -> None:
    channel = await driver.channel(title="News")
    post = await driver.publish(channel, "hello")

    message = await api.result(
        "forwardMessage", chat_id=ann, from_chat_id=channel, message_id=post["message_id"]
    )

    assert message["forward_origin"]["chat"]["id"] == channel


async def test_a_copy_says_nothing_of_its_origin(api: Api, driver: Driver, ann: int) -> None:
    await api.result("copyMessage", chat_id=ann, from_chat_id=ann, message_id=1)

    copied = (await driver.messages(ann))[-1]
    assert (copied["text"], copied["from"]["is_bot"]) == ("/start", True)
    assert "forward_origin" not in copied


@pytest.mark.parametrize("method", ["forwardMessages", "copyMessages"])
async def test_several_go_at_once_without_those_that_are_gone(
    api: Api, ann: int, method: str
) -> None:
    sent = await api.result(method, chat_id=ann, from_chat_id=ann, message_ids=[1, 99])

    assert sent == [{"message_id": 2}]


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        ("forwardMessage", "message to forward not found"),
        ("copyMessage", "message to copy not found"),
        ("deleteMessage", "message to delete not found"),
        ("pinChatMessage", "message to pin not found"),
        ("unpinChatMessage", "message to unpin not found"),
    ],
)
async def test_what_is_not_there_is_refused(api: Api, ann: int, method: str, problem: str) -> None:
    description = await api.problem(method, chat_id=ann, from_chat_id=ann, message_id=99)

    assert description == f"Bad Request: {problem}"


async def test_a_deleted_message_is_gone(api: Api, driver: Driver, ann: int) -> None:
    await api.result("deleteMessage", chat_id=ann, message_id=1)

    assert await driver.messages(ann) == []


async def test_several_are_deleted_at_once(api: Api, driver: Driver, ann: int) -> None:
    await api.result("deleteMessages", chat_id=ann, message_ids=[1, 99])

    assert await driver.messages(ann) == []


@pytest.mark.parametrize("ids", ["x", [True], list(range(101))])
async def test_a_list_of_ids_that_is_none_is_refused(api: Api, ann: int, ids: object) -> None:
    envelope = await api("deleteMessages", chat_id=ann, message_ids=ids)

    assert envelope["error_code"] == 400


async def test_a_pin_shows_and_is_said(api: Api, driver: Driver, ann: int) -> None:
    await api.result("pinChatMessage", chat_id=ann, message_id=1)

    assert (await driver.chat(ann))["pinned"] == [1]
    assert (await driver.messages(ann))[-1]["pinned_message"]["text"] == "/start"


async def test_unpinning_takes_the_newest_by_default(api: Api, driver: Driver, ann: int) -> None:
    for number in (1, 2):
        await api.result("pinChatMessage", chat_id=ann, message_id=number)

    await api.result("unpinChatMessage", chat_id=ann)

    assert (await driver.chat(ann))["pinned"] == [1]


async def test_typing_shows_until_the_message_comes(api: Api, driver: Driver, ann: int) -> None:
    await api.result("sendChatAction", chat_id=ann, action="typing")
    before = (await driver.chat(ann))["action"]

    await api.result("sendMessage", chat_id=ann, text="done")

    assert (before, (await driver.chat(ann))["action"]) == ("typing", "")


async def test_an_unknown_action_is_refused(api: Api, ann: int) -> None:
    description = await api.problem("sendChatAction", chat_id=ann, action="dancing")

    assert description == "Bad Request: wrong parameter action in request"
