"""Commands: how often each is used, and how long people wait for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.analytics.reports import counts
from bot.analytics.reports.counts import Sum
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.rollups import EVENT
from bot.clock import from_milliseconds

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

USED = f"{EVENT}command"
TIMED = "command"
# What CommandUsed calls every command that nobody registered.
OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command.

    name: without the slash; OTHER: all that nobody registered
    uses_before: None where it cannot be known; share: of all uses
    mean, p95: seconds from the update to the end of its handling, p95 within 19 %; None: not timed
    """

    name: str
    uses: int
    uses_before: int | None
    share: float | None
    mean: float | None
    p95: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """Commands typed in the period, the most used first, against the period before.

    mean, p95: seconds, of all commands together
    timed_since: since when their times are measured; None: they never were
    """

    period: Period
    recorded_since: datetime | None
    timed_since: datetime | None
    uses: Figure
    kinds: Figure
    mean: Figure
    p95: Figure
    commands: tuple[Command, ...]


async def commands(source: Source, query: Query) -> Commands:
    """The commands of the query's period."""
    period = query.period
    async with source.database.read("report.commands") as connection:
        since = await counts.since(connection, USED)
        timed_since = await counts.since(connection, TIMED)
        used = await counts.counted(connection, USED, period)
        used_then = await counts.counted(connection, USED, period.previous)
        timed = await counts.counted(connection, TIMED, period)
        timed_then = await counts.counted(connection, TIMED, period.previous)
    uses = counts.figure(_all(used), _all(used_then), since, period)
    whole, whole_then = (sum(one.values(), start=Sum()) for one in (timed, timed_then))
    p95, p95_then = whole.percentile(95), whole_then.percentile(95)
    return Commands(
        period=period,
        recorded_since=_moment(since),
        timed_since=_moment(timed_since),
        uses=uses,
        kinds=counts.figure(len(used), len(used_then), since, period),
        mean=counts.figure(whole.mean, whole_then.mean, timed_since, period),
        p95=counts.figure(p95, p95_then, timed_since, period),
        commands=_commands(used, {} if uses.before is None else used_then, timed, uses),
    )


def _commands(
    used: Mapping[str, Sum], then: Mapping[str, Sum], timed: Mapping[str, Sum], uses: Figure
) -> tuple[Command, ...]:
    """Also those that were used only before: that nobody wants them any more is news."""
    names = sorted(used.keys() | then.keys(), key=lambda name: (-_uses(used, name), name))
    return tuple(
        Command(
            name=name,
            uses=_uses(used, name),
            uses_before=None if uses.before is None else _uses(then, name),
            share=share(_uses(used, name), uses.value or 0),
            mean=timed.get(name, Sum()).mean,
            p95=timed.get(name, Sum()).percentile(95),
        )
        for name in names
    )


def _uses(found: Mapping[str, Sum], name: str) -> int:
    return found[name].count if name in found else 0


def _all(found: Mapping[str, Sum]) -> int:
    return sum(one.count for one in found.values())


def _moment(at: int | None) -> datetime | None:
    return None if at is None else from_milliseconds(at)
