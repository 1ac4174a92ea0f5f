"""Where conversations stand is remembered for those who have one, and for nobody else."""

from __future__ import annotations

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Message

from bot.telegram.conversations import Conversations
from tests.fakes import Outbox
from tests.updates import ALICE, ROOT, says

CROWD = 100_000


class Order(StatesGroup):
    """A foreign router's questions."""

    size = State()


def key(person: int) -> StorageKey:
    return StorageKey(bot_id=42, chat_id=person, user_id=person)


async def test_asking_leaves_nothing_behind() -> None:
    conversations = Conversations()

    for person in range(CROWD):
        await conversations.get_state(key(person))
        await conversations.get_data(key(person))

    assert conversations.count == 0


async def test_state_and_data_are_given_back() -> None:
    conversations = Conversations()

    await conversations.set_state(key(1), Order.size)
    await conversations.set_data(key(1), {"size": "L"})
    await conversations.update_data(key(1), {"count": 2})

    assert await conversations.get_state(key(1)) == "Order:size"
    assert await conversations.get_data(key(1)) == {"size": "L", "count": 2}
    assert await conversations.get_value(key(1), "count") == 2
    assert await conversations.get_state(key(2)) is None


async def test_what_was_given_back_can_be_changed_without_harm() -> None:
    conversations = Conversations()
    await conversations.set_data(key(1), {"size": "L"})

    (await conversations.get_data(key(1))).clear()

    assert await conversations.get_data(key(1)) == {"size": "L"}


async def test_a_conversation_that_is_over_is_dropped() -> None:
    conversations = Conversations()
    context = FSMContext(conversations, key(1))
    await context.set_state(Order.size)
    await context.update_data(size="L")

    await context.clear()

    assert conversations.count == 0


async def test_the_one_that_was_silent_longest_goes_first() -> None:
    conversations = Conversations(limit=2)
    for person in (1, 2):
        await conversations.set_state(key(person), "asked")
    await conversations.get_state(key(1))

    await conversations.set_state(key(3), "asked")

    states = [await conversations.get_state(key(person)) for person in (1, 2, 3)]
    assert states == ["asked", None, "asked"]


async def test_only_a_dict_is_data() -> None:
    with pytest.raises(DataNotDictLikeError):
        await Conversations().set_data(key(1), ["size"])  # type: ignore[arg-type]  # the mistake


async def ask(message: Message, state: FSMContext) -> None:
    """Ask for the size."""
    await state.set_state(Order.size)
    await message.answer("Which size?")


async def take(message: Message, state: FSMContext) -> None:
    """Take the size."""
    await state.clear()
    await message.answer(f"Size {message.text}.")


async def test_a_foreign_routers_states_work() -> None:
    conversations, outbox, router = Conversations(), Outbox(), Router()
    router.message.register(take, Order.size)
    router.message.register(ask)
    dispatcher = Dispatcher(storage=conversations)
    dispatcher.include_router(router)
    bot = Bot("42:TEST", session=outbox)

    for update in (says(ALICE, "a shirt"), says(ROOT, "a shirt"), says(ALICE, "L")):
        await dispatcher.feed_update(bot, update)

    assert outbox.texts == ["Which size?", "Which size?", "Size L."]
    assert conversations.count == 1
