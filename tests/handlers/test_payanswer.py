"""An admin's reply to a question about a payment reaches the person, and the admin hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.methods import SendMessage
from aiogram.types import (
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
)

from bot.database.engine import Database
from bot.handlers.billing_desk import ANSWER_LENGTH, SupportButton
from tests.billing.shop import ShopScene
from tests.updates import ALICE, GROUP, NOON, ROOT, presses, private, says

BOT = User(id=42, is_bot=True, first_name="Bot")
BUTTON = SupportButton(person=ALICE.id).pack()
ARRIVED = "Your answer has arrived."
STRANGER = "Only an admin of this bot can answer, and not anonymously. Nothing was handed on."


def replies(user: User, text: str | None, chat: Chat | None = None, **more: Any) -> Update:
    """*user* replies to a message with a button: by whom (author) and with which data."""
    author, data = more.pop("author", BOT), more.pop("data", BUTTON)
    where = chat or private(user)
    rows = [[InlineKeyboardButton(text="Answer", callback_data=data)]]
    markup = InlineKeyboardMarkup(inline_keyboard=rows) if data else None
    asked = Message(
        message_id=1, date=NOON, chat=where, from_user=author, text="?", reply_markup=markup
    )
    return says(user, text, where, reply_to_message=asked, **more)


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


async def test_a_reply_reaches_the_person_escaped(scene: ShopScene) -> None:
    told = await scene.hears(replies(ROOT, "You get <b>150</b> back"))

    answer, _ = scene.outbox.calls(SendMessage)
    assert answer.chat_id == ALICE.id
    assert answer.text == (
        "<b>Answer about your payment:</b>\nYou get &lt;b&gt;150&lt;/b&gt; back\n\n"
        "To write back, send /paysupport with your text."
    )
    assert told == ARRIVED


async def test_an_admin_answers_in_the_alert_chat_too(scene: ShopScene) -> None:
    assert await scene.hears(replies(ROOT, "Yes", GROUP)) == ARRIVED


async def test_the_person_reads_it_in_their_language(scene: ShopScene) -> None:
    await scene.people.languages.choose(ALICE.id, "de")

    await scene.hears(replies(ROOT, "Ja"))

    assert scene.outbox.texts[0].startswith("<b>Antwort zu deiner Zahlung:</b>")


@pytest.mark.parametrize(
    ("user", "more"), [(ALICE, {}), (ROOT, {"sender_chat": GROUP}), (None, {"sender_chat": GROUP})]
)
async def test_others_in_the_alert_chat_answer_nobody(
    scene: ShopScene, user: User, more: dict[str, Any]
) -> None:
    assert await scene.hears(replies(user, "Yes", GROUP, **more)) == STRANGER
    assert [one.chat_id for one in scene.outbox.calls(SendMessage)] == [GROUP.id]


@pytest.mark.parametrize(
    "more", [{"author": ROOT}, {"author": None}, {"data": None}, {"data": "paysupport:x"}]
)
async def test_a_reply_to_anything_else_goes_to_nobody(
    scene: ShopScene, more: dict[str, Any]
) -> None:
    await scene.hears(replies(ROOT, "Yes", **more))

    assert [one.chat_id for one in scene.outbox.calls(SendMessage)] == [ROOT.id]
    assert ARRIVED not in scene.outbox.texts


async def test_a_command_in_reply_stays_a_command(scene: ShopScene) -> None:
    assert "I understand:" in await scene.hears(replies(ROOT, "/help"))


async def test_only_text_is_handed_on(scene: ShopScene) -> None:
    told = await scene.hears(replies(ROOT, None, caption="see"))

    assert told == "I can only hand on text. Please write your answer."


async def test_an_answer_that_is_too_long_is_not_cut_but_refused(scene: ShopScene) -> None:
    told = await scene.hears(replies(ROOT, "x" * (ANSWER_LENGTH + 1)))

    assert told.startswith("This is too long, so I have not handed it on: at most 3,500")
    assert await scene.hears(replies(ROOT, "x" * ANSWER_LENGTH)) == ARRIVED


async def test_the_longest_answer_fits_into_a_message(scene: ShopScene) -> None:
    await scene.hears(replies(ROOT, "x" * ANSWER_LENGTH))

    assert len(scene.outbox.texts[0]) < 4096


@pytest.mark.parametrize(("user", "hint"), [(ROOT, "Reply to this message"), (ALICE, STRANGER)])
async def test_the_button_says_how_to_answer(scene: ShopScene, user: User, hint: str) -> None:
    await scene.hears(presses(user, BUTTON, GROUP))

    (said,) = scene.outbox.hints
    assert said is not None and said.startswith(hint)
