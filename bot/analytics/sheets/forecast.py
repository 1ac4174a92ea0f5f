"""Forecast, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Figures, Line, Sheet, Table, Unit, Value
from bot.analytics.render.sheet_words import reason
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.forecast import Expected, Forecast
from bot.analytics.sheets.entries import known

# Days of the past that are shown before the days to come.
SHOWN = 42


def forecast(report: Forecast, words: Words) -> Sheet:
    """The last weeks and the two to come, with their bands."""
    _ = words.gettext
    return Sheet(
        name="forecast",
        title=_("Forecast"),
        period=report.period,
        notes=_notes(report, words),
        blocks=[_figures(report, words), _table(report, words)],
        charts=[
            Chart(
                kind="bands",
                block="days",
                title=_("Active people, and what to expect"),
                x="day",
                y=["active_people", "expected"],
                bands=[("low95", "high95"), ("low80", "high80")],
                band_labels=[_("95% of cases"), _("80% of cases")],
            )
        ],
    )


def _notes(report: Forecast, words: Words) -> list[str]:
    _ = words.gettext
    if report.unknown is Unknown.TOO_LITTLE:
        text = words.ngettext(
            "A forecast needs six weeks of records: {count} day more.",
            "A forecast needs six weeks of records: {count} days more.",
            report.days_needed,
        )
        return [text.format(count=words.number(report.days_needed))]
    if report.unknown:
        return [_("Forecast: {reason}.").format(reason=reason(report.unknown, words))]
    return [
        _("Each weekday's usual share of the level of the last week."),
        _("The bands are where such forecasts of the last four weeks ended up."),
    ]


def _figures(report: Forecast, words: Words) -> Figures:
    _ = words.gettext
    total = sum(one.value for one in report.expected[:7]) / 7 if report.expected else None
    missing = report.unknown or Unknown.NO_UPDATES
    return Figures(
        key="summary",
        title=_("Forecast"),
        sign="🔮",
        lines=[
            Line(
                key="next_week",
                label=_("active people a day, next seven days"),
                unit=Unit.COUNT,
                value=known(total, missing),
            ),
            Line(
                key="typical_miss",
                label=_("typical error of past forecasts"),
                unit=Unit.SHARE,
                value=known(report.typical_miss, missing),
            ),
        ],
    )


def _table(report: Forecast, words: Words) -> Table:
    _ = words.gettext
    count = Unit.COUNT
    columns = [
        Column(key="day", label=_("Day"), unit=Unit.DAY),
        Column(key="active_people", label=_("Active"), unit=count),
        Column(key="expected", label=_("Expected"), unit=count),
        Column(key="low80", label=_("80 % from"), unit=count),
        Column(key="high80", label=_("80 % to"), unit=count),
        Column(key="low95", label=_("95 % from"), unit=count, is_extra=True),
        Column(key="high95", label=_("95 % to"), unit=count, is_extra=True),
    ]
    past: list[list[Value]] = [
        [day, count_, None, None, None, None, None] for day, count_ in report.history[-SHOWN:]
    ]
    rows = [*past, *map(_row, report.expected)]
    return Table(key="days", title=_("By day"), columns=columns, rows=rows)


def _row(one: Expected) -> list[Value]:
    return [one.day, None, one.value, one.low80, one.high80, one.low95, one.high95]
