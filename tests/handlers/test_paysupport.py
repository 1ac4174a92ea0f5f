"""/paysupport explains, lists what was paid, and hands questions to the admins."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramMigrateToChat,
    TelegramServerError,
)
from aiogram.methods import GetMe, SendMessage

from bot.analytics.render.fit import LIMIT
from bot.billing.payload import Kind
from bot.billing.telegram import Tongues
from bot.database.engine import Database
from bot.handlers.billing_desk import Desk
from bot.plans import load_plans
from tests.billing.shop import ShopScene, StarBox
from tests.updates import ALICE, GROUP, ROOT


class Deaf(StarBox):
    """A Telegram that takes no message."""

    def __init__(self, problem: TelegramAPIError) -> None:
        super().__init__()
        self.problem = problem

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        raise self.problem


class Moved(StarBox):
    """A Telegram where every group but -1005 has become that one."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        if method.chat_id != -1005:
            raise TelegramMigrateToChat(method=method, message="moved", migrate_to_chat_id=-1005)
        return await super().make_request(bot, method, timeout)


def desk_by(box: StarBox, scene: ShopScene) -> Desk:
    """A desk whose messages go another way than all the rest."""
    tongues = Tongues(scene.i18n, scene.people.languages, scene.database)
    return Desk(Bot("42:TEST", session=box), tongues, load_plans(), scene.settings)


async def asks_by(box: StarBox, scene: ShopScene) -> str:
    """What Alice reads who asks at such a desk."""
    scene.dispatcher["desk"] = desk_by(box, scene)
    return await scene.says(ALICE, "/paysupport help")


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


async def test_it_explains_and_lists_ones_own_payments(sqlite: Database) -> None:
    scene = ShopScene(sqlite, support_contact="@help <me>")
    await scene.buys()
    await scene.buys(user=ROOT, telegram_payment_charge_id="theirs")

    text = await scene.says(ALICE, "/paysupport")

    assert text.startswith("Plans are paid in Telegram Stars for 30 days;")
    assert "You can also turn to @help &lt;me&gt;." in text
    assert "1 Jan 2026: 150 ⭐, Premium\n<code>c1</code>" in text
    assert "theirs" not in text


async def test_a_question_reaches_the_admins_with_what_was_paid(scene: ShopScene) -> None:
    await scene.buys()

    answer = await scene.says(ALICE, "/paysupport I <b>paid</b> twice")

    question, _ = scene.outbox.calls(SendMessage)
    assert question.chat_id == ROOT.id
    assert question.text == (
        'Question about a payment, by <code>1</code> (<a href="tg://user?id=1">profile</a>):\n'
        "I &lt;b&gt;paid&lt;/b&gt; twice\n<code>c1</code> · 150 ⭐ · Premium\n\n"
        "Reply to this message, and I hand your answer on."
    )
    assert answer.startswith("The admins have your question.")
    assert scene.outbox.buttons == {"Answer": f"paysupport:{ALICE.id}"}


async def test_an_admin_reads_it_in_their_language(scene: ShopScene) -> None:
    await scene.people.languages.choose(ROOT.id, "de")

    await scene.says(ALICE, "/paysupport help")

    assert scene.outbox.texts[0].startswith("Frage zu einer Zahlung, von")


async def test_a_group_that_became_a_supergroup_gets_it_all_the_same(sqlite: Database) -> None:
    box = Moved()

    answer = await asks_by(box, ShopScene(sqlite, alert_chat_id=-5))

    assert [m.chat_id for m in box.calls(SendMessage)] == [-1005]
    assert answer.startswith("The admins have your question.")


async def test_the_longest_ids_are_shown_whole_and_fit(scene: ShopScene) -> None:
    charges = [f"{n}" * 255 for n in range(6)]
    for charge in charges:
        await scene.buys(kind=Kind.ONCE, telegram_payment_charge_id=charge)

    own = await scene.says(ALICE, "/paysupport")
    await scene.says(ALICE, "/paysupport " + "<" * 4000)

    question = scene.outbox.texts[0]
    assert [sum(charge in text for charge in charges) for text in (own, question)] == [5, 5]
    assert len(unescape(question)) < LIMIT


async def test_a_long_question_is_cut(scene: ShopScene) -> None:
    await scene.says(ALICE, "/paysupport " + "<" * 4000)

    assert len(scene.outbox.texts[0]) < 4096 + 100


async def test_the_alert_chat_gets_it_where_there_is_one(sqlite: Database) -> None:
    scene = ShopScene(sqlite, alert_chat_id=-5)

    await scene.says(ALICE, "/paysupport help")

    assert [m.chat_id for m in scene.outbox.calls(SendMessage)] == [-5, ALICE.id]


async def test_the_fourth_question_of_a_day_goes_nowhere(scene: ShopScene) -> None:
    for _ in range(3):
        await scene.says(ALICE, "/paysupport help")

    answer = await scene.says(ALICE, "/paysupport help")

    assert answer.startswith("You have written three times today.")
    assert [m.chat_id for m in scene.outbox.calls(SendMessage)] == [ALICE.id]


async def test_without_admins_the_contact_is_named(sqlite: Database) -> None:
    scene = ShopScene(sqlite, admin_ids=(), support_contact="@help")

    for _ in range(4):  # a question that reaches nobody is not counted
        answer = await scene.says(ALICE, "/paysupport help")

    assert answer == "The admins cannot be reached here. Please turn to @help."


async def test_without_anybody_it_is_said(sqlite: Database) -> None:
    answer = await ShopScene(sqlite, admin_ids=()).says(ALICE, "/paysupport help")

    assert answer.startswith("Nobody can be reached through me:")


async def test_an_admin_who_never_wrote_is_nobody(scene: ShopScene) -> None:
    box = Deaf(TelegramBadRequest(method=GetMe(), message="Bad Request: chat not found"))

    answer = await asks_by(box, scene)

    assert answer.startswith("Nobody can be reached through me:")


async def test_what_telegram_may_take_later_is_to_be_sent_again(scene: ShopScene) -> None:
    box = Deaf(TelegramServerError(method=GetMe(), message="Bad Gateway"))

    answer = await asks_by(box, scene)

    assert answer == "The admins cannot be reached now. Please send it again in a few minutes."


async def test_a_group_hears_nothing_about_payments(scene: ShopScene) -> None:
    await scene.buys()

    text = await scene.says(ALICE, "/paysupport", GROUP)

    assert text == "Write /paysupport to me in our private chat."
