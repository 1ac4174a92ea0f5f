"""The timeline, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Figures, Sheet, Table, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.timeline import Timeline
from bot.analytics.sheets.entries import is_partial, known, part_column, recorded, since, summed


def timeline(report: Timeline, words: Words) -> Sheet:
    """The sum, and every part with the period before beside it."""
    _ = words.gettext
    total = line("total", _("messages"), Unit.COUNT, report.total)
    return Sheet(
        name="timeline",
        title=_("Messages over time"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            *summed(report.summed_until, words),
        ],
        blocks=[
            Figures(key="summary", title=_("Messages"), sign="💬", lines=[total]),
            _parts(report, words),
        ],
        charts=[
            Chart(
                kind="lines",
                block="parts",
                title=_("Messages over time"),
                x=report.step,
                y=["messages"],
                before="before",
            )
        ],
    )


def _parts(report: Timeline, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="messages", label=_("Messages"), unit=Unit.COUNT),
        Column(key="before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
    ]
    rows = [
        [part.name, known(part.messages, Unknown.REMOVED), part.before] for part in report.parts
    ]
    return Table(
        key="parts",
        title=_("Timeline"),
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )
