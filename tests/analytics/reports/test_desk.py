"""The desk answers once for many, and without keeping the event loop from everybody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.operations import CacheAsked
from bot.analytics.reports.desk import AT_ONCE, Reports
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.analytics.turns import BusyError
from bot.database.engine import Database
from tests.analytics.reports.business import source_of
from tests.fakes import Recorder


class Witness(Collector):
    """Remembers in which threads it was asked."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def collect(self) -> Iterator[Metric]:
        self.threads.append(threading.get_ident())
        yield GaugeMetricFamily("bot_up", "Up.", value=1)


class Question:
    """A report that counts how often it was computed."""

    def __init__(self) -> None:
        self.asked: list[Query] = []

    async def __call__(self, source: Source, query: Query) -> str:
        self.asked.append(query)
        await asyncio.sleep(0)
        return f"report {len(self.asked)}"


class Desk:
    """Reports on a clock that only the test moves."""

    def __init__(self, database: Database) -> None:
        self.now = 0.0
        self.told = Recorder()
        self.question = Question()
        self.reports = Reports(
            source_of(database),
            CollectorRegistry(),
            {},
            zone=UTC,
            bus=Bus(self.told),
            seconds=60,
            monotonic=lambda: self.now,
        )

    async def ask(self, days: int = 7, *, is_fresh: bool = False) -> str:
        return str(await self.reports.ask(self.question, days, is_fresh=is_fresh))


async def test_figures_are_collected_off_the_event_loop(sqlite: Database) -> None:
    registry, witness = CollectorRegistry(auto_describe=False), Witness()
    registry.register(witness)
    categories = {"bot_up": "system"}
    reports = Reports(source_of(sqlite), registry, categories, zone=UTC, bus=Bus())
    witness.threads.clear()

    report = await reports.figures("system")

    assert [series.name for series in report.series] == ["bot_up"]
    assert witness.threads and threading.get_ident() not in witness.threads


async def test_a_report_begun_before_a_forget_me_is_not_kept(sqlite: Database) -> None:
    desk = Desk(sqlite)

    first = asyncio.create_task(desk.ask())
    await asyncio.sleep(0)  # it is asked, and not answered
    assert desk.question.asked
    desk.reports.forget()

    assert (await first, await desk.ask()) == ("report 1", "report 2")


class Catching(Audience):
    """Knows only a part of the past while days are pending."""

    pending = 0

    @property
    def pending_days(self) -> int:
        return self.pending


@pytest.mark.parametrize(("before", "after"), [(2, 0), (0, 2), (2, 2)])
async def test_a_report_made_while_old_days_are_counted_is_not_kept(
    sqlite: Database, before: int, after: int
) -> None:
    desk, audience = Desk(sqlite), Catching(sqlite)
    desk.reports.source = replace(desk.reports.source, audience=audience)
    audience.pending = before

    first = asyncio.create_task(desk.ask())
    await asyncio.sleep(0)
    audience.pending = after

    assert (await first, await desk.ask()) == ("report 1", "report 2")


async def test_a_report_is_kept_for_a_while(sqlite: Database) -> None:
    desk = Desk(sqlite)

    first, desk.now = await desk.ask(), 59
    second, desk.now = await desk.ask(), 60
    third = await desk.ask()

    assert (first, second, third) == ("report 1", "report 1", "report 2")
    asked = [fact.result for fact in desk.told if isinstance(fact, CacheAsked)]
    assert asked == ["miss", "hit", "miss"]


async def test_a_fresh_one_is_computed_and_kept(sqlite: Database) -> None:
    desk = Desk(sqlite)
    await desk.ask()

    assert await desk.ask(is_fresh=True) == "report 2"
    assert await desk.ask() == "report 2"


async def test_another_question_is_another_report(sqlite: Database) -> None:
    desk = Desk(sqlite)

    assert [await desk.ask(7), await desk.ask(30)] == ["report 1", "report 2"]
    assert [query.period.days for query in desk.question.asked] == [7, 30]


async def test_who_asks_meanwhile_waits_for_the_same_answer(sqlite: Database) -> None:
    desk = Desk(sqlite)

    assert set(await asyncio.gather(*(desk.ask() for _ in range(5)))) == {"report 1"}


async def test_who_is_forgotten_stands_in_no_kept_report(sqlite: Database) -> None:
    desk = Desk(sqlite)
    await desk.ask()

    desk.reports.forget()

    assert await desk.ask() == "report 2"


async def test_many_reports_take_two_readers_and_no_more(sqlite: Database) -> None:
    reports, at_once, most = Desk(sqlite).reports, 0, 0

    async def compute(_: Source, query: Query) -> Query:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return query

    await asyncio.gather(*(reports.ask(compute, days) for days in range(1, 30)))

    assert most == AT_ONCE


async def test_the_impatient_are_refused_while_many_wait(sqlite: Database) -> None:
    desk, end = Desk(sqlite), asyncio.Event()

    async def compute(_: Source, query: Query) -> Query:
        await end.wait()
        return query

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(desk.reports.ask(compute, days)) for days in range(1, 60)]
        await asyncio.sleep(0)

        with pytest.raises(BusyError):
            await desk.reports.ask(compute, 100, is_patient=False)
        end.set()

    assert [one.result().period.days for one in asked] == [*range(1, 60)]


async def test_what_is_kept_is_given_without_a_turn(sqlite: Database) -> None:
    desk = Desk(sqlite)
    first = await desk.ask()

    async with desk.reports.turn(), desk.reports.turn():
        assert await asyncio.wait_for(desk.ask(), 5) == first


async def test_few_large_reports_are_kept(sqlite: Database) -> None:
    desk = Desk(sqlite)

    found = [
        await desk.reports.ask(desk.question, 365, step="hour", size=size) for size in range(1, 12)
    ]

    assert [desk.reports.keeps(one) for one in found] == [False] * 2 + [True] * 9


async def test_nothing_is_kept_about_somebody_unknown(sqlite: Database) -> None:
    desk, asked = Desk(sqlite), []

    class Nobody:
        is_known = False

    async def compute(_: Source, query: Query) -> Nobody:
        asked.append(query)
        return Nobody()

    for _ in range(2):
        await desk.reports.ask(compute, 7)

    assert len(asked) == 2


async def test_what_was_made_of_reports_is_forgotten_with_them(sqlite: Database) -> None:
    desk, made = Desk(sqlite), ["a body"]
    desk.reports.when_forgetting(made.clear)

    desk.reports.forget()

    assert made == []
