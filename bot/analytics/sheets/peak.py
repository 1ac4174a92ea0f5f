"""Peak hours, laid out."""

from __future__ import annotations

from babel.dates import get_day_names

from bot.analytics.render.sheet import Chart, Figures, Grid, Line, Sheet, Unit
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.peak import HOURS, Peak
from bot.analytics.sheets.entries import since


def peak(report: Peak, words: Words) -> Sheet:
    """The busiest hour, and all 168 of a week."""
    _ = words.gettext
    title = _("Peak hours")
    people = _("Different people of each hour, divided by how often it occurred.")
    return Sheet(
        name="peak",
        title=title,
        period=report.period,
        notes=[people, *since(report.recorded_since, report.period, words)],
        blocks=[
            Figures(key="summary", title=title, sign="🕐", lines=_busiest(report, words)),
            _grid(report, words),
        ],
        charts=[Chart(kind="heat", block="week", title=_("People by weekday and hour"))],
    )


def _busiest(report: Peak, words: Words) -> list[Line]:
    _ = words.gettext
    if report.busiest is None:
        why = Unknown.NO_UPDATES
        return [Line(key="busiest", label=_("busiest hour"), unit=Unit.TEXT, value=why)]
    day, hour = report.busiest
    name = get_day_names("wide", locale=words.locale)[day]
    mean = report.slots[day][hour].mean
    return [
        Line(
            key="busiest", label=_("busiest hour"), unit=Unit.TEXT, value=f"{name}, {hour:02}:00"
        ),
        Line(key="people", label=_("people in it"), unit=Unit.RATIO, value=mean),
    ]


def _grid(report: Peak, words: Words) -> Grid:
    _ = words.gettext
    names = get_day_names("abbreviated", locale=words.locale)
    return Grid(
        key="week",
        title=_("People by weekday and hour"),
        unit=Unit.RATIO,
        row_title=_("Day"),
        rows=[names[day] for day in range(len(report.slots))],
        columns=[f"{hour:02}" for hour in HOURS],
        values=[[slot.mean for slot in day] for day in report.slots],
    )
