"""The weekly digest: each of its figures from a small history, checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.analytics.audience.rebuild import rebuild
from bot.analytics.events import Event
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from bot.analytics.reports.digest import Digest, digest
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.sheets import digest as sheets
from bot.clock import MILLISECOND
from bot.database.engine import Database
from tests.analytics.moments import ANN, BOB, NOON, failed, handled, said, seen
from tests.analytics.reports.business import source_of
from tests.analytics.summing import DAY, used, wrote

CID, DAN = 1003, 1004
# The last moment of the day before NOON's.
END = NOON.replace(hour=0) - MILLISECOND


def slow(at: datetime, command: str, seconds: float) -> list[Event]:
    number = round(at.timestamp())
    return [used(at, command), handled(number, at, command=command, seconds=seconds)]


def life() -> list[Event]:
    """Ann and Bob come in the week before, Cid in this one, and only Ann comes back."""
    return [
        seen(BOB, NOON - 9 * DAY),
        seen(ANN, NOON - 8 * DAY),
        said(ANN, NOON - 8 * DAY),
        seen(CID, NOON - 2 * DAY),
        *(seen(one, NOON - DAY) for one in (ANN, CID)),
        *(said(ANN, NOON - DAY) for _ in range(3)),
        *slow(NOON - DAY, "help", 0.2),
        *slow(NOON - DAY + timedelta(seconds=1), "quiz", 2.0),
        *slow(NOON - DAY + timedelta(seconds=2), "other", 9.0),
        *(failed(f"K{n}", NOON - DAY) for n in range(2)),
        failed("V1", NOON - DAY, type="ValueError"),
        said(BOB, NOON),
    ]


async def found(database: Database, features: frozenset[str] = frozenset()) -> Digest:
    await rebuild(database, UTC, clock=lambda: NOON)
    source = replace(source_of(database), features=features)
    return await digest(source, Query(period=Period(days=7, now=END, zone=UTC)))


async def test_a_week_is_told_in_figures(database: Database) -> None:
    await wrote(database, life())

    report = await found(database)

    assert (report.active.value, report.active.before) == (2, None)
    assert (report.new.value, report.new.before) == (1, None)
    assert (report.messages.value, report.commands.value, report.errors.value) == (3, 3, 3)
    assert report.updates.value == 3
    assert (report.returned.value, report.returned.before) == (0.5, None)
    assert report.messages.unknown_before is Unknown.NOT_RECORDED_THEN


async def test_the_best_day_and_the_earliest_of_the_worst(sqlite: Database) -> None:
    await wrote(sqlite, life())

    report = await found(sqlite)

    assert report.best and report.worst
    assert (report.best.day, report.best.active) == (NOON.date() - DAY, 2)
    assert (report.worst.day, report.worst.active) == (NOON.date() - 7 * DAY, 0)
    assert [one.active_before for one in report.days] == [None] * 5 + [1, 1]


async def test_what_is_slow_and_what_fails_most(sqlite: Database) -> None:
    await wrote(sqlite, life())

    report = await found(sqlite)

    assert report.slowest and report.slowest.name == "quiz"
    assert report.frequent and (report.frequent.name, report.frequent.count) == ("KeyError", 2)


async def test_without_billing_there_is_no_money(sqlite: Database) -> None:
    await wrote(sqlite, life())

    assert (await found(sqlite)).money is None


async def test_with_billing_there_is(sqlite: Database) -> None:
    await wrote(sqlite, life())

    money = (await found(sqlite, frozenset({"billing"}))).money

    assert money and money.gross.value == 0


async def test_weeks_that_are_recorded_are_compared(sqlite: Database) -> None:
    old = [seen(DAN, NOON - 20 * DAY), said(DAN, NOON - 20 * DAY)]
    await wrote(sqlite, [*old, *life()])

    report = await found(sqlite)

    assert report.messages == Figure(value=3, before=1)
    assert (report.active, report.new) == (Figure(value=2, before=2), Figure(value=1, before=2))
    assert report.returned == Figure(value=0.5, before=0)


async def test_a_quiet_week_says_so(sqlite: Database) -> None:
    await wrote(sqlite, [seen(ANN, NOON - 20 * DAY)])

    report = await found(sqlite)

    assert report.is_quiet
    (page,) = pages(sheets.digest(report, Words()), Words())
    assert "A quiet week: nobody used the bot." in page


async def test_an_empty_database_has_a_digest_of_unknowns(sqlite: Database) -> None:
    report = await found(sqlite)

    assert report.messages.unknown is Unknown.NOTHING_RECORDED
    assert (report.best, report.slowest, report.frequent, report.days) == (None, None, None, ())
    assert pages(sheets.digest(report, Words()), Words())


async def test_the_sheet_tells_all_of_it_in_words(sqlite: Database) -> None:
    await wrote(sqlite, life())

    (page,) = pages(sheets.digest(await found(sqlite), Words()), Words())

    assert "quiet" not in page
    assert "25 Dec 2025 to 31 Dec 2025" in page
    for line in (
        "came back, of those new the week before: <b>50%</b>",
        "best day: <b>31 Dec 2025, 2 people</b>",
        "worst day: <b>25 Dec 2025, 0 people</b>",
        "slowest command: <b>/quiz, 95 % within",
        "most frequent error: <b>KeyError, 2 times</b>",
    ):
        assert line in page
