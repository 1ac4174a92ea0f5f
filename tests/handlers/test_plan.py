"""/plan sells what can be sold, shows what somebody has, and lets them stop and go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiogram.methods import CreateInvoiceLink, EditUserStarSubscription, SendInvoice, SendMessage

from bot.analytics.features.billing import InvoiceSent
from bot.billing.payload import Kind
from bot.database.engine import Database
from tests.billing.shop import LINK, ShopScene
from tests.updates import ALICE, GROUP, NOON, ROOT


@pytest.fixture
def scene(sqlite: Database) -> ShopScene:
    return ShopScene(sqlite)


def serve_free_plan(
    scene: ShopScene, downloads: dict[str, int], assistant: dict[str, int]
) -> None:
    """Sell nothing, and give away what is named."""
    shop = scene.dispatcher["shop"]
    limits = {
        "downloads": shop.plans.free.downloads.model_copy(update=downloads),
        "assistant": shop.plans.free.assistant.model_copy(update=assistant),
    }
    free = shop.plans.free.model_copy(update=limits)
    plans = shop.plans.model_copy(update={"plan": (free,)})
    scene.dispatcher["shop"] = replace(shop, plans=plans)


@pytest.fixture
def scene_on_each(database: Database) -> ShopScene:
    return ShopScene(database)


async def test_whoever_paid_nothing_sees_what_there_is(scene: ShopScene) -> None:
    text = await scene.says(ALICE, "/plan")

    assert text.startswith("<b>Your plan: Free</b>\n• downloads: 5 a day, each up to 20 MB")
    assert "<b>VIP</b>\n400 ⭐ a month, 500 ⭐ once for 30 days\n• downloads: 200 a day" in text
    assert list(scene.outbox.buttons) == [
        "Premium · 150 ⭐ a month",
        "Premium · 200 ⭐ once for 30 days",
        "VIP · 400 ⭐ a month",
        "VIP · 500 ⭐ once for 30 days",
    ]


async def test_no_more_is_promised_than_the_server_sends(sqlite: Database) -> None:
    text = await ShopScene(sqlite, download_megabytes=30).says(ALICE, "/plan")

    assert "each up to 20 MB and 15 min" in text  # free: the plan is smaller
    assert text.count("each up to 30 MB") == 2
    assert "50 MB" not in text


async def test_what_is_one_or_none_is_said_in_good_grammar(sqlite: Database) -> None:
    model: dict[str, Any] = {"assistant_base_url": "http://127.0.0.1:1/v1", "assistant_model": "m"}
    scene = ShopScene(sqlite, features=("billing", "downloads", "assistant"), **model)
    serve_free_plan(scene, {"a_day": 1, "minutes": 1}, {"messages_a_day": 1})
    one = await scene.says(ALICE, "/plan")
    serve_free_plan(scene, {"a_day": 0}, {"messages_a_day": 0})
    none = await scene.says(ALICE, "/plan")

    assert "• downloads: 1 a day, up to 20 MB and 1 min\n" in one
    assert "• assistant: 1 message a day, if it is not too long" in one
    assert none.splitlines()[1:] == ["• downloads: none", "• assistant: none"]


async def test_many_messages_are_promised_with_a_word_on_their_length(sqlite: Database) -> None:
    model: dict[str, Any] = {"assistant_base_url": "http://127.0.0.1:1/v1", "assistant_model": "m"}
    scene = ShopScene(sqlite, features=("billing", "assistant"), **model)

    text = await scene.says(ALICE, "/plan")

    assert "• assistant: 15 messages a day, fewer if they are long" in text


async def test_a_plan_below_one_s_own_is_not_advertised(scene: ShopScene) -> None:
    await scene.buys("vip")

    text = await scene.says(ALICE, "/plan")

    assert "<b>Your plan: VIP</b>" in text
    assert "Premium" not in text and "a month" not in text


async def test_only_what_is_switched_on_is_promised(sqlite: Database) -> None:
    text = await ShopScene(sqlite, features=("billing",)).says(ALICE, "/plan")

    assert "downloads" not in text
    assert "assistant" not in text


async def test_a_group_is_sent_to_the_private_chat(scene: ShopScene) -> None:
    assert await scene.says(ALICE, "/plan", GROUP) == "Write /plan to me in our private chat."
    assert scene.outbox.buttons == {}


async def test_a_month_is_sold_by_a_link(scene: ShopScene) -> None:
    text = await scene.presses(ALICE, "plan:month:premium")

    (link,) = scene.outbox.calls(CreateInvoiceLink)
    assert (link.payload, link.currency) == ("telegauge:1:premium:month", "XTR")
    assert (link.prices[0].amount, link.subscription_period) == (150, 2_592_000)
    (message,) = scene.outbox.calls(SendMessage)
    assert message.reply_markup.inline_keyboard[0][0].url == LINK
    assert text == "Premium for 30 days, renewed every 30 days until you stop it in /plan."
    assert scene.told == [
        InvoiceSent(at=NOON, user_id=ALICE.id, plan="premium", stars=150, is_recurring=True)
    ]


async def test_30_days_are_sold_by_an_invoice(scene: ShopScene) -> None:
    await scene.presses(ALICE, "plan:once:vip")

    (invoice,) = scene.outbox.calls(SendInvoice)
    assert (invoice.chat_id, invoice.payload) == (ALICE.id, "telegauge:1:vip:once")
    assert (invoice.prices[0].amount, invoice.provider_token) == (500, None)
    assert scene.told == [
        InvoiceSent(at=NOON, user_id=ALICE.id, plan="vip", stars=500, is_recurring=False)
    ]


async def test_a_payment_shows_in_plan(scene_on_each: ShopScene) -> None:
    thanks = await scene_on_each.buys()

    text = await scene_on_each.says(ALICE, "/plan")

    expected = "Thank you! Your 150 Stars have arrived. You are on Premium until 31 Jan 2026."
    assert thanks == expected
    assert "<b>Your plan: Premium</b>" in text
    assert "Premium until 31 Jan 2026; then it is renewed for 150 Stars" in text
    assert next(iter(scene_on_each.outbox.buttons)) == "Do not renew Premium"
    assert "Premium · 150 ⭐ a month" not in scene_on_each.outbox.buttons


async def test_another_person_sees_only_their_own(scene: ShopScene) -> None:
    await scene.buys()

    assert "Your plan: Free" in await scene.says(ROOT, "/plan")


async def test_a_renewal_is_stopped_and_taken_up_again(scene_on_each: ShopScene) -> None:
    await scene_on_each.buys()

    stopped = await scene_on_each.presses(ALICE, "plan:stop:premium")
    (call,) = scene_on_each.outbox.calls(EditUserStarSubscription)
    resumed = await scene_on_each.presses(ALICE, "plan:resume:premium")

    assert (call.user_id, call.telegram_payment_charge_id, call.is_canceled) == (1, "c1", True)
    assert "Premium until 31 Jan 2026; then it ends" in stopped
    assert "then it is renewed for 150 Stars" in resumed
    assert resumed.endswith(
        "Switch the renewal on there, too: Settings, My Stars, My Subscriptions."
    )


async def test_a_stop_that_telegram_refuses_is_said(scene: ShopScene) -> None:
    await scene.buys()
    scene.outbox.problems[EditUserStarSubscription] = "Bad Request: CHARGE_NOT_FOUND"

    text = await scene.presses(ALICE, "plan:stop:premium")

    assert text.startswith("Telegram did not change the renewal.")
    assert "then it is renewed" in await scene.says(ALICE, "/plan")


@pytest.mark.parametrize("step", ["stop", "resume"])
async def test_nobody_stops_what_they_do_not_have(scene: ShopScene, step: str) -> None:
    await scene.buys(user=ROOT)

    text = await scene.presses(ALICE, f"plan:{step}:premium")

    assert "Switch the renewal on" not in text
    assert scene.outbox.calls(EditUserStarSubscription) == []


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("plan:month:gold", "This plan is not sold any more."),
        ("plan:once:free", "This plan is not sold any more."),
        ("plan:month:premium", "You are on this plan already, or on a better one."),
        ("plan:once:premium", "You are on this plan already, or on a better one."),
    ],
)
async def test_old_and_forged_buttons_sell_nothing(
    scene: ShopScene, data: str, answer: str
) -> None:
    await scene.buys()
    scene.told.clear()

    assert (await scene.presses(ALICE, data)).startswith(answer)

    assert scene.outbox.calls(CreateInvoiceLink) == scene.outbox.calls(SendInvoice) == []
    assert scene.told == []


async def test_a_plan_that_is_sold_no_more_is_shown_and_can_be_stopped(scene: ShopScene) -> None:
    await scene.buys()
    shop = scene.dispatcher["shop"]
    plans = shop.plans.model_copy(update={"plan": shop.plans.plan[:1]})
    scene.dispatcher["shop"] = replace(shop, plans=plans)

    text = await scene.says(ALICE, "/plan")

    assert "Your plan: Free" in text and "premium until 31 Jan 2026; then it is renewed" in text
    assert scene.outbox.buttons == {"Do not renew premium": "plan:stop:premium"}


async def test_30_days_more_are_sold_to_whoever_has_30_days(scene: ShopScene) -> None:
    await scene.buys(kind=Kind.ONCE)

    thanks = await scene.buys(kind=Kind.ONCE, telegram_payment_charge_id="c2")

    assert "until 2 Mar 2026" in thanks
    await scene.says(ALICE, "/plan")
    assert "Premium · 200 ⭐ once for 30 days" in scene.outbox.buttons
