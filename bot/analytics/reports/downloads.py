"""Downloads: how many were asked for, how many arrived, how long that took, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.buckets import beside, kept_parts
from bot.analytics.reports.cuts import Cuts, cut, quarter
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import ALL, Kept, Spread, counted, kept, of_kind, spreads, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source
from bot.database.feature_tables import downloads as table
from bot.database.tables import events

row = table.c
MILLISECONDS = 1000.0
SPACE: Any = literal_column("' '")  # no parameter, or PostgreSQL would take each for another
PRIORITIES = ("low", "medium", "high")  # as the column counts them
# Of a download that a person chose.
STATES = ("queued", "running", "done", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """What became of some downloads.  took: from the first start to the delivery, of the done."""

    done: int = 0
    failed: int = 0
    cancelled: int = 0
    open: int = 0
    took: Spread = field(default_factory=Spread)

    @property
    def requests(self) -> int:
        """All of them."""
        return self.done + self.failed + self.cancelled + self.open

    @property
    def success_rate(self) -> float | None:
        """Done of those that ended by themselves: not of what people cancelled, or wait for."""
        return share(self.done, self.done + self.failed)


@dataclass(frozen=True, kw_only=True, slots=True)
class DownloadPart:
    """One part of the period.  name: its first day, or hour; requests_before: as long before.

    None: removed, or from before the records
    """

    name: date
    requests: int | None
    done: int | None
    failed: int | None
    requests_before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Downloads:
    """Downloads that people chose in the period, against the one before.

    open: still waiting or running; cancelled: by their people
    success_rate: done / (done + failed)
    mean, p50, p95: seconds from the first start to the delivery
    at_once: had already been sent to somebody, so no download was needed
    retries: attempts planned again; refused: links that led to nothing that could be offered
    by_format, by_quality, by_site: the most requests first; quality: "mp4 720p"
    waits: seconds from being queued to the first start, by priority
    errors: of what failed; refusals and retry_errors: of links and of attempts; by type
    kept_since: what ended before it was removed; None: nothing of the period was
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    kept_since: datetime | None
    requests: Figure
    done: Figure
    failed: Figure
    cancelled: Figure
    open: Figure
    success_rate: Figure
    mean: Figure
    p50: Figure
    p95: Figure
    size_bytes: Figure
    at_once: Figure
    retries: Figure
    refused: Figure
    by_format: Mapping[str, Outcomes]
    by_quality: Mapping[str, Outcomes]
    by_site: Mapping[str, Outcomes]
    waits: Mapping[str, Spread]
    errors: Mapping[str, int]
    refusals: Mapping[str, int]
    retry_errors: Mapping[str, int]
    timeline: tuple[DownloadPart, ...]


async def downloads(source: Source, query: Query) -> Downloads:
    """Downloads of the query's period, and chat if it names one, cut into its steps."""
    period = query.period
    where, where_then = _chosen(query, period), _chosen(query, period.previous)
    async with source.database.read("report.downloads") as connection:
        known = await kept(connection, period)
        now, then = await _whole(connection, where), await _whole(connection, where_then)
        count, count_then = [
            await _events(connection, query, part) for part in (period, period.previous)
        ]
        groups = await _groups(connection, where)
        timeline = await _timeline(connection, known, query)
        waits = await _waits(connection, where)
        errors = await counted(connection, row.error, and_(where, row.state == "failed"))
    figures: dict[str, Any] = {name: known.of_events(now[name], then[name]) for name in now} | {
        name: known.of_events(sum(count[name].values()), sum(count_then[name].values()))
        for name in count
    }
    return Downloads(
        period=period,
        step=query.step,
        recorded_since=known.recorded_since,
        kept_since=known.kept_since,
        **figures,
        **groups,
        waits=waits,
        errors=errors,
        refusals=count["refused"],
        retry_errors=count["retries"],
        timeline=timeline,
    )


def _chosen(query: Query, period: Period) -> ColumnElement[bool]:
    chosen = within(row.queued_at, period)
    return chosen if query.chat_id is None else and_(chosen, row.chat_id == query.chat_id)


async def _whole(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[str, Any]:
    """The figures of all downloads."""
    everything = (await _outcomes(connection, (), where)).get("", Outcomes())
    size = await connection.scalar(select(func.sum(row.size_bytes)).where(where))
    names = ("requests", "done", "failed", "cancelled", "open", "success_rate")
    return {
        **{name: getattr(everything, name) for name in names},
        **{name: getattr(everything.took, name) for name in ("mean", "p50", "p95")},
        "size_bytes": int(size or 0),
    }


async def _groups(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[str, Any]:
    return {
        "by_format": await _outcomes(connection, (row.format,), where),
        "by_quality": await _outcomes(connection, (row.format, row.quality), where),
        "by_site": await _outcomes(connection, (row.site,), where),
    }


async def _outcomes(
    connection: AsyncConnection,
    keys: tuple[ColumnElement[Any], ...],
    where: ColumnElement[bool],
) -> dict[str, Outcomes]:
    """What became of them by *keys*, whose names are joined by spaces; the most requests first."""
    counts: dict[str, dict[str, int]] = {}
    query = select(row.state, func.count(), *keys).where(where, row.state.in_(STATES))
    for state, count, *names in await connection.execute(query.group_by(row.state, *keys)):
        ends = counts.setdefault(" ".join(names), {})
        ends[_end(state)] = ends.get(_end(state), 0) + int(count)
    took = await _took(connection, keys, where)
    found = {
        name: Outcomes(**ends, took=took.get(name, Spread())) for name, ends in counts.items()
    }
    return dict(sorted(found.items(), key=lambda one: (-one[1].requests, one[0])))


def _end(state: str) -> str:
    return state if state in {"done", "failed", "cancelled"} else "open"


async def _took(
    connection: AsyncConnection,
    keys: tuple[ColumnElement[Any], ...],
    where: ColumnElement[bool],
) -> dict[str, Spread]:
    is_done = and_(where, row.state == "done")
    key = keys[0] if keys else ALL
    for more in keys[1:]:
        key = key.op("||")(SPACE).op("||")(more)
    took = row.ended_at - row.started_at
    return await spreads(connection, key, took, is_done, scale=MILLISECONDS)


async def _waits(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[str, Spread]:
    """By priority, the highest first; all that began, whatever became of them."""
    waited = row.started_at - row.queued_at
    found = await spreads(connection, row.priority, waited, where, scale=MILLISECONDS)
    named = {PRIORITIES[place]: spread for place, spread in found.items()}
    return {name: named[name] for name in reversed(PRIORITIES) if name in named}


async def _events(
    connection: AsyncConnection, query: Query, period: Period
) -> dict[str, dict[str, int]]:
    """What only single events tell, by their labels; of every chat, but for what was at once."""
    at_once = and_(of_kind("download_queued", period), events.c.value > 0)
    if query.chat_id is not None:
        at_once = and_(at_once, events.c.chat_id == query.chat_id)
    return {
        "at_once": await counted(connection, events.c.label, at_once),
        "retries": await counted(connection, events.c.label, of_kind("download_retried", period)),
        "refused": await counted(connection, events.c.label, of_kind("link_refused", period)),
    }


async def _timeline(
    connection: AsyncConnection, known: Kept, query: Query
) -> tuple[DownloadPart, ...]:
    period = query.period
    cuts, cuts_then = cut(period, query.step), cut(period.previous, query.step)
    now = await _by_part(connection, _chosen(query, period), cuts)
    then = await _by_part(connection, _chosen(query, period.previous), cuts_then)
    requests = kept_parts(known, cuts, [sum(part.values()) for part in now])
    before = kept_parts(known, cuts_then, [sum(part.values()) for part in then])
    if known.figure(0, 0).before is None:
        before = []
    return tuple(
        DownloadPart(
            name=name,
            requests=count,
            done=None if count is None else part.get("done", 0),
            failed=None if count is None else part.get("failed", 0),
            requests_before=count_before,
        )
        for name, count, part, count_before in zip(
            cuts.names, requests, now, beside(before, len(now)), strict=True
        )
    )


async def _by_part(
    connection: AsyncConnection, where: ColumnElement[bool], cuts: Cuts
) -> list[dict[str, int]]:
    """How many ended how, by when they were chosen."""
    parts: list[dict[str, int]] = [{} for _ in cuts.names]
    number = quarter(row.queued_at)
    query = select(number, row.state, func.count()).where(where, row.state.in_(STATES))
    for place, state, count in await connection.execute(query.group_by(number, row.state)):
        part = parts[cuts.index_of_quarter(place)]
        part[state] = part.get(state, 0) + int(count)
    return parts
