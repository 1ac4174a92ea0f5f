"""What is asked today about days that are over is what was asked when they ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace as altered
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, insert

from bot.analytics.audience.audience import Audience
from bot.analytics.render.sheet import Figures, Sheet
from bot.analytics.render.words import Words
from bot.analytics.reports.chat import Chat
from bot.analytics.reports.conversations import Talks
from bot.analytics.reports.period import Period, last_days
from bot.analytics.reports.person import Person
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source
from bot.analytics.shelf import CHAT, KINDS, PERSON, Kind
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.alert_tables import alert_history
from bot.database.engine import Database
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_answers,
    quiz_runs,
    subscriptions,
)
from tests.analytics.reports.business import DAY, HOUR, deal, milliseconds
from tests.analytics.reports.talk import BERLIN, NOWS, Act, histories, rolled, told
from tests.rows import error, minute, payment

# Summer begins between the days that are asked about and those since.
NOW = NOWS[0]
DAYS, AGO = 10, 3
ALL = (*KINDS, PERSON, CHAT)
WORDS = Words()
Rows = dict[Table, list[dict[str, Any]]]
# In the order in which they can be removed.
TABLES: tuple[Table, ...] = (
    tables.payments,
    subscriptions,
    tables.errors,
    tables.metric_aggregates,
    downloads,
    quiz_answers,
    quiz_runs,
    completions,
    conversations,
    alert_history,
)


def past(now: datetime = NOW, zone: tzinfo = BERLIN, days: int = DAYS) -> Period:
    """Some days, the last of which has been over for days."""
    until = now.astimezone(zone).date() - AGO * DAY
    return last_days(days, now, zone, until=until)


def rows_at(number: int, at: datetime) -> Iterator[tuple[Table, dict[str, Any]]]:
    """What happened about *at*, and to some of it three days later; work ends at once."""
    when, later, person = milliseconds(at), milliseconds(at + 3 * DAY), 1 + number % 3
    yield tables.payments, payment(f"{number}", at, plan="premium", refunded_at=later)
    yield subscriptions, deal(person, at, ended_at=later, end="failed")
    yield tables.errors, error(f"E{number}", at)
    yield tables.metric_aggregates, minute("error" if number % 3 else "handled", at, 3, 0.5)
    # What waits, runs or is open counts as what it has become, so none of it is at the end.
    work = {"id": number, "user_number": person, "chat_id": 1000 + person}
    ended = {"ended_at": when + 5_000}
    asked = {"queued_at": when, "started_at": when + 1_000, "offered_at": when, **ended}
    yield downloads, {**work, **asked, "state": "done", "site": "tube", "format": "mp3"}
    run = {"started_at": when, "questions": 2, "seed": 1, "state": "completed", **ended}
    yield quiz_runs, {
        "id": number, "starter_number": person, "is_group": False, "topic": "space", **run
    }  # fmt: skip
    yield quiz_answers, {
        "run_id": number, "question": 1, "telegram_id": 1000 + person, "is_correct": True,
        "seconds": 2.0, "answered_at": when + 2_000,
    }  # fmt: skip
    yield conversations, {
        **work, "status": "ended", "started_at": when, "last_at": when + 1_000, **ended
    }  # fmt: skip
    yield completions, {
        **work, "conversation_id": number, "model": "m", "state": "done", "asked_at": when,
        "input_tokens": 5, "seconds": 1.0, **ended,
    }  # fmt: skip
    yield alert_history, {
        "id": number, "rule": "Rule", "severity": "critical", "details": "", "fired_at": when,
        "resolved_at": later, "acked_at": later,
    }  # fmt: skip


def business(period: Period, now: datetime) -> Rows:
    """Something on every second day, to the last minute of the period and from its next on."""
    end = period.now + timedelta(microseconds=1)
    times = [end - n * 2 * DAY - timedelta(minutes=1) for n in range(12)]
    times += [end + timedelta(minutes=1), now - HOUR]
    found: Rows = {table: [] for table in TABLES}
    for number, at in enumerate(sorted(times), start=1):
        for table, row in rows_at(number, at):
            found[table].append(row)
    return found


def as_it_was(some: Rows, end: int) -> Rows:
    """The same at that moment, in UTC milliseconds."""
    return {
        table: [_was(row, end) for row in rows if _began(row) < end]
        for table, rows in some.items()
    }


BEGINNINGS = ("bucket_at", "at", "paid_at", "asked_at", "answered_at", "fired_at", "started_at")


def _began(row: dict[str, Any]) -> int:
    return int(next(row[name] for name in ("queued_at", *BEGINNINGS) if name in row))


def _was(row: dict[str, Any], end: int) -> dict[str, Any]:
    was = {
        name: None
        if name in {"refunded_at", "ended_at", "resolved_at", "acked_at"} and value >= end
        else value
        for name, value in row.items()
    }
    return was | ({"end": None} if "end" in was and was["ended_at"] is None else {})


async def put_all(database: Database, some: Rows) -> None:
    async with database.write("test") as connection:
        for table in TABLES:
            await connection.execute(delete(table))
        for table in reversed(TABLES):
            if some[table]:
                await connection.execute(insert(table), some[table])


async def asked(
    source: Source, period: Period, kinds: Sequence[Kind] = ALL
) -> dict[tuple[str, Step], Any]:
    """The reports about *period*, cut in every way."""
    found = {}
    for kind in kinds:
        for step in kind.steps:
            narrowed = {"person": {"user_id": 1001}, "chat": {"chat_id": -1}}.get(kind.name, {})
            query = Query(period=period, step=step, **narrowed)  # type: ignore[arg-type]  # ids
            found[kind.name, step] = standing(await kind.compute(source, query))
    return found


def standing(report: Any) -> Any:
    """*report* without what it says of now, whatever the period."""
    if isinstance(report, Person):
        ever = {"all_messages": 0, "all_commands": 0, "last_at": None}
        return altered(report, **ever)  # type: ignore[arg-type]  # of several types
    if isinstance(report, Chat):
        return altered(report, last_at=None)
    return altered(report, statuses={}) if isinstance(report, Talks) else report


async def source_with(database: Database, acts: Sequence[Act], rows: Rows) -> Source:
    """Where reports ask about these and nothing else, in Berlin."""
    source = await told(database, acts, BERLIN, {1: "de", 2: "en"}, {2})
    await put_all(database, rows)
    return altered(source, audience=Audience(database, zone=BERLIN))


async def both(
    database: Database, acts: Sequence[Act], period: Period, now: datetime
) -> list[dict[tuple[str, Step], Any]]:
    """Every report as it was when the period ended, and as it is now."""
    end = period.end_at
    known = [act for act in acts if to_milliseconds(act.at) < end]
    some, found = business(period, now), []
    for happened, rows in ((known, as_it_was(some, end)), (acts, some)):
        source = await source_with(database, happened, rows)
        found.append(await asked(source, period))
    return found


ACTS = (
    *(Act(number=1, hours=24 * day, now=NOW) for day in range(40)),
    *(Act(number=2, hours=24 * day + 7, now=NOW, chat_id=-1) for day in range(0, 40, 3)),
    *(Act(number=3, hours=24 * day, now=NOW, kind="block", label=None) for day in (2, 7, 15)),
    *(Act(number=4, hours=hours, now=NOW, label="photo") for hours in (1, 30)),
    *(Act(number=5, hours=24 * day, now=NOW, kind="start", label="ads") for day in (1, 6, 20)),
)


async def test_every_report_says_of_the_past_what_it_said_then(database: Database) -> None:
    then, now = await both(database, ACTS, past(), NOW)

    assert [name for name in then if then[name] != now[name]] == []


@settings(rolled, max_examples=2)  # each asks for every report twice
@given(data=st.data(), now=st.sampled_from(NOWS), days=st.sampled_from([1, 7, 10]))
async def test_any_history_says_of_the_past_what_it_said_then(
    sqlite: Database, data: st.DataObject, now: datetime, days: int
) -> None:
    # Everybody who bought or asked anything had been met before.
    met = [Act(number=number, hours=24 * 45, now=now, chat_id=-1) for number in (1, 2, 3)]
    acts = [*met, *data.draw(histories(now))]

    then, later = await both(sqlite, acts, past(now, days=days), now)

    assert [name for name in then if then[name] != later[name]] == []


async def laid_out(database: Database, period: Period, kind: Kind) -> Sheet:
    source = await source_with(database, ACTS, business(period, NOW))
    found = await asked(source, period, [kind])
    return kind.lay_out(found[kind.name, kind.steps[0]], WORDS)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
async def test_a_sheet_about_the_past_does_not_speak_of_today(
    sqlite: Database, kind: Kind
) -> None:
    sheet = await laid_out(sqlite, past(), kind)

    blocks = [block for block in sheet.blocks if isinstance(block, Figures)]
    lines = [line for block in blocks for line in block.lines]
    said = " ".join([*sheet.notes, *(line.label for line in lines)])
    assert not any(line.is_partial for line in lines)
    assert not any(word in said.lower().split() for word in ("today", "now", "today."))
    assert not any(getattr(block, "is_last_partial", False) for block in sheet.blocks)


def test_the_past_ends_with_its_last_day() -> None:
    period = past()

    assert period.is_over and period.now.astimezone(BERLIN).time() == time.max
