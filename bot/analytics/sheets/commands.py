"""Commands, laid out."""

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
from bot.analytics.reports.commands import OTHER, Command, Commands
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import known, since


def commands(report: Commands, words: Words) -> Sheet:
    """Figures, and one row for each command."""
    _ = words.gettext
    return Sheet(
        name="commands",
        title=_("Commands"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            _("Times are from the update to the end of its handling; 95 % is exact to 19 %."),
        ],
        blocks=[_figures(report, words), _table(report, words)],
        charts=[
            Chart(
                kind="bars", block="commands", title=_("Commands used"), x="command", y=["uses"]
            ),
            Chart(
                kind="bars",
                block="commands",
                title=_("Response time of commands"),
                x="command",
                y=["p95_seconds"],
            ),
        ],
    )


def _figures(report: Commands, words: Words) -> Block:
    _ = words.gettext
    return Figures(
        key="summary",
        title=_("Commands"),
        sign="⌨️",
        lines=[
            line("uses", _("uses"), Unit.COUNT, report.uses),
            line("kinds", _("different commands"), Unit.COUNT, report.kinds),
            line("mean_seconds", _("mean time"), Unit.SECONDS, report.mean),
            line("p95_seconds", _("95 % are quicker than"), Unit.SECONDS, report.p95),
        ],
    )


def _table(report: Commands, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="command", label=_("Command"), unit=Unit.TEXT),
        Column(key="uses", label=_("Uses"), unit=Unit.COUNT),
        Column(key="uses_before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
        Column(key="share", label=_("Share"), unit=Unit.SHARE),
        Column(key="mean_seconds", label=_("Mean"), unit=Unit.SECONDS, is_extra=True),
        Column(key="p95_seconds", label=_("95 %"), unit=Unit.SECONDS),
    ]
    rows = [_row(one, report, words) for one in report.commands]
    return Table(key="commands", title=_("By command"), columns=columns, rows=rows)


def _row(one: Command, report: Commands, words: Words) -> list[Value]:
    timed = Unknown.NO_UPDATES if report.timed_since else Unknown.NOT_RECORDED_THEN
    return [
        words.gettext("unknown ones") if one.name == OTHER else f"/{one.name}",
        one.uses,
        known(one.uses_before, Unknown.NOT_RECORDED_THEN),
        known(one.share),
        known(one.mean, timed),
        known(one.p95, timed),
    ]
