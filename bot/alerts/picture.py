"""A rule's last hours as a sheet with one chart: value, threshold, when it fired.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from typing import Literal

from bot.alerts.trace import Point, Stretch, Trace
from bot.analytics.render.sheet import Chart, Column, Sheet, Span, Table, Unit, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Period

STEP = timedelta(minutes=1)
# A check that comes later than this many of them take is one that was missed.
LATE = 2.5
# A bot that was started just now has so many minutes nevertheless.
LEAST = 15
# What the sheet calls units that are more than a word after a number: unit and divisor.
UNITS = {"%": (Unit.SHARE, 100.0), "s": (Unit.SECONDS, 1.0), "bytes": (Unit.BYTES, 1.0)}

Minute = tuple[datetime, Point | None]


def picture(trace: Trace, unit: str, words: Words, zone: tzinfo) -> Sheet:
    """*trace* as a row a minute; *unit*: of its values, as the rule calls it."""
    kind, divisor = UNITS.get(unit, (Unit.RATIO, 1.0))
    rows = [_row(at, point, divisor) for at, point in _begun(list(_minutes(trace)))]
    minutes = STEP.total_seconds() * (len(rows) - 1)
    text = words.gettext("{rule}, the last {duration}")
    title = text.format(rule=trace.rule, duration=words.duration(minutes))
    columns = _columns(unit, kind, words)
    chart = Chart(
        kind="lines",
        block="readings",
        title=title,
        x="at",
        y=["value"],
        limit="threshold",
        spans=_spans(trace, words),
    )
    return Sheet(
        name="alert",
        title=title,
        period=_period(trace, zone),
        blocks=[Table(key="readings", title=title, columns=columns, rows=rows)],
        charts=[chart],
    )


def _columns(unit: str, kind: Unit, words: Words) -> list[Column]:
    _ = words.gettext
    label = unit if kind is Unit.RATIO and unit else _("value")
    return [
        Column(key="at", label=_("When"), unit=Unit.MOMENT),
        Column(key="value", label=label, unit=kind),
        Column(key="threshold", label=_("threshold"), unit=kind),
    ]


def _spans(trace: Trace, words: Words) -> list[Span]:
    _ = words.gettext
    fired = _("firing")
    silenced = _("silenced")
    return [
        *(_span("trouble", fired, one) for one in trace.firings),
        *(_span("quiet", silenced, one) for one in trace.silenced),
    ]


def _span(kind: Literal["trouble", "quiet"], label: str, stretch: Stretch) -> Span:
    return Span(kind=kind, label=label, start=stretch.start, end=stretch.end)


def _period(trace: Trace, zone: tzinfo) -> Period:
    first, last = (at.astimezone(zone).date() for at in (trace.since, trace.until))
    return Period(days=(last - first).days + 1, now=trace.until, zone=zone)


def _row(at: datetime, point: Point | None, divisor: float) -> list[Value]:
    if point is None:
        return [at, None, None]
    return [at, *(one if one is None else one / divisor for one in (point.value, point.threshold))]


def _minutes(trace: Trace) -> Iterator[Minute]:
    """Every minute with the last check before it; None where the checks had stopped."""
    patience = _patience(trace.points)
    ahead = iter(trace.points)
    coming, last = next(ahead, None), None
    steps = (trace.until - trace.since) // STEP
    for at in (trace.until - n * STEP for n in range(steps, -1, -1)):
        while coming and coming.at <= at:
            coming, last = next(ahead, None), coming
        yield at, last if last and at - last.at <= patience else None


def _begun(minutes: list[Minute]) -> list[Minute]:
    """Without those before the first check."""
    first = next((at for at, (_, point) in enumerate(minutes) if point), len(minutes))
    return minutes[min(first, max(len(minutes) - LEAST - 1, 0)) :]


def _patience(points: Sequence[Point]) -> timedelta:
    """How long the next check may take."""
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(points)]
    return max(timedelta(seconds=LATE * median(gaps)) if gaps else STEP, LATE * STEP)
