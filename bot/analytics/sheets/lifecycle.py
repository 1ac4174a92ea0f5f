"""The lifecycle, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Figures, Sheet, Table, Unit, Value
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.lifecycle import Lifecycle, Stage
from bot.analytics.sheets.audience import notes, segment_line, span_columns
from bot.analytics.sheets.entries import is_partial


def lifecycle(report: Lifecycle, words: Words) -> Sheet:
    """One row a span; those who stay away count downwards."""
    _ = words.gettext
    title = _("Lifecycle")
    columns = [
        *span_columns(report.step, words),
        Column(key="active", label=_("Active"), unit=Unit.COUNT),
        Column(key="new", label=_("New"), unit=Unit.COUNT),
        Column(key="returning", label=_("Stayed"), unit=Unit.COUNT),
        Column(key="resurrecting", label=_("Came back"), unit=Unit.COUNT),
        Column(key="dormant", label=_("Stayed away"), unit=Unit.COUNT),
    ]
    rows = [_row(stage) for stage in report.stages]
    return Sheet(
        name="lifecycle",
        title=title,
        period=report.period,
        notes=notes(report.recorded_since, report.pending_days, report.period, words),
        blocks=[
            Figures(
                key="about",
                title=title,
                sign="🌱",
                lines=[segment_line("segment", _("segment"), report.segment)],
            ),
            Table(
                key="stages",
                title=title,
                columns=columns,
                rows=rows,
                is_last_partial=is_partial(report.period, report.step),
            ),
        ],
        charts=[
            Chart(
                kind="stack",
                block="stages",
                title=title,
                x="first_day",
                y=["new", "returning", "resurrecting", "dormant"],
            )
        ],
    )


def _row(stage: Stage) -> list[Value]:
    return [
        stage.span.first,
        stage.span.last,
        stage.active,
        stage.new,
        stage.returning,
        stage.resurrecting,
        Unknown.NOT_OVER if stage.dormant is None else stage.dormant,
    ]
