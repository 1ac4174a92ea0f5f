"""Daily statistics, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Sheet, Table, Unit, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.daily import Daily, DayStatistics
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import is_partial, known


def daily(report: Daily, words: Words) -> Sheet:
    """A row for each day."""
    _ = words.gettext
    return Sheet(
        name="daily",
        title=_("Daily statistics"),
        period=report.period,
        notes=[_("The last day is not over.")] if report.days else [],
        blocks=[_table(report, words)],
        charts=[
            Chart(
                kind="lines",
                block="days",
                title=_("Active and new people"),
                x="day",
                y=["active_people", "new_people"],
            ),
            Chart(
                kind="lines",
                block="days",
                title=_("Messages, commands and calls of the Bot API"),
                x="day",
                y=["messages", "commands", "api_calls"],
            ),
            Chart(kind="bars", block="days", title=_("Errors"), x="day", y=["errors"]),
        ],
    )


def _table(report: Daily, words: Words) -> Table:
    _ = words.gettext
    count = Unit.COUNT
    columns = [
        Column(key="day", label=_("Day"), unit=Unit.DAY),
        Column(key="people", label=_("People"), unit=count, is_extra=True),
        Column(key="active_people", label=_("Active"), unit=count),
        Column(key="new_people", label=_("New"), unit=count),
        Column(key="conversations", label=_("Conversations"), unit=count, is_extra=True),
        Column(key="messages", label=_("Messages"), unit=count),
        Column(key="commands", label=_("Commands"), unit=count, is_extra=True),
        Column(key="updates", label=_("Updates"), unit=count, is_extra=True),
        Column(key="api_calls", label=_("API calls"), unit=count, is_extra=True),
        Column(key="mean_seconds", label=_("Mean time"), unit=Unit.SECONDS, is_extra=True),
        Column(key="errors", label=_("Errors"), unit=count),
    ]
    rows = [_row(day) for day in report.days]
    return Table(
        key="days",
        title=_("By day"),
        columns=columns,
        rows=rows,
        is_last_partial=is_partial(report.period),
    )


def _row(day: DayStatistics) -> list[Value]:
    return [
        day.day,
        day.people,
        day.active_people,
        day.new_people,
        day.conversations,
        day.messages,
        day.commands,
        day.updates,
        known(day.api_calls, Unknown.NOT_RECORDED_THEN),
        known(day.mean_seconds),
        day.errors,
    ]
