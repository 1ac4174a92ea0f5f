"""The assistant: talks, questions, tokens by type, and what they cost, as written at the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.buckets import kept_parts
from bot.analytics.reports.cuts import cut, quarter
from bot.analytics.reports.figure import Figure, Unknown, share
from bot.analytics.reports.kept import ALL, Kept, Spread, counted, kept, spreads, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source
from bot.analytics.reports.usage import IS_ANSWERED, TOKENS, TYPES, Usage, columns, usage_of
from bot.clock import from_milliseconds
from bot.database.feature_tables import completions, conversations
from bot.database.tables import users

row = completions.c
TOP = 20
# The running ones have no tokens yet, only an estimate.
IS_OVER = row.state != "running"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelUsage:
    """One model, by the operator's name.  took: seconds from a question to the answer's end."""

    model: str
    usage: Usage
    took: Spread = field(default_factory=Spread)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonUsage:
    """One person.  telegram_id: None for all who asked to be forgotten; name: if it is stored."""

    telegram_id: int | None
    name: str | None
    usage: Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversationUsage:
    """One conversation, as far as it was in the period.  status: open, ended, expired."""

    id: int
    status: str
    started_at: datetime
    usage: Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class UsagePart:
    """One part of the period.  name: its first day, or hour; cost: None as in Usage.

    messages, tokens: None: removed, and with them the cost
    """

    name: date
    messages: int | None
    tokens: int | None
    cost: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Assistant:
    """Questions that were asked in the period and have ended, against the one before.

    conversations: begun in the period; statuses: how many of them are open, ended, expired
    people, talks: distinct ones that asked; messages_each, tokens_each: of a conversation
    cost_person, cost_conversation: US dollars / those who asked, of priced tokens only
    tokens_person: tokens / people; unpriced: tokens that are in no cost
    mean, p50, p95: seconds from a question to the end of its answer
    models: the most questions first; top_people and top_conversations: the most tokens first
    errors: of the questions without a whole answer, by type
    kept_since: what was asked before it was removed; None: nothing of the period was
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    kept_since: datetime | None
    conversations: Figure
    statuses: Mapping[str, int]
    messages: Figure
    answered: Figure
    people: Figure
    talks: Figure
    messages_each: Figure
    tokens: Figure
    input: Figure
    cached_input: Figure
    output: Figure
    reasoning: Figure
    unpriced: Figure
    estimated: Figure
    tokens_each: Figure
    tokens_person: Figure
    cost: Figure
    cost_person: Figure
    cost_conversation: Figure
    mean: Figure
    p50: Figure
    p95: Figure
    models: tuple[ModelUsage, ...]
    top_people: tuple[PersonUsage, ...]
    top_conversations: tuple[ConversationUsage, ...]
    errors: Mapping[str, int]
    timeline: tuple[UsagePart, ...]


async def assistant(source: Source, query: Query) -> Assistant:
    """What was asked in the query's period, and chat if it names one, cut into its steps."""
    period = query.period
    where = _asked(query, period)
    async with source.database.read("report.assistant") as connection:
        known = await kept(connection, period)
        now = await _whole(connection, query, period)
        then = await _whole(connection, query, period.previous)
        statuses = await counted(connection, conversations.c.status, _begun(query, period))
        failed = and_(where, ~IS_ANSWERED)
        return Assistant(
            period=period,
            step=query.step,
            recorded_since=known.recorded_since,
            kept_since=known.kept_since,
            statuses=statuses,
            **{name: _figure(known, name, now, then) for name in now},
            models=await _models(connection, where),
            top_people=await _people(connection, where),
            top_conversations=await _conversations(connection, where),
            errors=await counted(connection, row.error, failed),
            timeline=await _timeline(connection, known, where, query),
        )


def _asked(query: Query, period: Period) -> ColumnElement[bool]:
    asked = and_(within(row.asked_at, period), IS_OVER)
    return asked if query.chat_id is None else and_(asked, row.chat_id == query.chat_id)


def _begun(query: Query, period: Period) -> ColumnElement[bool]:
    table = conversations.c
    begun = within(table.started_at, period)
    return begun if query.chat_id is None else and_(begun, table.chat_id == query.chat_id)


async def _whole(connection: AsyncConnection, query: Query, period: Period) -> dict[str, Any]:
    where = _asked(query, period)
    people, talks = (
        func.count(distinct(row.user_number)),
        func.count(distinct(row.conversation_id)),
    )
    asked = select(*columns(), people, talks).where(where)
    *values, n_people, n_talks = (await connection.execute(asked)).one()
    usage = usage_of(values)
    begun = select(func.count()).where(_begun(query, period))
    answered = and_(where, IS_ANSWERED)
    took = (await spreads(connection, ALL, row.seconds, answered)).get("", Spread())
    return {
        "conversations": int(await connection.scalar(begun) or 0),
        "people": int(n_people),
        "talks": int(n_talks),
        **{name: getattr(usage, name) for name in USED},
        **_each(usage, int(n_people), int(n_talks)),
        "mean": took.mean,
        "p50": took.p50,
        "p95": took.p95,
    }


USED = ("messages", "answered", "tokens", *TYPES, "unpriced", "estimated", "cost")


def _each(usage: Usage, people: int, talks: int) -> dict[str, float | None]:
    cost = usage.cost
    return {
        "messages_each": share(usage.messages, talks),
        "tokens_each": share(usage.tokens, talks),
        "tokens_person": share(usage.tokens, people),
        "cost_person": None if cost is None else share(cost, people),
        "cost_conversation": None if cost is None else share(cost, talks),
    }


def _figure(known: Kept, name: str, now: Mapping[str, Any], then: Mapping[str, Any]) -> Any:
    if name == "conversations":
        return known.figure(now[name], then[name])
    figure = known.of_events(now[name], then[name])
    if not name.startswith("cost"):
        return figure
    why, why_then = [
        Unknown.NO_PRICE if values["cost"] is None and gap is Unknown.NO_UPDATES else gap
        for values, gap in ((now, figure.unknown), (then, figure.unknown_before))
    ]
    return replace(figure, unknown=why, unknown_before=why_then)


async def _models(
    connection: AsyncConnection, where: ColumnElement[bool]
) -> tuple[ModelUsage, ...]:
    took = await spreads(connection, row.model, row.seconds, and_(where, IS_ANSWERED))
    query = select(row.model, *columns()).where(where).group_by(row.model)
    rows = await connection.execute(query.order_by(func.count().desc(), row.model))
    return tuple(
        ModelUsage(model=model, usage=usage_of(values), took=took.get(model, Spread()))
        for model, *values in rows
    )


async def _people(
    connection: AsyncConnection, where: ColumnElement[bool]
) -> tuple[PersonUsage, ...]:
    query = select(row.user_number, *columns()).where(where).group_by(row.user_number)
    most = query.order_by(func.sum(TOKENS).desc(), row.user_number).limit(TOP)
    found = {number: usage_of(values) for number, *values in await connection.execute(most)}
    table = users.c
    who = select(table.number, table.telegram_id, table.name).where(table.number.in_(found))
    names = {one.number: one for one in await connection.execute(who)}
    return tuple(
        PersonUsage(
            telegram_id=names[number].telegram_id if number in names else None,
            name=names[number].name if number in names else None,
            usage=usage,
        )
        for number, usage in found.items()
    )


async def _conversations(
    connection: AsyncConnection, where: ColumnElement[bool]
) -> tuple[ConversationUsage, ...]:
    query = select(row.conversation_id, *columns()).where(where).group_by(row.conversation_id)
    most = query.order_by(func.sum(TOKENS).desc(), row.conversation_id).limit(TOP)
    found = {number: usage_of(values) for number, *values in await connection.execute(most)}
    table = conversations.c
    which = select(table.id, table.status, table.started_at).where(table.id.in_(found))
    known = {one.id: one for one in await connection.execute(which)}
    return tuple(
        ConversationUsage(
            id=number,
            status=known[number].status,
            started_at=from_milliseconds(known[number].started_at),
            usage=usage,
        )
        for number, usage in found.items()
    )


async def _timeline(
    connection: AsyncConnection, known: Kept, where: ColumnElement[bool], query: Query
) -> tuple[UsagePart, ...]:
    cuts = cut(query.period, query.step)
    parts: list[list[Any]] = [[0, 0, None] for _ in cuts.names]
    number = quarter(row.asked_at)
    sums = (func.count(), func.sum(TOKENS), func.sum(row.cost_usd))
    rows = await connection.execute(select(number, *sums).where(where).group_by(number))
    for place, count, tokens, cost in rows:
        part = parts[cuts.index_of_quarter(place)]
        part[0] += int(count)
        part[1] += int(tokens)
        if cost is not None:
            part[2] = (part[2] or 0.0) + float(cost)
    counts = kept_parts(known, cuts, [count for count, _, _ in parts])
    return tuple(
        _part(name, count, tokens, cost)
        for name, count, (_, tokens, cost) in zip(cuts.names, counts, parts, strict=True)
    )


def _part(name: date, messages: int | None, tokens: int, cost: float | None) -> UsagePart:
    if messages is None:
        return UsagePart(name=name, messages=None, tokens=None, cost=None)
    none = 0.0 if not tokens else None
    return UsagePart(
        name=name, messages=messages, tokens=tokens, cost=none if cost is None else cost
    )
