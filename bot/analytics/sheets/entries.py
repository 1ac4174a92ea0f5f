"""Parts of a timeline, spreads of times and what was not recorded, as a sheet has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.analytics.audience.days import DAY
from bot.analytics.render.sheet import Column, Figures, Table, Unit, Value, line
from bot.analytics.render.words import Words
from bot.analytics.reports.cuts import first_of, following
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.kept import Spread
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Step

HOUR = timedelta(hours=1)


def known(value: float | None, unknown: Unknown = Unknown.NO_UPDATES) -> Value:
    """*value*, or why there is none."""
    return unknown if value is None else value


def part_column(step: Step, words: Words) -> Column:
    """The column that names a timeline's parts: by their first day, or by the hour."""
    _ = words.gettext
    unit = Unit.MOMENT if step == "hour" else Unit.DAY
    labels = {"hour": _("Hour"), "day": _("Day"), "week": _("Week"), "month": _("Month")}
    return Column(key=step, label=labels[step], unit=unit)


def spread_columns(words: Words, *, is_extra: bool = False) -> list[Column]:
    """The columns that spread_values() fills."""
    _ = words.gettext
    return [
        Column(key="mean_seconds", label=_("Mean"), unit=Unit.SECONDS, is_extra=True),
        Column(key="p50_seconds", label=_("Median"), unit=Unit.SECONDS, is_extra=is_extra),
        Column(key="p95_seconds", label=_("95 %"), unit=Unit.SECONDS, is_extra=is_extra),
    ]


def spread_values(spread: Spread) -> list[Value]:
    """Mean, median and the time that 95 % did not exceed."""
    return [known(spread.mean), known(spread.p50), known(spread.p95)]


class Took(Protocol):
    """A report that knows how long something took."""

    @property
    def mean(self) -> Figure: ...
    @property
    def p50(self) -> Figure: ...
    @property
    def p95(self) -> Figure: ...


def times(title: str, report: Took, words: Words) -> Figures:
    """How long something took: on the mean, half of them, nearly all."""
    _ = words.gettext
    lines = [
        line("mean_seconds", _("mean"), Unit.SECONDS, report.mean),
        line("p50_seconds", _("median"), Unit.SECONDS, report.p50),
        line("p95_seconds", _("95 % are quicker than"), Unit.SECONDS, report.p95),
    ]
    return Figures(key="times", title=title, sign="⏱", lines=lines)


def tally(key: str, title: str, label: str, counts: Mapping[str, int], words: Words) -> Table:
    """How often each of some names of the code occurred."""
    columns = [
        Column(key="name", label=label, unit=Unit.TEXT),
        Column(key="count", label=words.gettext("Count"), unit=Unit.COUNT),
    ]
    return Table(key=key, title=title, columns=columns, rows=list(counts.items()))


def is_partial(period: Period, step: Step = "day") -> bool:
    """Whether the last part of *period* in such steps is not over, or cut by its end."""
    following_part = following(first_of(period.last_day, step), step)
    return not period.is_over or following_part > period.last_day + DAY


class Parted(Protocol):
    """A report that is cut into parts, and knows since when there are records."""

    @property
    def period(self) -> Period: ...
    @property
    def step(self) -> Step: ...
    @property
    def recorded_since(self) -> datetime | None: ...


def recorded(report: Parted, rows: Iterable[Sequence[Value]]) -> list[Sequence[Value]]:
    """*rows* of a timeline, a part each, but why there are no numbers before the first record.

    Nobody counted then, which is not the same as 0; what was counted all the same stays.
    """
    at = report.recorded_since
    if at is None:
        return [_without(row, Unknown.NOTHING_RECORDED) for row in rows]
    day = first_of(at.astimezone(report.period.zone).date(), report.step)
    gap = Unknown.NOT_RECORDED_THEN
    return [_without(row, gap) if _is_over(row[0], at, day) else row for row in rows]


def _without(row: Sequence[Value], gap: Unknown) -> Sequence[Value]:
    if any(isinstance(value, int | float) and value for value in row[1:]):
        return row
    return [row[0], *[gap] * (len(row) - 1)]


def _is_over(part: Value, at: datetime, day: date) -> bool:
    """Whether that part was over *at* a moment, the part of which begins with *day*."""
    match part:
        case datetime():
            return part + HOUR <= at
        case date():
            return part < day
        case _:
            raise TypeError(f"{part!r} is no part of a timeline")


def since(recorded_since: datetime | None, period: Period, words: Words) -> list[str]:
    """That the records began within the period, if they did."""
    if recorded_since is None or recorded_since <= period.start:
        return []
    text = words.gettext("Recorded since {moment}.")
    return [text.format(moment=words.moment(recorded_since))]


def removed(kept_since: datetime | None, words: Words) -> list[str]:
    """That single records of the period were removed for their age, if they were."""
    if kept_since is None:
        return []
    text = words.gettext("Single records from before {moment} were removed.")
    return [text.format(moment=words.moment(kept_since))]


def summed(summed_until: datetime | None, words: Words) -> list[str]:
    """That the older part is known by sums only, if it is."""
    if summed_until is None:
        return []
    text = words.gettext("Before {moment}: from sums of hours and days.")
    return [text.format(moment=words.moment(summed_until))]
