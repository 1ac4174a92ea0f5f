"""How the bot did in a period, against the period before: people, use, health, money."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.analytics import milestones
from bot.analytics.milestones import Milestones
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.overview_counts import (
    Use,
    counts,
    recorded_since,
    top,
    waiting_downloads,
)
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.clock import from_milliseconds

SLOW = "slow_download_seconds"


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The figures of a period.

    people: active on at least one of its days; days before are counted whole, today so far
    mean_seconds: to handle an update; stars: received, refunds not subtracted
    downloads, failed_downloads: that ended in the period, those cancelled by people not counted
    download_seconds, slow_download_seconds: mean and p95 (nearest rank) from start to delivery
    subscribers: people with a paid plan that runs, at the end of the period
    waiting: downloads that wait now; ytdlp_up: whether yt-dlp works now; None: nobody knows, or
        the period is over
    features: those that are switched on; the others have no figures worth showing
    recorded_since: the oldest record, None without any
    """

    period: Period
    features: frozenset[str]
    recorded_since: datetime | None
    people: Figure
    new_people: Figure
    messages: Figure
    commands: Figure
    top_commands: tuple[Use, ...]
    top_formats: tuple[Use, ...]
    updates: Figure
    failed: Figure
    error_rate: Figure
    mean_seconds: Figure
    downloads: Figure
    failed_downloads: Figure
    download_success: Figure
    download_seconds: Figure
    slow_download_seconds: Figure
    waiting: int | None
    ytdlp_up: bool | None
    payments: Figure
    stars: Figure
    refunded_stars: Figure
    subscribers: Figure
    new_subscriptions: Figure


async def overview(source: Source, query: Query) -> Overview:
    """The overview of the query's period."""
    period = query.period
    people, people_before = [
        len(await source.audience.union("active", one.first_day, one.last_day))
        for one in (period, period.previous)
    ]
    async with source.database.read("report.analytics") as connection:
        since = await recorded_since(connection)
        known = await milestones.read(connection)
        top_commands = await top(connection, "command", period, known)
        top_formats = await top(connection, "download_queued", period, known)
        waiting = None if period.is_over else await waiting_downloads(connection)
    # At once, because the database has threads of its own and people wait for this one most.
    now, then = await asyncio.gather(
        *(_counts(source, one, known) for one in (period, period.previous))
    )
    now |= {"people": people}
    then |= {"people": people_before}
    up = None if period.is_over else source.gauge("ytdlp_up")
    return Overview(
        period=period,
        features=source.features,
        recorded_since=None if since is None else from_milliseconds(since),
        top_commands=top_commands,
        top_formats=top_formats,
        waiting=waiting,
        ytdlp_up=None if up is None else bool(up),
        **_figures(now, then, period, since, known),
    )


async def _counts(source: Source, period: Period, known: Milestones) -> dict[str, float | None]:
    async with source.database.read("report.analytics") as connection:
        return await counts(connection, period, known)


def _figures(
    now: Mapping[str, float | None],
    then: Mapping[str, float | None],
    period: Period,
    since: int | None,
    known: Milestones,
) -> dict[str, Figure]:
    gap = None if since is not None else Unknown.NOTHING_RECORDED
    gap_then = None
    if since is None or since > period.previous.start_at:
        gap_then = Unknown.NOT_RECORDED_THEN
    found = {name: _figure(now[name], then[name], gap, gap_then) for name in now}
    # Sums do not tell how long the slow ones took.
    gaps = [
        Unknown.REMOVED if one.start_at < known.events_since else None
        for one in (period, period.previous)
    ]
    slow = _figure(now[SLOW], then[SLOW], gap or gaps[0], gap_then or gaps[1])
    return {**found, SLOW: slow}


def _figure(
    value: float | None, before: float | None, gap: Unknown | None, gap_then: Unknown | None
) -> Figure:
    """A figure with the reasons for what is missing; *gap* says that nothing can be known."""
    return Figure(
        value=None if gap else value,
        before=None if gap_then else before,
        unknown=gap or (Unknown.NO_UPDATES if value is None else None),
        unknown_before=gap_then or (Unknown.NO_UPDATES if before is None else None),
    )
