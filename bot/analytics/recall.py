"""What Recent knew before a restart, read back from what the store has written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.histogram import above
from bot.analytics.recent import NO_FAULT, PERSONAL, Recent, Share
from bot.clock import Clock, to_milliseconds
from bot.database.engine import Database
from bot.database.tables import HISTOGRAM, events, metric_aggregates
from bot.plans import OTHER

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Of which events a day counts: sales are few.
LONG = ("checkout", "payment", "subscription_renewed")

table, event = metric_aggregates.c, events.c

Counts = Mapping[str, Share]


async def restore(database: Database, recent: Recent, clock: Clock) -> None:
    """Let *recent* know the last hour, so that a restart hides no fault and repeats no alert.

    Not stored, and so begun anew: visits to the database, and facts that were given up.
    """
    now = to_milliseconds(clock())
    async with database.read("recall.recent") as connection:
        await _minutes(connection, recent, now)
        await _events(connection, recent, now)


async def _minutes(connection: AsyncConnection, recent: Recent, now: int) -> None:
    query = (
        select(
            table.bucket_at, table.name, table.labels, table.count, *(table[n] for n in HISTOGRAM)
        )
        .where(table.name.in_(("updates", "api")), table.step == "minute")
        .where(table.bucket_at > now - HOUR, table.bucket_at <= now)
        .order_by(table.bucket_at)
    )
    for at, name, labels, count, *took in await connection.execute(query):
        counts = (
            _updates(labels, count, above(took, recent.slow_seconds))
            if name == "updates"
            else _calls(labels, count)
        )
        _put(recent, now - at, counts)


def _updates(outcome: str, count: int, slow: int) -> Counts:
    bad = count if outcome == "error" else 0
    return {"updates": Share(bad, count), "latency": Share(slow, count)}


def _calls(labels: str, count: int) -> Counts:
    method, _, outcome = labels.partition(",")
    if method == "getUpdates":
        return {}
    return {"calls": Share(count if outcome == "flood" else 0, count)}


async def _events(connection: AsyncConnection, recent: Recent, now: int) -> None:
    # A number in the text, because PostgreSQL takes two parameters for two expressions.
    minute = event.at // literal_column(str(MINUTE))
    query = (
        select(minute, event.kind, event.label, func.count())
        .where(event.kind.in_(KINDS), event.at > now - DAY, event.at <= now)
        .where(or_(event.kind.in_(LONG), event.at > now - HOUR))
        .group_by(minute, event.kind, event.label)
        .order_by(minute)
    )
    for at, kind, label, count in await connection.execute(query):
        _put(recent, now - at * MINUTE, KINDS[kind](label or "", count))


def _put(recent: Recent, age: int, counts: Counts) -> None:
    for name, share in counts.items():
        recent.restore(name, age / 1000, share)


def _succeeded(_: str, count: int) -> Counts:
    return {"downloads": Share(0, count), "attempts": Share(0, count)}


def _failed(error: str, count: int) -> Counts:
    if error in PERSONAL:
        return {}
    return {"downloads": Share(count, count), "attempts": Share(0, count)}


def _retried(_: str, count: int) -> Counts:
    return {"attempts": Share(count, count)}


def _checkout(_: str, count: int) -> Counts:
    return {"checkouts": Share(count, count)}


def _paid(plan: str, count: int) -> Counts:
    return {} if plan == OTHER else {"checkouts": Share(-count, 0)}


def _renewed(plan: str, count: int) -> Counts:
    return {} if plan == OTHER else {"checkouts": Share(count, 0)}


def _unpaid(reason: str, count: int) -> Counts:
    return {} if reason in NO_FAULT else {"payments": Share(count, count)}


# What each kind of event counts as: the same as bot/analytics/recent.py makes of its fact.
KINDS: Mapping[str, Callable[[str, int], Counts]] = {
    "download": _succeeded,
    "download_failed": _failed,
    "download_retried": _retried,
    "checkout": _checkout,
    "payment": _paid,
    "subscription_renewed": _renewed,
    "payment_failed": _unpaid,
}
