"""Tests: bot/telegram/intake.py."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import CancelHandler, SkipHandler
from aiogram.methods import SendMessage
from aiogram.types import Message
from structlog.testing import capture_logs

from bot.analytics.bus import Bus
from bot.analytics.events import UpdateQuarantined
from bot.telegram import intake as room
from bot.telegram.intake import Intake, IntakeClosedError
from bot.telegram.quarantine import Quarantine
from tests.driver import Driver
from tests.telegram.rig import Handled, Recorder, friend, message, offline_bot, opened_intake
from tests.waiting import until


async def test_an_update_is_handled() -> None:
    handled = Handled()
    intake = opened_intake(handled, offline_bot())

    task = await intake.accept(message("hello"))

    assert task
    await task
    assert handled == ["hello"] and intake.in_flight == 0


async def test_a_repeated_update_is_handled_once() -> None:
    handled = Handled()
    intake = opened_intake(handled, offline_bot())
    update = message("hello")
    await intake.accept(update)
    await intake.drain(5)

    again = await intake.accept(update)

    assert again is None and handled == ["hello"]


async def test_a_repeated_update_in_flight_waits_for_the_first() -> None:
    gate = asyncio.Event()
    handled = Handled(gate)
    intake = opened_intake(handled, offline_bot())
    update = message("hello")

    first, second = await intake.accept(update), await intake.accept(update)
    gate.set()
    await intake.drain(5)

    assert first is second and handled == ["hello"]


async def test_an_update_from_before_the_restart_is_not_handled_again() -> None:
    handled = Handled()
    intake = Intake(handled.dispatcher, offline_bot(), Quarantine(Bus()))
    intake.open(seen=[55])

    assert await intake.accept(message(update_id=55)) is None
    assert handled == []


async def test_the_memory_of_ids_is_bounded_and_the_oldest_goes_first() -> None:
    handled = Handled()
    intake = Intake(handled.dispatcher, offline_bot(), Quarantine(Bus()))
    intake.open(seen=range(1, room.REMEMBERED_IDS + 2))

    await intake.accept(message("forgotten", update_id=1))
    await intake.accept(message("known", update_id=2))
    await intake.drain(5)

    assert handled == ["forgotten"]


async def test_a_bad_update_between_two_good_ones_is_set_aside() -> None:
    facts, handled = Recorder(), Handled()
    intake = opened_intake(handled, offline_bot(), facts)

    for update in (message("one"), {"update_id": 7, "message": "private words"}, message("two")):
        await intake.accept(update)
    await intake.drain(5)

    (fact,) = facts.of(UpdateQuarantined)
    assert handled == ["one", "two"]
    assert fact.update_id == 7 and "private words" not in fact.payload


async def test_a_repeated_bad_update_is_set_aside_once() -> None:
    facts = Recorder()
    intake = opened_intake(Handled(), offline_bot(), facts)

    for _ in range(2):
        await intake.accept({"update_id": 7, "telepathy": {}})

    assert len(facts.of(UpdateQuarantined)) == 1


async def test_too_many_in_flight_make_the_next_one_wait() -> None:
    gate = asyncio.Event()
    intake = opened_intake(Handled(gate), offline_bot(), limit=1)
    await intake.accept(message("first"))

    second = asyncio.create_task(intake.accept(message("second")))
    await asyncio.sleep(0.02)
    was_waiting = not second.done()
    gate.set()

    await second
    assert was_waiting
    await intake.drain(5)


async def test_before_it_opens_and_after_it_closed_nothing_is_taken() -> None:
    intake = Intake(Handled().dispatcher, offline_bot(), Quarantine(Bus()))

    with pytest.raises(IntakeClosedError):
        await intake.accept(message())
    intake.open()
    intake.close()
    with pytest.raises(IntakeClosedError):
        await intake.accept(message())


async def test_who_waits_at_the_door_when_it_closes_is_sent_away() -> None:
    gate = asyncio.Event()
    intake = opened_intake(Handled(gate), offline_bot(), limit=1)
    await intake.accept(message())
    waiting = asyncio.create_task(intake.accept(message()))
    await asyncio.sleep(0)

    intake.close()
    gate.set()

    with pytest.raises(IntakeClosedError):
        await waiting


async def test_draining_waits_for_what_is_in_flight() -> None:
    gate = asyncio.Event()
    handled = Handled(gate)
    intake = opened_intake(handled, offline_bot())
    await intake.accept(message("hello"))
    asyncio.get_running_loop().call_later(0.02, gate.set)

    unfinished = await intake.drain(5)

    assert unfinished == () and handled == ["hello"]


async def test_what_does_not_end_is_cut_off_and_named() -> None:
    handled = Handled(asyncio.Event())
    intake = opened_intake(handled, offline_bot())
    await intake.accept(message(update_id=9))
    await intake.accept(message(update_id=8))

    unfinished = await intake.drain(0.02)

    assert unfinished == (8, 9) and intake.in_flight == 0 and handled == []


async def test_what_was_cut_off_is_handled_when_it_comes_again() -> None:
    gate = asyncio.Event()
    handled = Handled(gate)
    intake = opened_intake(handled, offline_bot())
    update = message("again")
    await intake.accept(update)
    await intake.drain(0.01)

    gate.set()
    await intake.accept(update)
    await intake.drain(5)

    assert handled == ["again"]


async def test_a_handler_that_fails_stops_nobody_else() -> None:
    dispatcher, handled = Dispatcher(), []

    @dispatcher.message()
    async def handle(message: Message) -> None:
        if message.text == "bad":
            raise ZeroDivisionError
        handled.append(message.text)

    intake = Intake(dispatcher, offline_bot(), Quarantine(Bus()))
    intake.open()

    for text in ("bad", "good"):
        await intake.accept(message(text))
    await intake.drain(5)

    assert handled == ["good"]


async def test_a_call_that_a_handler_returns_is_made(bot: Bot, driver: Driver) -> None:
    ann, dispatcher = await friend(driver), Dispatcher()

    @dispatcher.message()
    async def handle(_: Message) -> SendMessage:
        return SendMessage(chat_id=ann, text="returned")

    intake = Intake(dispatcher, bot, Quarantine(Bus()))
    intake.open()

    await intake.accept(message())

    await driver.wait_for(ann, "returned")
    await until(lambda: intake.in_flight == 0)


async def test_a_returned_call_that_is_refused_is_not_fatal(bot: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def handle(_: Message) -> SendMessage:
        return SendMessage(chat_id=404, text="nobody")

    intake = Intake(dispatcher, bot, Quarantine(Bus()))
    intake.open()
    task = await intake.accept(message())

    assert task
    await task
    assert task.exception() is None


@pytest.mark.parametrize("way_out", [CancelHandler, SkipHandler])
async def test_aiograms_own_ways_out_are_no_failure(way_out: type[Exception]) -> None:
    dispatcher = Dispatcher()

    async def leave(*_: object) -> None:
        raise way_out

    dispatcher.update.outer_middleware(leave)
    intake = Intake(dispatcher, offline_bot(), Quarantine(Bus()))
    intake.open()

    with capture_logs() as lines:
        await intake.accept(message())
        await intake.drain(5)

    assert lines == []
