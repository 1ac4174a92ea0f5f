"""Alert statistics, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import (
    Block,
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
from bot.analytics.reports.alerts import Alerts, RuleCounts
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import is_partial, known, part_column, recorded, removed, since


def alerts(report: Alerts, words: Words) -> Sheet:
    """Figures, one row for each rule, and a timeline."""
    _ = words.gettext
    return Sheet(
        name="alerts",
        title=_("Alerts"),
        period=report.period,
        notes=_notes(report, words),
        blocks=[_figures(report, words), _rules(report, words), _timeline(report, words)],
        charts=[
            Chart(kind="bars", block="timeline", title=_("Alerts"), x=report.step, y=["alerts"]),
            Chart(kind="bars", block="rules", title=_("Alerts by rule"), x="rule", y=["alerts"]),
            Chart(
                kind="bars",
                block="rules",
                title=_("How long alerts fired"),
                x="rule",
                y=["total_seconds"],
            ),
        ],
    )


def _notes(report: Alerts, words: Words) -> list[str]:
    _ = words.gettext
    lasts = _(
        "An alert counts where it began; one that still fires lasts until now. Half of the "
        "times are shorter than a median."
    )
    if report.period.is_over:
        lasts = _(
            "An alert counts where it began; one that fired beyond the last day lasts until its "
            "end. Half of the times are shorter than a median."
        )
    return [
        *since(report.recorded_since, report.period, words),
        *removed(report.kept_since, words),
        lasts,
        _(
            "Noticed: from the first bad check until somebody was told. Acknowledged: from the "
            "firing until somebody pressed the button."
        ),
    ]


def _figures(report: Alerts, words: Words) -> Block:
    _ = words.gettext
    # The period before is over, so nothing of it could be compared.
    now = Unknown.NOTHING_RECORDED if report.recorded_since is None else report.firing
    seconds = Unit.SECONDS
    return Figures(
        key="summary",
        title=_("Alerts"),
        sign="🔔",
        lines=[
            line("alerts", _("alerts"), Unit.COUNT, report.count),
            Line(key="firing", label=_("still firing"), unit=Unit.COUNT, value=now),
            line("total_seconds", _("time in total"), seconds, report.total),
            line("median_seconds", _("median duration"), seconds, report.median),
            line("noticed_seconds", _("median until noticed"), seconds, report.noticed),
            line("acknowledged_seconds", _("median until acknowledged"), seconds, report.answered),
            line("acknowledged", _("acknowledged"), Unit.SHARE, report.acknowledged),
        ],
    )


def _rules(report: Alerts, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="rule", label=_("Rule"), unit=Unit.FOREIGN),
        Column(key="alerts", label=_("Alerts"), unit=Unit.COUNT),
        Column(key="alerts_before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
        Column(key="firing", label=_("Still firing"), unit=Unit.COUNT, is_extra=True),
        Column(key="total_seconds", label=_("Total time"), unit=Unit.SECONDS),
        Column(key="median_seconds", label=_("Median"), unit=Unit.SECONDS, is_extra=True),
        Column(key="noticed_seconds", label=_("Until noticed"), unit=Unit.SECONDS, is_extra=True),
        Column(
            key="acknowledged_seconds",
            label=_("Until acknowledged"),
            unit=Unit.SECONDS,
            is_extra=True,
        ),
        Column(key="acknowledged", label=_("Acknowledged"), unit=Unit.SHARE),
    ]
    rows = [_row(one) for one in report.rules]
    return Table(key="rules", title=_("By rule"), columns=columns, rows=rows)


def _row(one: RuleCounts) -> list[Value]:
    return [
        one.rule,
        one.count,
        known(one.before, Unknown.NOT_RECORDED_THEN),
        one.firing,
        one.total,
        known(one.median, Unknown.NOT_OVER if one.firing else Unknown.NO_UPDATES),
        known(one.noticed),
        known(one.answered),
        known(one.acknowledged),
    ]


def _timeline(report: Alerts, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="alerts", label=_("Alerts"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [
        [part.name, known(part.count, Unknown.REMOVED)] for part in report.timeline
    ]
    title = _("Timeline")
    return Table(
        key="timeline",
        title=title,
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )
