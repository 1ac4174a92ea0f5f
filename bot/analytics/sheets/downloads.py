"""Downloads, laid out."""

from __future__ import annotations

from collections.abc import Mapping

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
from bot.analytics.reports.downloads import Downloads, Outcomes
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.kept import Spread
from bot.analytics.sheets.entries import (
    is_partial,
    known,
    part_column,
    recorded,
    removed,
    since,
    spread_columns,
    spread_values,
    tally,
    times,
)


def downloads(report: Downloads, words: Words) -> Sheet:
    """Figures, groups by format, quality and site, waits, errors and a timeline."""
    _ = words.gettext
    return Sheet(
        name="downloads",
        title=_("Downloads"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            *removed(report.kept_since, words),
            _("Success is counted of downloads that ended and were not cancelled."),
        ],
        blocks=[*_figures(report, words), *_groups(report, words), *_errors(report, words)],
        charts=[
            Chart(
                kind="lines",
                block="timeline",
                title=_("Downloads"),
                x=report.step,
                y=["requests", "done", "failed"],
                before="requests_before",
            )
        ],
    )


def _figures(report: Downloads, words: Words) -> list[Block]:
    _ = words.gettext
    return [
        Figures(key="summary", title=_("Downloads"), sign="⬇️", lines=_ends(report, words)),
        times(_("From the start to the delivery"), report, words),
    ]


def _ends(report: Downloads, words: Words) -> list[Line]:
    _ = words.gettext
    count = Unit.COUNT
    return [
        line("requests", _("asked for"), count, report.requests),
        line("done", _("delivered"), count, report.done),
        line("failed", _("failed"), count, report.failed),
        line("cancelled", _("cancelled"), count, report.cancelled),
        line("open", _("still open"), count, report.open),
        line("success_rate", _("success"), Unit.SHARE, report.success_rate),
        line("at_once", _("known to Telegram already"), count, report.at_once),
        line("retries", _("further attempts"), count, report.retries),
        line("refused", _("links refused"), count, report.refused),
        line("size_bytes", _("sent"), Unit.BYTES, report.size_bytes),
    ]


def _groups(report: Downloads, words: Words) -> list[Block]:
    _ = words.gettext
    return [
        _timeline(report, words),
        _group("formats", _("By format"), _("Format"), report.by_format, words),
        _group("qualities", _("By quality"), _("Quality"), report.by_quality, words),
        _group("sites", _("By site"), _("Site"), report.by_site, words),
        _waits(report.waits, words),
    ]


def _group(
    key: str, title: str, label: str, groups: Mapping[str, Outcomes], words: Words
) -> Table:
    _ = words.gettext
    columns = [
        Column(key="name", label=label, unit=Unit.FOREIGN),
        Column(key="requests", label=_("Asked for"), unit=Unit.COUNT),
        Column(key="done", label=_("Delivered"), unit=Unit.COUNT, is_extra=True),
        Column(key="failed", label=_("Failed"), unit=Unit.COUNT, is_extra=True),
        Column(key="cancelled", label=_("Cancelled"), unit=Unit.COUNT, is_extra=True),
        Column(key="success_rate", label=_("Success"), unit=Unit.SHARE),
        *spread_columns(words),
    ]
    rows = [_outcomes(name, one) for name, one in groups.items()]
    return Table(key=key, title=title, columns=columns, rows=rows)


def _outcomes(name: str, one: Outcomes) -> list[Value]:
    counts: list[Value] = [one.requests, one.done, one.failed, one.cancelled]
    return [name, *counts, known(one.success_rate), *spread_values(one.took)]


def _waits(waits: Mapping[str, Spread], words: Words) -> Table:
    _ = words.gettext
    names = {"high": _("high"), "medium": _("medium"), "low": _("low")}
    columns = [
        Column(key="priority", label=_("Priority"), unit=Unit.TEXT),
        Column(key="count", label=_("Begun"), unit=Unit.COUNT),
        *spread_columns(words),
    ]
    rows = [[names[name], one.count, *spread_values(one)] for name, one in waits.items()]
    return Table(key="waits", title=_("Wait for a worker"), columns=columns, rows=rows)


def _timeline(report: Downloads, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="requests", label=_("Asked for"), unit=Unit.COUNT),
        Column(key="done", label=_("Delivered"), unit=Unit.COUNT),
        Column(key="failed", label=_("Failed"), unit=Unit.COUNT),
        Column(key="requests_before", label=_("Before"), unit=Unit.COUNT, is_extra=True),
    ]
    why = report.requests.unknown_before or Unknown.NOT_RECORDED_THEN
    rows = [
        [
            part.name,
            *(known(one, Unknown.REMOVED) for one in (part.requests, part.done, part.failed)),
            known(part.requests_before, why),
        ]
        for part in report.timeline
    ]
    return Table(
        key="timeline",
        title=_("Timeline"),
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )


def _errors(report: Downloads, words: Words) -> list[Block]:
    _ = words.gettext
    error = _("Error")
    return [
        tally("errors", _("Why downloads failed"), error, report.errors, words),
        tally("retry_errors", _("Why attempts failed"), error, report.retry_errors, words),
        tally("refusals", _("Why links were refused"), error, report.refusals, words),
    ]
