"""API usage, laid out."""

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
from bot.analytics.render.sheet_words import reason
from bot.analytics.render.words import Words
from bot.analytics.reports.api import Api, Method
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import is_partial, known, part_column, recorded, since, tally


def api(report: Api, words: Words) -> Sheet:
    """Figures, methods, how calls ended and a timeline."""
    _ = words.gettext
    return Sheet(
        name="api",
        title=_("API usage"),
        period=report.period,
        notes=_notes(report, words),
        blocks=[
            _figures(report, words),
            _methods(report, words),
            tally("outcomes", _("How calls ended"), _("Outcome"), report.outcomes, words),
            _timeline(report, words),
        ],
        charts=[
            Chart(
                kind="lines",
                block="timeline",
                title=_("Calls of the Bot API"),
                x=report.step,
                y=["calls", "failed"],
                before="calls_before",
            ),
            Chart(
                kind="bars",
                block="methods",
                title=_("Time that 95 % of the calls stay below"),
                x="method",
                y=["p95_seconds"],
            ),
        ],
    )


def _notes(report: Api, words: Words) -> list[str]:
    _ = words.gettext
    notes = [
        *since(report.recorded_since, report.period, words),
        _("getUpdates waits for people: only the table of methods counts it, without a time."),
        _("Medians and times that 95 or 99 % stay below are exact to 19 %."),
    ]
    if report.timeline_unknown:
        why = reason(report.timeline_unknown, words)
        notes.append(_("Timeline: {reason}.").format(reason=why))
    return notes


def _figures(report: Api, words: Words) -> Block:
    _ = words.gettext
    return Figures(
        key="summary",
        title=_("Calls"),
        sign="📡",
        lines=[
            line("calls", _("calls"), Unit.COUNT, report.calls),
            line("failed", _("failed"), Unit.COUNT, report.failed),
            line("failure_rate", _("failure rate"), Unit.SHARE, report.failure_rate),
            line("mean_seconds", _("mean time"), Unit.SECONDS, report.mean),
            line("p95_seconds", _("95 % are quicker than"), Unit.SECONDS, report.p95),
        ],
    )


def _methods(report: Api, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="method", label=_("Method"), unit=Unit.TEXT),
        Column(key="calls", label=_("Calls"), unit=Unit.COUNT),
        Column(key="failed", label=_("Failed"), unit=Unit.COUNT),
        Column(key="mean_seconds", label=_("Mean"), unit=Unit.SECONDS),
        Column(key="p50_seconds", label=_("Median"), unit=Unit.SECONDS, is_extra=True),
        Column(key="p95_seconds", label=_("95 %"), unit=Unit.SECONDS),
        Column(key="p99_seconds", label=_("99 %"), unit=Unit.SECONDS, is_extra=True),
        Column(key="outcomes", label=_("How they ended"), unit=Unit.TEXT, is_extra=True),
    ]
    rows = [_method(one, words) for one in report.methods]
    return Table(key="methods", title=_("By method"), columns=columns, rows=rows)


def _method(one: Method, words: Words) -> list[Value]:
    ends = ", ".join(f"{name} {words.number(count)}" for name, count in one.outcomes.items())
    return [one.name, one.count, one.failed, one.mean, one.p50, one.p95, one.p99, ends]


def _timeline(report: Api, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="calls", label=_("Calls"), unit=Unit.COUNT),
        Column(key="failed", label=_("Failed"), unit=Unit.COUNT),
        Column(key="calls_before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
    ]
    rows = [
        [part.name, part.calls, part.failed, known(part.before, Unknown.NOT_RECORDED_THEN)]
        for part in report.timeline
    ]
    title = _("Timeline")
    return Table(
        key="timeline",
        title=title,
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )
