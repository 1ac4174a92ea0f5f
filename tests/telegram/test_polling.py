"""Tests: bot/telegram/polling.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from structlog.testing import capture_logs

from bot.analytics.bus import Bus
from bot.analytics.events import ApiCalled, UpdateQuarantined
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from bot.telegram.intake import Intake
from bot.telegram.kinds import ALLOWED_UPDATES
from bot.telegram.polling import Poller, RawUpdates
from bot.telegram.quarantine import Quarantine
from tests.driver import Driver
from tests.telegram.other_telegram import OtherTelegram
from tests.telegram.rig import QUICK, Handled, Recorder, message, opened_intake
from tests.waiting import until


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
async def poller(bot: Bot, handled: Handled, facts: Recorder) -> AsyncIterator[Poller]:
    intake = opened_intake(handled, bot, facts)
    one = Poller(bot, intake, ALLOWED_UPDATES, backoff=QUICK)
    yield one
    await one.stop()
    await intake.drain(1)


def make(other: OtherTelegram, bus: Bus) -> tuple[Poller, Bot]:
    bot = build_bot(other.token, other.url, bus)
    intake = Intake(Handled().dispatcher, bot, Quarantine(bus))
    intake.open()
    return Poller(bot, intake, ALLOWED_UPDATES, backoff=QUICK), bot


async def waiting(bot: Bot) -> list[int]:
    """The numbers of the updates that were not confirmed."""
    return [update["update_id"] for update in await bot(RawUpdates(timeout=0))]


async def test_what_a_person_writes_is_handled(
    poller: Poller, driver: Driver, handled: Handled
) -> None:
    poller.start()

    await driver.write(await driver.person(), "hello")

    await until(lambda: handled == ["hello"])


async def test_a_bad_update_between_two_good_ones_costs_neither(
    poller: Poller, driver: Driver, handled: Handled, facts: Recorder
) -> None:
    ann = await driver.person()
    await driver.write(ann, "before")
    await driver.update({"message": {"text": "what is this"}})
    await driver.write(ann, "after")

    poller.start()

    await until(lambda: handled == ["before", "after"])
    assert len(facts.of(UpdateQuarantined)) == 1


async def test_an_unknown_kind_is_set_aside(
    poller: Poller, driver: Driver, handled: Handled, facts: Recorder
) -> None:
    await driver.update({"telepathy": {"thought": "hm"}})
    await driver.write(await driver.person(), "after")

    poller.start()

    await until(lambda: handled == ["after"])
    assert facts.of(UpdateQuarantined)[0].reason == "unknown kind: telepathy"


async def test_an_update_that_spoils_the_whole_answer_is_stepped_over(
    poller: Poller, driver: Driver, handled: Handled, facts: Recorder
) -> None:
    ann = await driver.person()
    await driver.write(ann, "before")
    await driver.update({"raw": '{"update_id": oops'})
    await driver.write(ann, "after")

    poller.start()

    await until(lambda: handled == ["before", "after"])
    assert len(facts.of(UpdateQuarantined)) == 1


@pytest.mark.parametrize("kind", ["drop", "garbage", "status"])
async def test_polling_goes_on_after_a_fault_and_no_update_is_lost(
    poller: Poller, driver: Driver, handled: Handled, kind: str
) -> None:
    await driver.fault("getUpdates", kind, times=3)
    await driver.write(await driver.person(), "hello")

    poller.start()

    await until(lambda: handled == ["hello"])


async def test_a_flood_answer_is_waited_out(
    poller: Poller, driver: Driver, handled: Handled
) -> None:
    await driver.fault("getUpdates", "status", status=429, retry_after=1, times=1)
    await driver.write(await driver.person(), "hello")

    poller.start()

    await until(lambda: handled == ["hello"])


async def test_a_second_poller_is_named_as_the_cause(poller: Poller, driver: Driver) -> None:
    await driver.fault("getUpdates", "status", status=409, description="Conflict", times=1)

    with capture_logs() as lines:
        poller.start()
        await until(lambda: any(line["event"] == "polling failed" for line in lines))

    assert "another process" in str(lines)


async def test_the_log_of_an_outage_never_shows_the_token(
    poller: Poller, sandbox: Sandbox, driver: Driver
) -> None:
    await driver.fault("getUpdates", "drop", times=2)

    with capture_logs() as lines:
        poller.start()
        await until(lambda: len(lines) >= 2)

    assert sandbox.token not in str(lines)


async def test_an_empty_answer_is_a_success_too(bus: Bus) -> None:
    async with OtherTelegram() as other:
        other.is_hasty = True
        poller, bot = make(other, bus)
        poller.start()
        await until(lambda: poller.last_poll_at is not None)
        await poller.stop()
        await bot.session.close()

    assert poller.last_poll_age < 60


async def test_a_list_without_numbers_is_set_aside_once(bus: Bus, facts: Recorder) -> None:
    async with OtherTelegram() as other:
        await other.say({"no": "number"})
        poller, bot = make(other, bus)
        poller.start()
        await until(lambda: len(facts.of(ApiCalled)) > 3)
        await poller.stop()
        await bot.session.close()

    assert len(facts.of(UpdateQuarantined)) == 1


async def test_a_webhook_from_another_time_is_removed_and_nothing_is_lost(
    poller: Poller, bot: Bot, driver: Driver, handled: Handled
) -> None:
    await bot.set_webhook("https://127.0.0.1:9/gone")
    await driver.write(await driver.person(), "hello")

    await poller.prepare()
    poller.start()

    await until(lambda: handled == ["hello"])


async def test_stopping_ends_the_long_poll_at_once(poller: Poller) -> None:
    poller.start()
    await asyncio.sleep(0.05)

    async with asyncio.timeout(5):
        await poller.stop()


async def test_stopping_what_never_started_is_harmless(poller: Poller, driver: Driver) -> None:
    await poller.stop()
    await poller.confirm()

    assert await driver.calls("getUpdates") == []


async def test_what_was_handled_is_confirmed(
    poller: Poller, driver: Driver, handled: Handled
) -> None:
    await driver.write(await driver.person(), "hello")
    poller.start()
    await until(lambda: handled == ["hello"])
    await poller.stop()

    await poller.confirm()

    assert (await driver.state())["pending_updates"] == 0


async def test_what_was_cut_off_is_not_confirmed(poller: Poller, bot: Bot, driver: Driver) -> None:
    ann = await driver.person()
    for text in ("one", "two"):
        await driver.write(ann, text)
    _, second = await waiting(bot)

    await poller.confirm(unfinished=[second])

    assert await waiting(bot) == [second]


async def test_an_offset_that_cannot_be_confirmed_is_logged_not_raised(
    poller: Poller, driver: Driver
) -> None:
    await driver.fault("getUpdates", "drop", times=1)

    with capture_logs() as lines:
        await poller.confirm(unfinished=[5])

    assert lines[0]["event"] == "offset not confirmed"


@pytest.mark.parametrize("number", [-1, True, 2**60])
async def test_a_number_that_cannot_be_believed_never_moves_the_offset(number: int) -> None:
    async with OtherTelegram() as other:
        poller, bot = make(other, Bus())
        other.is_hasty = True
        other.updates += [message("good", 5), {**message("bad"), "update_id": number}]
        poller.start()
        await until(lambda: len(other.offsets) > 1)
        await poller.stop()
        await bot.session.close()

    assert other.offsets[:2] == [0, 6]


@pytest.mark.parametrize("number", [-1, True, 2**60])
async def test_such_a_number_alone_is_asked_for_again_from_where_we_were(number: int) -> None:
    async with OtherTelegram() as other:
        poller, bot = make(other, Bus())
        other.updates.append({**message("bad"), "update_id": number})
        poller.start()
        await until(lambda: len(other.offsets) > 1)
        await poller.stop()
        await bot.session.close()

    assert set(other.offsets) == {0}
