"""What the sandbox remembers stays bounded."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.types import InputPollOption

from bot.sandbox.files import keep
from bot.sandbox.params import Upload
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from tests.driver import Driver, RefusedError
from tests.sandbox.cashier import offer
from tests.sandbox.samples import png


def test_by_default_two_thousand_messages_a_chat_are_kept() -> None:
    assert World("9:x", {"id": 9}).messages_kept == 2_000


async def test_the_oldest_message_goes_when_there_are_too_many(
    sandbox: Sandbox, driver: Driver, ann: int
) -> None:
    sandbox.world.messages_kept = 2

    for text in ("one", "two"):
        await driver.write(ann, text)

    assert [one["text"] for one in await driver.messages(ann)] == ["one", "two"]


async def test_pages_hear_of_a_message_that_went(
    sandbox: Sandbox, driver: Driver, ann: int
) -> None:
    sandbox.world.messages_kept = 1
    gone: list[int] = []
    sandbox.world.watchers.add(lambda change: gone.append(change.get("deleted", 0)))

    await driver.write(ann, "one")

    assert gone == [0, 1]


async def test_with_a_message_goes_what_is_known_about_it(
    sandbox: Sandbox, bot: Bot, driver: Driver, ann: int
) -> None:
    poll = await bot.send_poll(ann, "?", [InputPollOption(text="a")], is_anonymous=False)
    await driver.vote(ann, {"message_id": poll.message_id, "chat": {"id": ann}}, 0)
    invoice = await offer(bot, ann)

    for message in (poll, invoice):
        await bot.delete_message(ann, message.message_id)

    chat = sandbox.world.chats[ann]
    assert (chat.notes, list(chat.changed)) == ({}, [1])
    with pytest.raises(RefusedError, match="there is no message"):
        await driver.pay(ann, invoice.model_dump())


async def test_a_pin_goes_with_its_message(
    sandbox: Sandbox, bot: Bot, driver: Driver, ann: int
) -> None:
    await bot.pin_chat_message(ann, 1)

    await bot.delete_message(ann, 1)

    assert sandbox.world.chats[ann].pinned == []


def test_the_oldest_files_go_when_all_are_too_much() -> None:
    world = World("9:x", {"id": 9}, bytes_kept=5)

    for content in (b"one", b"two", b"longer than all"):
        keep(world, Upload("x.png", "image/png", content))

    assert [one.content for one in world.files.values()] == [b"longer than all"]


def test_every_file_has_a_path_of_its_own() -> None:
    world = World("9:x", {"id": 9}, bytes_kept=1)

    paths = {keep(world, Upload("x", "image/png", png(1, 1)))["file_path"] for _ in range(3)}

    assert len(paths) == 3
