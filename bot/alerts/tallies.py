"""Which counters the database counts by the minute, too: what rules would have read last week.

A series is here only where what is stored counts the same facts as the series, with the labels
that are named; tests/alerts/test_tallies.py lets both count the same facts and compares.  What
other services report to the API late, and what other processes on this database do, is counted
here and not in this process's series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.own_fields import OwnRule
from bot.database.tables import errors, events, metric_aggregates

Kept = Literal["minutes", "events", "errors"]

MINUTE = 60_000
HOUR = 60 * MINUTE
WEEK = 7 * 24 * HOUR
# Of one kind of event, in a week: to count more of them would take the database too long.
MOST = 2_000_000

event, total, error = events.c, metric_aggregates.c, errors.c


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a series is counted, too.

    name: of the sum by the minute, or the kind of event
    labels: which labels of the series the stored one stands for, in its order; "": none of them
    is_sum: whether the series adds up what is measured, and does not count how often it was
    """

    kept: Kept
    name: str = ""
    labels: tuple[str, ...] = ()
    is_sum: bool = False


def _event(kind: str, *labels: str, is_sum: bool = False) -> Tally:
    return Tally("events", kind, labels, is_sum)


TALLIES: Mapping[str, Tally] = {
    "bot_updates_total": Tally("minutes", "updates", ("outcome",)),
    "bot_update_duration_seconds_count": Tally("minutes", "handler", ("handler",)),
    "bot_update_duration_seconds_sum": Tally("minutes", "handler", ("handler",), is_sum=True),
    "bot_api_requests_total": Tally("minutes", "api", ("method", "outcome")),
    "bot_api_request_duration_seconds_count": Tally("minutes", "api", ("method", "")),
    "bot_api_request_duration_seconds_sum": Tally("minutes", "api", ("method", ""), is_sum=True),
    "bot_errors_total": Tally("errors", labels=("category",)),
    "bot_messages_total": _event("message", "content_type"),
    "bot_command_usage_total": _event("command", "command"),
    "bot_blocks_total": _event("block"),
    "bot_unblocks_total": _event("unblock"),
    "bot_downloads_succeeded_total": _event("download", "format"),
    "bot_download_duration_seconds_count": _event("download", "format"),
    "bot_download_duration_seconds_sum": _event("download", "format", is_sum=True),
    "bot_downloads_failed_total": _event("download_failed", "error"),
    "bot_download_retries_total": _event("download_retried", ""),
    "bot_links_refused_total": _event("link_refused", "error"),
    "bot_format_requests_total": _event("download_queued", "format"),
    "bot_checkouts_started_total": _event("checkout", "plan"),
    "bot_payments_succeeded_total": _event("payment", "plan"),
    "bot_revenue_stars_total": _event("payment", "plan", is_sum=True),
    "bot_payments_failed_total": _event("payment_failed", "reason"),
    "bot_refunds_total": _event("refund", "plan"),
    "bot_new_subscriptions_total": _event("subscription_started", "plan"),
    "bot_subscription_cancellations_total": _event("subscription_cancelled", "kind"),
    "bot_quizzes_started_total": _event("quiz_started", "topic"),
    "bot_quizzes_completed_total": _event("quiz_completed", "topic"),
    "bot_conversations_started_total": _event("conversation"),
    "bot_completion_duration_seconds_count": _event("completion", "model"),
    "bot_completion_duration_seconds_sum": _event("completion", "model", is_sum=True),
    "bot_completions_failed_total": _event("completion_failed", "error"),
}


def lacking(rule: OwnRule) -> str:
    """Why no counts by the minute say what *rule* would have read; empty if they do."""
    if rule.read == "value":
        return f"{rule.series} is a gauge: what it said is kept only while a rule reads it"
    if rule.read == "p95":
        return "percentiles need the buckets of the series, which are not kept by the minute"
    tally = TALLIES.get(rule.series)
    if tally is None:
        return f"{rule.series} is not counted by the minute in the database"
    if unkept := sorted(rule.labels.keys() - set(tally.labels)):
        return f"{rule.series} is not kept by {', '.join(unkept)}"
    if rule.span * 1000 < MINUTE:
        return "the counts that are kept are as fine as a minute, and the window is shorter"
    return ""


async def beginning(connection: AsyncConnection, tally: Tally) -> int | None:
    """Since when there are counts, in milliseconds; None: there are none at all."""
    steps = ("minute",) if tally.kept == "minutes" else ("minute", "hour", "day")
    found = [
        await connection.scalar(select(func.min(total.bucket_at)).where(total.step == one))
        for one in steps
    ]
    return min((at for at in found if at is not None), default=None)


async def too_many(connection: AsyncConnection, tally: Tally, until: int) -> bool:
    """Whether a week's events of that kind are too many to be counted again."""
    if tally.kept != "events":
        return False
    query = select(func.coalesce(func.sum(total.count), 0)).where(
        total.name == f"event:{tally.name}", total.step == "hour", total.bucket_at > until - WEEK
    )
    return int(await connection.scalar(query) or 0) > MOST


async def by_minute(
    connection: AsyncConnection, rule: OwnRule, since: int, until: int
) -> dict[int, float]:
    """How much *rule*'s series grew in each minute that began in [since, until), where it did."""
    tally = TALLIES[rule.series]
    if tally.kept == "minutes":
        query = await _minutes(connection, tally, rule, since, until)
    elif tally.kept == "events":
        query = _events(tally, rule, since, until)
    else:
        query = _errors(rule, since, until)
    return {int(at): float(grown or 0) for at, grown in await connection.execute(query)}


async def _minutes(
    connection: AsyncConnection, tally: Tally, rule: OwnRule, since: int, until: int
) -> Select[Any]:
    those = [total.name == tally.name, total.step == "minute"]
    those += [total.bucket_at >= since, total.bucket_at < until]
    found = await connection.scalars(select(total.labels).where(*those).distinct())
    meant = [labels for labels in found if _is_meant(tally, rule, labels)]
    what = func.sum(total.total if tally.is_sum else total.count)
    query = select(total.bucket_at, what).where(*those, total.labels.in_(meant))
    return query.group_by(total.bucket_at)


def _is_meant(tally: Tally, rule: OwnRule, stored: str) -> bool:
    said = dict(zip(tally.labels, stored.split(",", len(tally.labels) - 1), strict=False))
    return all(said.get(name) in _values(wanted) for name, wanted in rule.labels.items())


def _events(tally: Tally, rule: OwnRule, since: int, until: int) -> Select[Any]:
    minute = _minute(event.at)
    what = func.sum(event.value) if tally.is_sum else func.count()
    those = [event.kind == tally.name, event.at >= since, event.at < until]
    those += [event.label.in_(_values(wanted)) for wanted in rule.labels.values()]
    return select(minute, what).where(*those).group_by(minute)


def _errors(rule: OwnRule, since: int, until: int) -> Select[Any]:
    minute = _minute(error.at)
    those = [error.at >= since, error.at < until]
    those += [error.category.in_(_values(wanted)) for wanted in rule.labels.values()]
    return select(minute, func.count()).where(*those).group_by(minute)


def _minute(at: ColumnElement[Any]) -> ColumnElement[Any]:
    # A number in the text, because PostgreSQL takes two parameters for two expressions.
    size = literal_column(str(MINUTE), BigInteger)
    return at // size * size


def _values(wanted: str | Sequence[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)
