"""Every update is timed and named once, whatever happens to it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any

import pytest
from aiogram import Router
from aiogram.dispatcher.event.bases import CancelHandler, SkipHandler
from aiogram.handlers import MessageHandler
from aiogram.types import Update

from bot.analytics.events import UpdateHandled
from bot.middlewares.timer import KINDS, kind_of
from tests.middlewares.stage import BURST, Stage, echo, fail, messages_to, nothing
from tests.updates import ACTIONS, ALICE, NOON, acts, moves, presses, says, told


class Greeter(MessageHandler):
    """A handler that is a class."""

    async def handle(self) -> None:
        """Do nothing."""


class Machine:
    """A handler that is an object; aiogram runs it in a thread."""

    def __call__(self, message: Any) -> None:
        """Do nothing."""


async def with_extra(_: Any, extra: int = 0) -> None:
    """Take an argument that a partial fills."""


async def skip(_: Any) -> None:
    """Leave it to the next handler."""
    raise SkipHandler


async def cancel(_: Any) -> None:
    """End here."""
    raise CancelHandler


async def test_a_handled_update_is_told_with_its_number_and_handler() -> None:
    stage = Stage(messages_to(echo))
    update = says(ALICE, "hi")

    await stage.hears(update)

    fact = stage.handled()
    assert (fact.update_id, fact.kind, fact.handler, fact.outcome, fact.at) == (
        update.update_id,
        "message",
        "echo",
        "handled",
        NOON,
    )


async def test_an_update_is_told_with_the_command_that_was_typed() -> None:
    stage = Stage(messages_to(echo))

    await stage.hears(says(ALICE, "/help"))
    await stage.hears(says(ALICE, "help"))

    told_of = [fact.command for fact in stage.told if isinstance(fact, UpdateHandled)]
    assert told_of == ["other", ""]


async def test_what_nobody_takes_is_unhandled() -> None:
    stage = Stage()

    await stage.hears(says(ALICE, "hi"))

    assert (stage.handled().outcome, stage.handled().handler) == ("unhandled", "none")


async def test_an_answer_that_is_a_shrug_is_unhandled_under_its_name() -> None:
    stage = Stage(messages_to(echo, flags={"outcome": "unhandled"}))

    await stage.hears(says(ALICE, "hi"))

    assert (stage.handled().outcome, stage.handled().handler) == ("unhandled", "echo")
    assert stage.outbox.texts == ["hi"]


@pytest.mark.parametrize("flag", ["made up", 7, None])
async def test_somebodys_flag_cannot_invent_an_outcome(flag: object) -> None:
    stage = Stage(messages_to(nothing, flags={"outcome": flag}))

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().outcome == "handled"


async def test_a_failure_is_an_error_of_its_handler() -> None:
    stage = Stage(messages_to(fail))

    await stage.hears(says(ALICE, "hi"))

    assert (stage.handled().outcome, stage.handled().handler) == ("error", "fail")


async def test_a_failing_shrug_is_an_error() -> None:
    stage = Stage(messages_to(fail, flags={"outcome": "unhandled"}))

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().outcome == "error"


async def test_what_is_refused_is_throttled_and_has_no_handler() -> None:
    stage = Stage(messages_to(echo))

    await stage.hears(*(says(ALICE, "hi") for _ in range(BURST + 1)))

    last = stage.facts(UpdateHandled)[-1]
    assert (last.outcome, last.handler) == ("throttled", "none")


async def test_a_failure_outside_of_everything_is_an_error_and_goes_on() -> None:
    stage = Stage()

    async def broken_middleware(_event: Any, _data: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stage.timer(broken_middleware, says(ALICE, "hi"), {})

    assert stage.handled().outcome == "error"


@pytest.mark.parametrize(
    ("handler", "name"),
    [
        (echo, "echo"),
        (Greeter, "Greeter"),
        (Machine(), "Machine"),
        (partial(with_extra, extra=1), "with_extra"),
        (partial(partial(with_extra), extra=1), "with_extra"),
        (partial(Machine()), "Machine"),
        (lambda _: None, "<lambda>"),
    ],
)
async def test_handlers_of_every_sort_have_a_name(handler: Any, name: str) -> None:
    stage = Stage(messages_to(handler))

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().handler == name


async def test_handlers_deep_in_nested_routers_are_named() -> None:
    outer, middle = Router(), Router()
    outer.include_router(middle)
    middle.include_router(messages_to(echo))
    stage = Stage(outer)

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().handler == "echo"


async def test_who_skips_leaves_the_name_to_the_next() -> None:
    stage = Stage(messages_to(skip, echo))

    await stage.hears(says(ALICE, "hi"))

    assert (stage.handled().handler, stage.handled().outcome) == ("echo", "handled")


async def test_when_all_skip_nobody_took_it() -> None:
    stage = Stage(messages_to(skip, flags={"outcome": "unhandled"}), messages_to(skip))

    await stage.hears(says(ALICE, "hi"))

    assert (stage.handled().handler, stage.handled().outcome) == ("none", "unhandled")


async def test_who_cancels_has_handled_it() -> None:
    stage = Stage(messages_to(cancel, echo))

    with pytest.raises(CancelHandler):
        await stage.hears(says(ALICE, "hi"))

    assert (stage.handled().handler, stage.handled().outcome) == ("cancel", "handled")


@pytest.mark.parametrize("kind", sorted(ACTIONS))
async def test_kinds_are_named_as_telegram_names_them(kind: str) -> None:
    stage = Stage()

    await stage.hears(acts(ALICE, kind))

    assert stage.handled().kind == kind


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_that_aiogram_knows_is_found_among_its_empty_neighbours(kind: str) -> None:
    nobody: dict[str, Any] = dict.fromkeys(KINDS)

    update = Update.model_construct(update_id=1, **(nobody | {kind: object()}))

    assert kind_of(update) == kind


async def test_a_kind_that_is_new_is_other_and_unhandled() -> None:
    stage = Stage(messages_to(echo))

    with pytest.warns(RuntimeWarning, match="unknown update type"):
        await stage.hears(told(hologram={"id": 1}))

    assert (stage.handled().kind, stage.handled().outcome) == ("other", "unhandled")


@pytest.mark.parametrize(("late", "lag"), [(0, 0.0), (90, 90.0), (-5, 0.0)])
async def test_the_lag_of_a_message_is_never_negative(late: int, lag: float) -> None:
    stage = Stage(now=NOON + timedelta(seconds=late))

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().lag_seconds == lag


@pytest.mark.parametrize("update", [presses(ALICE, "x"), moves(ALICE, "left", "member")])
async def test_only_messages_have_a_lag(update: Update) -> None:
    stage = Stage()

    await stage.hears(update)

    assert stage.handled().lag_seconds is None


async def test_the_duration_is_that_of_the_handler() -> None:
    took: list[float] = []

    async def slow(_: Any) -> None:
        started = perf_counter()
        await asyncio.sleep(0.02)
        took.append(perf_counter() - started)

    stage = Stage(messages_to(slow))

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().seconds >= took[0] > 0.01


@pytest.mark.parametrize("handler", [echo, fail, nothing])
async def test_in_flight_is_one_inside_and_none_afterwards(handler: Any) -> None:
    seen = []

    async def look(message: Any) -> None:
        seen.append(stage.timer.in_flight)
        await handler(message)

    stage = Stage(messages_to(look))

    await stage.hears(says(ALICE, "hi"))

    assert (seen, stage.timer.in_flight) == ([1], 0)


async def test_an_update_that_is_cut_off_counts_as_not_handled_so_it_comes_again() -> None:
    arrived = asyncio.Event()

    async def hang(_: Any) -> None:
        arrived.set()
        await asyncio.Event().wait()

    stage = Stage(messages_to(hang))
    task = asyncio.create_task(stage.hears(says(ALICE, "hi")))
    await arrived.wait()

    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert (stage.facts(UpdateHandled), stage.timer.in_flight) == ([], 0)
