"""What people write and change, and how it is read back."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from tests.driver import Driver, RefusedError
from tests.sandbox.plain import Api

Json = dict[str, Any]


async def newest(api: Api) -> Json:
    update: Json = (await api.result("getUpdates", offset=-1))[0]
    return update


async def test_typed_text_gets_its_entities(api: Api, driver: Driver, ann: int) -> None:
    await driver.write(ann, "/download https://example.org/v")

    message = (await newest(api))["message"]

    assert [one["type"] for one in message["entities"]] == ["bot_command", "url"]


async def test_an_answer_shows_what_it_answers(driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "yes", reply_to=1)

    assert message["reply_to_message"]["text"] == "/start"


async def test_an_edit_reaches_the_bot(api: Api, driver: Driver, ann: int) -> None:
    await driver.edit(ann, 1, "/help")

    message = (await newest(api))["edited_message"]

    assert (message["message_id"], message["text"]) == (1, "/help")
    assert "edit_date" in message


async def test_an_update_shows_the_text_of_its_time(api: Api, driver: Driver, ann: int) -> None:
    await driver.edit(ann, 1, "/help")

    first, second = await api.result("getUpdates")

    assert first["message"]["text"] == "/start"
    assert second["edited_message"]["text"] == "/help"


async def test_a_post_reaches_the_bot(api: Api, driver: Driver) -> None:
    channel = await driver.channel(title="News")

    await driver.publish(channel, "hello")

    assert (await newest(api))["channel_post"]["sender_chat"]["id"] == channel


async def test_an_administrator_can_write_as_the_group(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    await driver.write(ann, "hello", group, anonymous=True)

    message = (await newest(api))["message"]
    assert message["sender_chat"]["id"] == group
    assert message["from"]["username"] == "GroupAnonymousBot"


async def test_a_person_can_write_as_a_channel(api: Api, driver: Driver, ann: int) -> None:
    group, channel = await driver.group(ann), await driver.channel(ann)

    await driver.write(ann, "hello", group, as_channel=channel)

    assert (await newest(api))["message"]["sender_chat"]["id"] == channel


async def test_an_attached_file_comes_with_its_caption(api: Api, driver: Driver, ann: int) -> None:
    file = {"name": "week.csv", "base64": base64.b64encode(b"a,b").decode()}

    await driver.attach(ann, document=file, caption="see /help")

    message = (await newest(api))["message"]
    assert message["document"]["file_name"] == "week.csv"
    assert message["caption_entities"][0]["type"] == "bot_command"


async def test_a_bot_that_was_put_out_hears_nothing(api: Api, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)
    await driver.remove_bot(ann, group)

    await driver.write(ann, "alone at last", group)

    assert "my_chat_member" in await newest(api)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"text": "x"}, "person is missing"),
        ({"person": 5, "text": "x"}, "person: there is no person 5"),
        ({"person": 1002, "text": "x"}, "person: 1002 is not in this chat"),
        ({"person": 1001}, "text is missing"),
        ({"person": 1001, "text": " "}, "text must not be empty"),
        ({"person": 1001, "text": "x" * 4097}, "text must have at most 4096 characters"),
        ({"person": 1001, "text": "x", "reply_to": 9}, "reply_to: there is no message 9"),
        ({"person": 1001, "photo": "x"}, "photo must be an object with name and base64"),
        ({"person": 1001, "photo": {"name": "x", "base64": "?"}}, "photo.base64 is not base64"),
        ({"person": 1001, "document": {"name": "x", "base64": ""}}, "document.base64 must hold"),
    ],
)
async def test_what_cannot_be_written_is_refused(
    driver: Driver, ann: int, bob: int, body: Json, problem: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        await driver.ask("POST", f"/chats/{ann}/messages", body)

    assert caught.value.problem.startswith(problem)


async def test_who_blocked_the_bot_does_not_write(driver: Driver, ann: int) -> None:
    await driver.block(ann)

    with pytest.raises(RefusedError, match="unblock it first"):
        await driver.write(ann, "hello")


async def test_people_do_not_write_in_channels(driver: Driver, ann: int) -> None:
    channel = await driver.channel(ann)

    with pytest.raises(RefusedError, match="use posts"):
        await driver.write(ann, "hello", channel)


async def test_groups_have_no_posts(driver: Driver, ann: int) -> None:
    with pytest.raises(RefusedError, match="posts are for channels"):
        await driver.publish(await driver.group(ann), "hello")


async def test_only_the_author_edits(api: Api, driver: Driver, ann: int) -> None:
    sent = await api.result("sendMessage", chat_id=ann, text="mine")

    with pytest.raises(RefusedError, match="can edit own texts only"):
        await driver.edit(ann, sent["message_id"], "yours")


async def test_messages_are_read_page_by_page(driver: Driver, ann: int) -> None:
    for text in ("two", "three"):
        await driver.write(ann, text)

    page = await driver.ask("GET", f"/chats/{ann}/messages?after=1&limit=1")

    assert [one["text"] for one in page["messages"]] == ["two"]


async def test_changes_are_followed_by_their_number(driver: Driver, ann: int) -> None:
    await driver.write(ann, "two")
    before = (await driver.state())["seq"]
    await driver.edit(ann, 1, "one")

    answer = await driver.ask("GET", f"/chats/{ann}/messages?seq={before}")

    assert [one["text"] for one in answer["messages"]] == ["one"]
    assert answer["seq"] > before


async def test_a_full_page_of_changes_goes_on_where_it_ended(driver: Driver, ann: int) -> None:
    for text in ("two", "three"):
        await driver.write(ann, text)
    page = await driver.ask("GET", f"/chats/{ann}/messages?seq=1&limit=1")

    rest = await driver.ask("GET", f"/chats/{ann}/messages?seq={page['seq']}&limit=9")

    texts = [one["text"] for one in page["messages"] + rest["messages"]]
    assert texts == ["/start", "two", "three"]


async def test_a_reader_waits_for_the_next_change(api: Api, driver: Driver, ann: int) -> None:
    reading = asyncio.create_task(driver.wait_for(ann, "hello", after=1))

    await api.result("sendMessage", chat_id=ann, text="hello there")

    assert (await reading)["text"] == "hello there"


async def test_an_edit_can_be_waited_for(api: Api, driver: Driver, ann: int) -> None:
    sent = await api.result("sendMessage", chat_id=ann, text="working")
    reading = asyncio.create_task(driver.wait_for(ann, "done"))

    await api.result("editMessageText", chat_id=ann, message_id=sent["message_id"], text="done")

    assert (await reading)["message_id"] == sent["message_id"]


async def test_a_message_that_never_comes_is_an_error_with_what_came(
    driver: Driver, ann: int
) -> None:
    with pytest.raises(AssertionError, match=r"it shows \['/start'\]"):
        await driver.wait_for(ann, "hello", seconds=0.1)


async def test_a_call_can_be_waited_for(api: Api, driver: Driver) -> None:
    waiting = asyncio.create_task(driver.wait_for_call("getMe"))

    await api.result("getMe")

    assert (await waiting)["n"] == 1


async def test_the_newest_can_be_asked_for(driver: Driver, ann: int) -> None:
    for text in ("one", "two", "three"):
        await driver.write(ann, text)

    found = await driver.ask("GET", f"/chats/{ann}/messages?last=2")

    assert [one["text"] for one in found["messages"]] == ["two", "three"]
