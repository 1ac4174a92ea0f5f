"""A week in one report: what changed, its best and worst day, and what needs a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.analytics.audience.segments import ACTIVE, NEW
from bot.analytics.reports.commands import OTHER, Command, commands
from bot.analytics.reports.daily import DayStatistics, daily
from bot.analytics.reports.error_log import ErrorKind, error_log
from bot.analytics.reports.figure import Figure, Unknown, share
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.reports.revenue import Revenue, revenue
from bot.analytics.reports.users import users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

DAYS = 7
WEEK = timedelta(days=DAYS)
COUNTS = ("messages", "commands", "updates", "errors")


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestDay:
    """A day and the same weekday a week before.  active_before: None before the first record."""

    day: date
    active: int
    active_before: int | None
    messages: int
    errors: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """Seven days against the seven before.

    active, new: people; messages, commands, updates, errors: how many
    returned: people first seen in the week before and active in this one / people first seen then
    best, worst: the days with the most and the fewest active people, the earlier of equal ones;
        None while fewer than two days were recorded, or all were alike
    money: None while billing is switched off
    slowest: the command whose p95 is the longest; None: none was timed
    frequent: the type of the most errors; None of none
    """

    period: Period
    active: Figure
    new: Figure
    messages: Figure
    commands: Figure
    updates: Figure
    errors: Figure
    returned: Figure
    best: DigestDay | None
    worst: DigestDay | None
    money: Revenue | None
    slowest: Command | None
    frequent: ErrorKind | None
    days: tuple[DigestDay, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether nobody used the bot in this week."""
        return not self.active.value and not self.updates.value


async def digest(source: Source, query: Query) -> Digest:
    """The digest of the query's period, which should be seven whole days."""
    period = query.period
    now = (await daily(source, query)).days
    then = (await daily(source, replace(query, period=period.previous))).days
    people = await users(source, query)
    days = _days(now, then)
    return Digest(
        period=period,
        active=people.active,
        new=people.new,
        **{name: _sum(name, now, then) for name in COUNTS},
        returned=await _returned(source, period),
        best=_foremost(days, -1),
        worst=_foremost(days, 1),
        money=await revenue(source, query) if "billing" in source.features else None,
        slowest=_slowest((await commands(source, query)).commands),
        frequent=next(iter((await error_log(source, query)).types), None),
        days=days,
    )


def _sum(name: str, now: Sequence[DayStatistics], then: Sequence[DayStatistics]) -> Figure:
    # A week that was recorded in part would make the other look better than it was.
    is_whole = len(then) == DAYS
    return Figure(
        value=sum(getattr(day, name) for day in now) if now else None,
        before=sum(getattr(day, name) for day in then) if is_whole else None,
        unknown=None if now else Unknown.NOTHING_RECORDED,
        unknown_before=None if is_whole else Unknown.NOT_RECORDED_THEN,
    )


def _days(now: Sequence[DayStatistics], then: Sequence[DayStatistics]) -> tuple[DigestDay, ...]:
    before = {one.day + WEEK: one.active_people for one in then}
    return tuple(
        DigestDay(
            day=one.day,
            active=one.active_people,
            active_before=before.get(one.day),
            messages=one.messages,
            errors=one.errors,
        )
        for one in now
    )


def _foremost(days: Sequence[DigestDay], sign: int) -> DigestDay | None:
    if len({one.active for one in days}) <= 1:
        return None
    return min(days, key=lambda one: (sign * one.active, one.day))


def _slowest(some: Sequence[Command]) -> Command | None:
    timed = [one for one in some if one.p95 is not None and one.name != OTHER]
    return max(timed, key=lambda one: (one.p95 or 0, one.name), default=None)


async def _returned(source: Source, period: Period) -> Figure:
    """Of whom the week before brought, how many came back; and the same a week earlier."""
    since = await source.audience.since()
    value, unknown = await _return_of(source, period.first_day, since)
    before, unknown_before = await _return_of(source, period.first_day - WEEK, since)
    return Figure(value=value, before=before, unknown=unknown, unknown_before=unknown_before)


async def _return_of(
    source: Source, monday: date, since: date | None
) -> tuple[float | None, Unknown | None]:
    """For the week that begins with *monday*, whatever weekday that is."""
    if since is None or since >= monday:
        return None, Unknown.NOT_RECORDED_THEN if since else Unknown.NOTHING_RECORDED
    audience, last = source.audience, timedelta(days=DAYS - 1)
    new = await audience.union(NEW, monday - WEEK, monday - WEEK + last)
    there = await audience.union(ACTIVE, monday, monday + last)
    rate = share(new.intersection_cardinality(there), len(new))
    return rate, None if new else Unknown.NO_UPDATES
