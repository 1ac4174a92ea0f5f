"""Errands: simulated people use the features that the bot's menu offers, one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random

import pytest

from bot.sandbox.crowd import Crowd
from bot.sandbox.crowd_errands import APART, ERRANDS, Turnstile, chosen
from bot.sandbox.crowd_guest import Guest, Square
from bot.sandbox.crowd_hands import Hands
from bot.sandbox.crowd_hours import Rhythm
from bot.sandbox.crowd_people import Habit, Resident, settled
from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api
from tests.sandbox.shopkeeper import Shopkeeper
from tests.waiting import until

EVENING = datetime(2026, 9, 30, 19, tzinfo=UTC)
GOODS = {"title": "Plus", "description": "All of it", "payload": "plus:1", "currency": "XTR"}
MONTH = 2_592_000


@pytest.fixture
async def hands(sandbox: Sandbox) -> AsyncIterator[Hands]:
    one = Hands(sandbox.url)
    yield one
    await one.close()


def someone(habit: Habit) -> Resident:
    return next(person for person in settled(1, 60) if person.habit is habit)


async def guest_of(hands: Hands, habit: Habit = Habit.REGULAR) -> Guest:
    rhythm = Rhythm(lambda: EVENING, UTC, 3_000)
    guest = Guest(someone(habit), hands, rhythm, Square(hands), Random(1))  # noqa: S311  a test
    await guest.appear()
    await guest.start()
    return guest


def test_an_errand_of_a_kind_waits_for_the_one_before() -> None:
    now = [0.0]
    turnstile = Turnstile({"quiz": 30, "ask": 15}, lambda: now[0])

    first, second, other = [turnstile.lets(name) for name in ("quiz", "quiz", "ask")]
    now[0] = 30

    assert (first, second, other) == (True, False, True)
    assert turnstile.lets("quiz")


def test_every_errand_is_bounded() -> None:
    assert ERRANDS.keys() == APART.keys()
    assert min(APART.values()) >= 10


async def test_people_go_on_the_errands_that_the_menu_offers(
    sandbox: Sandbox, shop: Shopkeeper, api: Api
) -> None:
    menu = [{"command": name, "description": "good to have"} for name in ("download", "ask")]
    await api.result("setMyCommands", commands=menu)
    crowd = Crowd(sandbox.url, 10, clock=lambda: EVENING, pace=3_000)

    def texts() -> list[str]:
        return [message.get("text", "") for message in shop.of("message")]

    await crowd.start()
    try:
        await until(lambda: any(text.startswith(f"{sandbox.url}/media/") for text in texts()))
        await until(lambda: any(text.startswith("/ask ") for text in texts()))
    finally:
        await crowd.stop()

    assert not [text for text in texts() if text in {"/quiz", "/plan"}]


async def test_a_question_of_a_quiz_is_answered(hands: Hands, api: Api, driver: Driver) -> None:
    guest = await guest_of(hands)
    options = [{"text": text} for text in ("one", "two")]
    await api.result("sendPoll", chat_id=guest.person.id, question="Which?", options=options)

    has_voted = await guest.vote(2)

    messages = await hands.read(guest.person.id, 0)
    assert has_voted and messages[-1]["poll"]["total_voter_count"] == 1


async def test_a_question_that_was_read_already_is_answered_once(hands: Hands, api: Api) -> None:
    guest = await guest_of(hands)
    options = [{"text": text} for text in ("one", "two")]
    await api.result("sendPoll", chat_id=guest.person.id, question="Which?", options=options)
    await guest.say("something else")

    has_voted = [await guest.vote(1), await guest.vote(1)]

    assert has_voted == [True, False]


async def test_who_pays_goes_to_buy_more_often(hands: Hands) -> None:
    payer, other = [await guest_of(hands, habit) for habit in (Habit.PAYER, Habit.REGULAR)]

    plans = [
        sum(chosen(guest, ["quiz", "plan", "ask"]) == "plan" for _ in range(300))
        for guest in (payer, other)
    ]

    assert plans[0] > 1.5 * plans[1]


async def test_who_finds_no_question_stops_playing(hands: Hands) -> None:
    guest = await guest_of(hands)

    assert not await guest.vote(1)


@pytest.mark.parametrize(("habit", "count"), [(Habit.PAYER, 1), (Habit.REGULAR, 0)])
async def test_only_payers_follow_an_invoice_link(
    hands: Hands, api: Api, shop: Shopkeeper, driver: Driver, habit: Habit, count: int
) -> None:
    price = [{"label": "Plus", "amount": 100}]
    link = await api.result("createInvoiceLink", prices=price, subscription_period=MONTH, **GOODS)
    guest = await guest_of(hands, habit)
    pay = {"inline_keyboard": [[{"text": "Pay", "url": link}]]}
    await api.result("sendMessage", chat_id=guest.person.id, text="Plus", reply_markup=pay)

    await guest.vote(1)

    charges = (await driver.ask("GET", "/payments"))["payments"]
    assert len([one for one in charges if one.get("subscription_period")]) == count
