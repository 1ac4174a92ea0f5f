"""Conversations with the assistant: how many began, how long they are, how they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.buckets import sums
from bot.analytics.reports.cuts import cut
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import ALL, Spread, counted, kept, spreads, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.usage import Usage, columns, usage_of
from bot.clock import from_milliseconds
from bot.database.feature_tables import completions
from bot.database.feature_tables import conversations as talks

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

row, question = talks.c, completions.c
LATEST = 20
SECOND = 1_000
# How many questions, up to and with; None: more.
LENGTHS: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 5), (6, 10), (11, None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """One conversation.  seconds: from its first question to the last; usage: all of them"""

    id: int
    status: str
    started_at: datetime
    seconds: float
    usage: Usage


@dataclass(frozen=True, slots=True)
class Length:
    """How many conversations have that many questions.  most: None: no limit"""

    least: int
    most: int | None
    talks: int


@dataclass(frozen=True, slots=True)
class TalksPart:
    """One part of the period.  name: its first day, or hour"""

    name: date
    talks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Talks:
    """Conversations that began in the period, as they stand now, against the one before.

    people: distinct ones who began one; statuses: how many are open, ended, expired
    questions: in all of them; each: of a conversation; short: the share with a single question
    mean, p50, p95: seconds from the first question to the last; 0 where there is only one
    kept_since: questions from before it were removed; None: none of the period's was
    latest: the newest first
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    kept_since: datetime | None
    begun: Figure
    people: Figure
    questions: Figure
    each: Figure
    short: Figure
    mean: Figure
    p50: Figure
    p95: Figure
    statuses: Mapping[str, int]
    lengths: tuple[Length, ...]
    timeline: tuple[TalksPart, ...]
    latest: tuple[Talk, ...]


ROWS = ("begun", "people", "mean", "p50", "p95")


async def conversations(source: Source, query: Query) -> Talks:
    """Those that began in the query's period, and chat if it names one."""
    period = query.period
    async with source.database.read("report.conversations") as connection:
        known = await kept(connection, period)
        sizes = await _sizes(connection, _begun(query, period))
        now = await _whole(connection, _begun(query, period), sizes)
        then = _begun(query, period.previous)
        before = await _whole(connection, then, await _sizes(connection, then))
        figures = {
            name: (known.figure if name in ROWS else known.of_events)(now[name], before[name])
            for name in now
        }
        return Talks(
            period=period,
            step=query.step,
            recorded_since=known.recorded_since,
            kept_since=known.kept_since,
            statuses=await counted(connection, row.status, _begun(query, period)),
            lengths=_lengths(sizes),
            timeline=await _timeline(connection, query),
            latest=await _latest(connection, _begun(query, period)),
            **figures,
        )


def _begun(query: Query, period: Period) -> ColumnElement[bool]:
    begun = within(row.started_at, period)
    return begun if query.chat_id is None else and_(begun, row.chat_id == query.chat_id)


async def _sizes(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[int, int]:
    """How many conversations have how many questions; those without any are left out."""
    asked = (
        select(func.count().label("n"))
        .select_from(completions)
        .join(talks, row.id == question.conversation_id)
        .where(where)
        .group_by(question.conversation_id)
        .subquery()
    )
    query = select(asked.c.n, func.count()).group_by(asked.c.n)
    return {int(n): int(talks) for n, talks in await connection.execute(query)}


async def _whole(
    connection: AsyncConnection, where: ColumnElement[bool], sizes: Mapping[int, int]
) -> dict[str, float | None]:
    counts = select(func.count(), func.count(distinct(row.user_number))).where(where)
    begun, people = (await connection.execute(counts)).one()
    lasted = row.last_at - row.started_at
    took = (await spreads(connection, ALL, lasted, where, scale=SECOND)).get("", Spread())
    questions, asked = sum(n * count for n, count in sizes.items()), sum(sizes.values())
    return {
        "begun": int(begun),
        "people": int(people),
        "questions": questions,
        "each": share(questions, asked),
        "short": share(sizes.get(1, 0), asked),
        "mean": took.mean,
        "p50": took.p50,
        "p95": took.p95,
    }


def _lengths(sizes: Mapping[int, int]) -> tuple[Length, ...]:
    def of(least: int, most: int | None) -> int:
        return sum(
            count for n, count in sizes.items() if n >= least and (most is None or n <= most)
        )

    return tuple(Length(least, most, of(least, most)) for least, most in LENGTHS)


async def _timeline(connection: AsyncConnection, query: Query) -> tuple[TalksPart, ...]:
    cuts = cut(query.period, query.step)
    where = _begun(query, query.period)
    parts = await sums(connection, cuts, row.started_at, func.count(), where)
    return tuple(map(TalksPart, cuts.names, parts))


async def _latest(connection: AsyncConnection, where: ColumnElement[bool]) -> tuple[Talk, ...]:
    newest = select(talks).where(where).order_by(row.started_at.desc(), row.id.desc())
    found: Sequence[Any] = (await connection.execute(newest.limit(LATEST))).all()
    mine = question.conversation_id.in_([one.id for one in found])
    asked = select(question.conversation_id, *columns()).where(mine)
    rows = await connection.execute(asked.group_by(question.conversation_id))
    used = {number: usage_of(values) for number, *values in rows}
    return tuple(
        Talk(
            id=one.id,
            status=one.status,
            started_at=from_milliseconds(one.started_at),
            seconds=max(one.last_at - one.started_at, 0) / SECOND,
            usage=used.get(one.id, Usage()),
        )
        for one in found
    )
