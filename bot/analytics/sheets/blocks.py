"""Blocks, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Column, Figures, Sheet, Table, Unit, line
from bot.analytics.render.words import Words
from bot.analytics.reports.blocks import Blocks
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import is_partial, known, part_column, recorded, since


def blocks(report: Blocks, words: Words) -> Sheet:
    """How many people the bot lost and got back, and when."""
    _ = words.gettext
    lines = [
        line("blocks", _("blocked the bot"), Unit.COUNT, report.blocks),
        line("unblocks", _("came back"), Unit.COUNT, report.unblocks),
        line("net", _("lost in all"), Unit.COUNT, report.net),
        line("reachable", _("not blocked at the start"), Unit.COUNT, report.reachable),
        line("rate", _("blocks of these"), Unit.SHARE, report.rate),
    ]
    title = _("Blocks")
    return Sheet(
        name="blocks",
        title=title,
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[
            Figures(key="summary", title=title, sign="🚫", lines=lines),
            _parts(report, words),
        ],
        charts=[
            Chart(
                kind="stack",
                block="parts",
                title=_("Blocked and came back"),
                x=report.step,
                y=["blocks", "unblocks"],
            )
        ],
    )


def _parts(report: Blocks, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="blocks", label=_("Blocked"), unit=Unit.COUNT),
        Column(key="unblocks", label=_("Came back"), unit=Unit.COUNT),
    ]
    rows = [
        [part.name, known(part.blocks, Unknown.REMOVED), known(part.unblocks, Unknown.REMOVED)]
        for part in report.parts
    ]
    return Table(
        key="parts",
        title=_("Timeline"),
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )
