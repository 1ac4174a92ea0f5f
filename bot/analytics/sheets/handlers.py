"""Handlers, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import (
    Block,
    Chart,
    Column,
    Figures,
    Sheet,
    Table,
    Unit,
    Value,
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.handlers import NOBODY, Handler, Handlers
from bot.analytics.sheets.entries import known, removed, since


def handlers(report: Handlers, words: Words) -> Sheet:
    """Figures, and one row for each handler."""
    _ = words.gettext
    return Sheet(
        name="handlers",
        title=_("Handlers"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            *removed(report.kept_since, words),
            _("Times are from the update to the end of its handling, exact to 19 %."),
        ],
        blocks=[_figures(report, words), _table(report, words)],
        charts=[
            Chart(
                kind="bars",
                block="handlers",
                title=_("Response time of handlers"),
                x="handler",
                y=["p95_seconds"],
            ),
        ],
    )


def _figures(report: Handlers, words: Words) -> Block:
    _ = words.gettext
    return Figures(
        key="summary",
        title=_("Handlers"),
        sign="⚙️",
        lines=[
            line("uses", _("updates"), Unit.COUNT, report.uses),
            line("p50_seconds", _("median"), Unit.SECONDS, report.p50),
            line("p95_seconds", _("95 % are quicker than"), Unit.SECONDS, report.p95),
            line("p99_seconds", _("99 % are quicker than"), Unit.SECONDS, report.p99),
        ],
    )


def _table(report: Handlers, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="handler", label=_("Handler"), unit=Unit.TEXT),
        Column(key="uses", label=_("Updates"), unit=Unit.COUNT),
        Column(key="uses_before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
        Column(key="failed", label=_("Failed"), unit=Unit.COUNT),
        Column(key="p50_seconds", label=_("Median"), unit=Unit.SECONDS),
        Column(key="p95_seconds", label=_("95 %"), unit=Unit.SECONDS),
        Column(key="p95_seconds_before", label=_("95 % before"), unit=Unit.SECONDS, is_extra=True),
        Column(key="p99_seconds", label=_("99 %"), unit=Unit.SECONDS, is_extra=True),
    ]
    rows = [_row(one, words) for one in report.handlers]
    return Table(key="handlers", title=_("By handler"), columns=columns, rows=rows)


def _row(one: Handler, words: Words) -> list[Value]:
    unknown = Unknown.NOT_RECORDED_THEN if one.uses_before is None else Unknown.NO_UPDATES
    return [
        words.gettext("nobody took it") if one.name == NOBODY else one.name,
        one.uses,
        known(one.uses_before, unknown),
        known(one.failed, Unknown.REMOVED),
        known(one.p50),
        known(one.p95),
        known(one.p95_before, unknown),
        known(one.p99),
    ]
