"""The crowd: people who live in a real sandbox with a real, tiny bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

import structlog

from bot.sandbox.cast import GROUPS, introduce
from bot.sandbox.crowd import Crowd
from bot.sandbox.crowd_people import SEED, Habit, newcomers, settled
from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.shopkeeper import Shopkeeper
from tests.waiting import until

EVENING = datetime(2026, 9, 30, 19, tzinfo=UTC)
PACE = 3_000
STRANGERS = {person.id: person for person in islice(newcomers(SEED, EVENING), 200)}
KNOWN = {person.id: person for person in settled(SEED, 60)}
EVERYBODY = STRANGERS | KNOWN


@asynccontextmanager
async def living(
    url: str, count: int, history_days: int = 0, pace: float = PACE
) -> AsyncIterator[Crowd]:
    crowd = Crowd(url, count, history_days=history_days, clock=lambda: EVENING, pace=pace)
    await crowd.start()
    try:
        yield crowd
    finally:
        await crowd.stop()


async def test_newcomers_start_with_their_sources(sandbox: Sandbox, shop: Shopkeeper) -> None:
    async with living(sandbox.url, 10):
        await until(lambda: len(shop.starts) >= 10)

    for person_id, text in shop.starts.items():
        assert text == f"/start {STRANGERS[person_id].source}".strip()


async def test_those_whom_the_bot_knows_do_not_start_again(
    sandbox: Sandbox, shop: Shopkeeper
) -> None:
    async with living(sandbox.url, 10, history_days=60):
        await until(lambda: len({m["from"]["id"] for m in shop.of("message")} & KNOWN.keys()) > 2)

    assert not shop.starts.keys() & KNOWN.keys()


async def test_those_whom_the_bot_knows_have_never_left_it(
    sandbox: Sandbox, shop: Shopkeeper, driver: Driver
) -> None:
    async with living(sandbox.url, 20, history_days=60):
        await until(lambda: len(shop.heard) > 20)
        people = (await driver.state())["people"]

    known = [KNOWN[person["id"]] for person in people if person["id"] in KNOWN]
    assert len(known) == 10
    assert all(person.is_stayer for person in known)


async def test_payers_pay_an_invoice_and_nobody_else_does(
    sandbox: Sandbox, shop: Shopkeeper, driver: Driver
) -> None:
    async with living(sandbox.url, 30, history_days=60):
        await until(lambda: any("successful_payment" in m for m in shop.of("message")))
        payments = (await driver.ask("GET", "/payments"))["payments"]

    assert payments
    assert {EVERYBODY[payment["person"]].habit for payment in payments} == {Habit.PAYER}


async def test_leavers_block_the_bot(sandbox: Sandbox, shop: Shopkeeper) -> None:
    async with living(sandbox.url, 20):
        await until(lambda: shop.blocked_by)

    assert {EVERYBODY[person_id].habit for person_id in shop.blocked_by} == {Habit.LEAVER}


async def test_some_leavers_come_back(sandbox: Sandbox, shop: Shopkeeper) -> None:
    def returned() -> list[int]:
        freed = [
            c for c in shop.of("my_chat_member") if c["old_chat_member"]["status"] == "kicked"
        ]
        return [change["from"]["id"] for change in freed]

    async with living(sandbox.url, 40, pace=12_000):
        await until(returned)

    assert set(returned()) <= set(shop.blocked_by)


async def test_a_leaver_gives_place_to_a_newcomer(sandbox: Sandbox, shop: Shopkeeper) -> None:
    async with living(sandbox.url, 10, pace=12_000):
        await until(lambda: len(shop.starts) > 10)

    assert len(shop.starts) > 10


async def test_chatterers_meet_in_a_group_of_the_sandbox(
    sandbox: Sandbox, shop: Shopkeeper
) -> None:
    introduce(sandbox.world)
    groups = {group["id"] for group in GROUPS}

    async with living(sandbox.url, 30, history_days=60):
        await until(lambda: [m for m in shop.of("message") if m["chat"]["id"] in groups])

    met = [m["from"]["id"] for m in shop.of("message") if m["chat"]["id"] in groups]
    assert {EVERYBODY[person_id].habit for person_id in met} == {Habit.CHATTERER}


async def test_chatterers_found_a_group_where_there_is_none(
    sandbox: Sandbox, shop: Shopkeeper, driver: Driver
) -> None:
    async with living(sandbox.url, 30, history_days=60):
        await until(lambda: [m for m in shop.of("message") if m["chat"]["type"] == "supergroup"])
        chats = (await driver.state())["chats"]

    assert [chat["title"] for chat in chats if chat["type"] == "supergroup"] == ["Neighbours"]


async def test_buttons_are_pressed_but_none_that_destroys(
    sandbox: Sandbox, shop: Shopkeeper
) -> None:
    async with living(sandbox.url, 20):
        await until(lambda: len(shop.of("callback_query")) >= 10)

    assert {query["data"] for query in shop.of("callback_query")} == {"more"}


async def test_people_use_the_menu_that_the_bot_offers(sandbox: Sandbox, shop: Shopkeeper) -> None:
    async with living(sandbox.url, 10):
        await until(lambda: [m for m in shop.of("message") if m.get("text") == "/tips"])

    commands = {m["text"] for m in shop.of("message") if m.get("text", "").startswith("/")}
    assert {text.split()[0] for text in commands} == {"/start", "/tips"}


async def test_a_bot_that_is_down_does_not_end_the_crowd(sandbox: Sandbox) -> None:
    async with living(sandbox.url, 10):
        await until(lambda: len(sandbox.world.updates) >= 20)

    writers = {u["message"]["from"]["id"] for u in sandbox.world.updates if "message" in u}
    assert len(writers) > 1


async def test_a_sandbox_that_comes_later_is_found() -> None:
    first = Sandbox()
    await first.start()
    await first.stop()
    second = Sandbox(port=urlsplit(first.url).port or 0)

    with structlog.testing.capture_logs() as logs:
        async with living(first.url, 5):
            await until(lambda: logs)
            await second.start()
            await until(lambda: second.world.updates)
        await second.stop()

    assert {entry["log_level"] for entry in logs} == {"warning"}


async def test_who_was_blocked_by_hand_is_refused_and_the_others_go_on(
    sandbox: Sandbox, shop: Shopkeeper, driver: Driver
) -> None:
    async with living(sandbox.url, 5):
        await until(lambda: shop.starts)
        await driver.block(next(iter(shop.starts)))
        await until(lambda: len(shop.starts) >= 3)

    assert len(shop.starts) >= 3


async def test_nobody_moves_after_the_stop(sandbox: Sandbox, shop: Shopkeeper) -> None:
    async with living(sandbox.url, 20) as crowd:
        await until(lambda: len(shop.heard) > 10)
        await crowd.stop()
        names = {task.get_name() for task in asyncio.all_tasks()}

    assert "simulated person" not in names


async def test_the_stop_does_not_wait_for_a_bot_that_is_silent(sandbox: Sandbox) -> None:
    async with living(sandbox.url, 10) as crowd:
        await until(lambda: sandbox.world.updates)

        async with asyncio.timeout(3):  # an answer is waited for longer than that
            await crowd.stop()


async def test_a_crowd_that_never_started_can_be_stopped(sandbox: Sandbox) -> None:
    await Crowd(sandbox.url, 10).stop()

    assert not sandbox.world.people


async def test_a_second_crowd_meets_the_same_people(sandbox: Sandbox, shop: Shopkeeper) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            async with living(sandbox.url, 4, history_days=60):
                await until(lambda: len(sandbox.world.people) >= 3)

    assert not [entry for entry in logs if "taken" in entry.get("error", "")]
