"""The audience, laid out; and what all sheets made of sets of people have in common."""

from __future__ import annotations

from datetime import date

from bot.analytics.render.sheet import (
    Chart,
    Column,
    Figures,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.audience import AudienceSize, Reach
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Step
from bot.analytics.sheets.entries import is_partial

KEYS = {"day": "dau", "week": "wau", "month": "mau"}


def audience(report: AudienceSize, words: Words) -> Sheet:
    """People now, over time, and how often they come."""
    _ = words.gettext
    return Sheet(
        name="audience",
        title=_("Audience"),
        period=report.period,
        notes=notes(report.recorded_since, report.pending_days, report.period, words),
        blocks=[
            Figures(
                key="people", title=_("Active people"), sign="👥", lines=_lines(report, words)
            ),
            _series(report, words),
            _frequency(report, words),
        ],
        charts=[
            Chart(
                kind="lines",
                block="series",
                title=_("Active people"),
                x="day",
                y=["mau", "wau", "dau"],
            ),
            Chart(
                kind="bars",
                block="frequency",
                title=_("How often people come"),
                x="days",
                y=["people"],
            ),
        ],
    )


def notes(since: date | None, pending: int, period: Period, words: Words) -> list[str]:
    """What is missing: days that are not counted yet, or from before the records; today's rest."""
    _ = words.gettext
    found = []
    if pending:
        text = words.ngettext(
            "{count} old day is still being counted.",
            "{count} old days are still being counted.",
            pending,
        )
        found.append(text.format(count=words.number(pending)))
    if since and since > period.first_day:
        found.append(_("Recorded since {day}.").format(day=words.day(since)))
    return found if period.is_over else [*found, _("Today is not over.")]


def segment_line(key: str, label: str, segment: str) -> Line:
    """Which segment this is about.  A source's name is somebody else's."""
    return Line(key=key, label=label, unit=Unit.FOREIGN, value=segment)


def span_columns(step: Step, words: Words) -> list[Column]:
    """The columns for a span's first and last day."""
    _ = words.gettext
    labels = {"week": _("Week from"), "month": _("Month from")}
    return [
        Column(key="first_day", label=labels.get(step, _("Day")), unit=Unit.DAY),
        Column(key="last_day", label=_("To"), unit=Unit.DAY, is_extra=True),
    ]


def _lines(report: AudienceSize, words: Words) -> list[Line]:
    _ = words.gettext
    stickiness = line(
        "stickiness", _("stickiness (mean DAU / MAU)"), Unit.SHARE, report.stickiness
    )
    return [
        segment_line("segment", _("segment"), report.segment),
        *[_reach(one, report.period, words) for one in report.reach],
        stickiness,
    ]


def _reach(reach: Reach, period: Period, words: Words) -> Line:
    _ = words.gettext
    span = words.span(words.day(reach.first), words.day(reach.last))
    label = {
        "day": _("on {day} (DAU)").format(day=words.day(reach.last))
        if period.is_over
        else _("today (DAU)"),
        "week": _("in 7 days (WAU), {span}").format(span=span),
        "month": _("in 30 days (MAU), {span}").format(span=span),
    }[reach.window]
    found = line(KEYS[reach.window], label, Unit.COUNT, reach.people)
    # Yesterday was a whole day; of a week or a month the rest of today is a small part.
    return Line(
        key=found.key,
        label=found.label,
        unit=found.unit,
        value=found.value,
        before=found.before,
        is_partial=reach.window == "day" and not period.is_over,
    )


def _series(report: AudienceSize, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="day", label=_("Day"), unit=Unit.DAY),
        Column(key="dau", label=_("DAU"), unit=Unit.COUNT),
        Column(key="wau", label=_("WAU"), unit=Unit.COUNT),
        Column(key="mau", label=_("MAU"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [[one.day, one.dau, one.wau, one.mau] for one in report.points]
    return Table(
        key="series",
        title=_("Day by day"),
        columns=columns,
        rows=rows,
        is_last_partial=is_partial(report.period),
    )


def _frequency(report: AudienceSize, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="days", label=_("Days of the last 30"), unit=Unit.COUNT),
        Column(key="people", label=_("People"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [[n, people] for n, people in enumerate(report.frequency, start=1)]
    is_empty = not any(report.frequency)
    title = _("How often people come")
    return Table(key="frequency", title=title, columns=columns, rows=[] if is_empty else rows)
