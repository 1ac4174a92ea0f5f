"""The rows of an answer: sums become numbers, each beside the one before, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.analytics.query.counting import Key, Sums
from bot.analytics.query.horizon import Horizon
from bot.analytics.query.limits import Deadline
from bot.analytics.query.metrics import METRICS, Metric
from bot.analytics.query.question import TIMES, Dimension, Order, Question, Value, may_be
from bot.analytics.reports.cuts import cut
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period
from bot.clock import from_milliseconds

Number = int | float | Unknown
# By kind of records.
Found = Mapping[str, Mapping[Key, Sums]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row.

    key: its values of the question's dimensions; before: None where nothing is compared
    """

    key: Key
    values: Mapping[str, Number]
    before: Mapping[str, Number] | None = None


def rows(
    question: Question, now: Found, then: Found, horizon: Horizon, deadline: Deadline
) -> list[Row]:
    """All rows, in order; TooMuchError when they are too many, or take too long.

    then: of the period before, by its own days; empty if not wanted
    """
    keys = {key for some in now.values() for key in some}
    keys.update(_moved(question, key, back=True) for some in then.values() for key in some)
    keys.update(_every_time(question, deadline))
    if not question.dimensions:
        keys = {()}
    deadline.check_rows(len(keys))
    found = []
    for key in keys:
        deadline.check()
        found.append(_row(question, key, now, then, horizon))
    ordered = _in_order(found, question)
    deadline.check()
    return ordered


def _row(question: Question, key: Key, now: Found, then: Found, horizon: Horizon) -> Row:
    before = None
    if question.is_compared:
        earlier = _moved(question, key, back=False)
        before = _values(question, question.period.previous, earlier, then, horizon)
    return Row(
        key=key, values=_values(question, question.period, key, now, horizon), before=before
    )


def _values(
    question: Question, period: Period, key: Key, found: Found, horizon: Horizon
) -> dict[str, Number]:
    days = [value for value in key if isinstance(value, date)]
    is_before = period is not question.period
    values: dict[str, Number] = {}
    for name in question.metrics:
        metric = METRICS[name]
        gap = horizon.gap(metric.records, period, next(iter(days), None), is_before=is_before)
        values[name] = gap or number(metric, found[metric.records].get(key, {}))
    return values


def number(metric: Metric, sums: Sums) -> Number:
    """What *metric* makes of *sums*, or why there is no number."""
    value: Any = metric.make(*(sums.get(measure, 0) for measure in metric.measures))
    return metric.unknown if value is None else value


def _moved(question: Question, key: Key, *, back: bool) -> Key:
    """The key of the same row in the period before, or *back* from there: days by position."""
    if "day" not in question.dimensions:
        return key
    period = question.period
    between: timedelta = period.first_day - period.previous.first_day
    move = between if back else -between
    return tuple(one + move if isinstance(one, date) else one for one in key)


def _every_time(question: Question, deadline: Deadline) -> Iterator[Key]:
    """Where rows are times only: all there are in the period, so that an empty one is a 0."""
    dimensions = question.dimensions
    if not dimensions or not set(dimensions) <= set(TIMES):
        return
    for start in cut(question.period, "hour").starts:
        deadline.check()
        local = from_milliseconds(start).astimezone(question.period.zone)
        known: dict[Dimension, Value] = {
            "day": local.date(),
            "hour": local.hour,
            "weekday": local.weekday(),
        }
        if may_be(question.where, known) is not False:
            yield tuple(known[one] for one in dimensions)


def ordered_by(question: Question) -> list[Order]:
    """As asked; else times as they pass, and everything by how much there is of it."""
    if question.order:
        return [*question.order]
    by_name = [*map(Order, question.dimensions)]
    if set(question.dimensions) & set(TIMES):
        return by_name
    return [Order(question.metrics[0], is_falling=True), *by_name]


def _in_order(found: list[Row], question: Question) -> list[Row]:
    """Rows that are alike are in the order of their dimensions; what is unknown is last."""
    orders = [*ordered_by(question), *map(Order, question.dimensions)]
    for order in reversed(orders):
        found.sort(key=lambda row: _place(row, question, order), reverse=order.is_falling)
    return found


def _place(row: Row, question: Question, order: Order) -> tuple[bool, Any]:
    value: Any
    if order.by in row.values:
        value = row.values[order.by]
    else:
        dimensions: tuple[str, ...] = question.dimensions
        value = row.key[dimensions.index(order.by)]
    is_known = value is not None and not isinstance(value, Unknown)
    return is_known == order.is_falling, value if is_known else 0
