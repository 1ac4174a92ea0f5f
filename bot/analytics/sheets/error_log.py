"""Errors, laid out."""

from __future__ import annotations

from collections.abc import Sequence

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
from bot.analytics.reports.error_log import ErrorKind, ErrorLog
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.entries import is_partial, known, part_column, recorded


def error_log(report: ErrorLog, words: Words) -> Sheet:
    """Figures, categories, types, places, a timeline and the last of them."""
    _ = words.gettext
    return Sheet(
        name="errors",
        title=_("Errors"),
        period=report.period,
        notes=_notes(report, words),
        blocks=[
            _figures(report, words),
            _kinds("categories", _("By category"), _("Category"), report.categories, words),
            _kinds("types", _("By type"), _("Type"), report.types, words),
            _groups(report, words),
            _timeline(report, words),
            _last(report, words),
        ],
        charts=[
            Chart(kind="bars", block="timeline", title=_("Errors"), x=report.step, y=["errors"]),
            Chart(kind="bars", block="types", title=_("Errors by type"), x="name", y=["count"]),
        ],
    )


def _notes(report: ErrorLog, words: Words) -> list[str]:
    _ = words.gettext
    notes = [_("One of them in full: /errors NUMBER")]
    if report.kept_since:
        text = _("Errors before {moment} were removed.")
        notes.insert(0, text.format(moment=words.moment(report.kept_since)))
    return notes


def _figures(report: ErrorLog, words: Words) -> Block:
    _ = words.gettext
    return Figures(
        key="summary",
        title=_("Errors"),
        sign="⚠️",
        lines=[
            line("errors", _("errors"), Unit.COUNT, report.total),
            line("error_rate", _("updates that failed"), Unit.SHARE, report.error_rate),
        ],
    )


def _kinds(key: str, title: str, label: str, kinds: Sequence[ErrorKind], words: Words) -> Table:
    columns = [
        Column(key="name", label=label, unit=Unit.FOREIGN),
        Column(key="count", label=words.gettext("Count"), unit=Unit.COUNT),
        Column(key="before", label=words.gettext("Before"), unit=Unit.COUNT, is_extra=True),
    ]
    rows = [[one.name, one.count, known(one.before, Unknown.REMOVED)] for one in kinds]
    return Table(key=key, title=title, columns=columns, rows=rows)


def _groups(report: ErrorLog, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="type", label=_("Type"), unit=Unit.FOREIGN),
        Column(key="place", label=_("Place"), unit=Unit.FOREIGN),
        Column(key="count", label=_("Count"), unit=Unit.COUNT),
        Column(key="first", label=_("First"), unit=Unit.MOMENT, is_extra=True),
        Column(key="last", label=_("Last"), unit=Unit.MOMENT),
        Column(key="number", label=_("Last number"), unit=Unit.TEXT),
    ]
    rows: list[list[Value]] = [
        [one.type, one.location, one.count, one.first_at, one.last_at, one.number]
        for one in report.groups
    ]
    title, total = _("By place"), report.group_count
    return Table(key="places", title=title, columns=columns, rows=rows, total=total)


def _timeline(report: ErrorLog, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="errors", label=_("Errors"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [[part.name, part.count] for part in report.timeline]
    title = _("Timeline")
    return Table(
        key="timeline",
        title=title,
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )


def _last(report: ErrorLog, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="number", label=_("Number"), unit=Unit.TEXT),
        Column(key="at", label=_("When"), unit=Unit.MOMENT),
        Column(key="category", label=_("Category"), unit=Unit.TEXT, is_extra=True),
        Column(key="type", label=_("Type"), unit=Unit.FOREIGN),
        Column(key="place", label=_("Place"), unit=Unit.FOREIGN, is_extra=True),
        Column(key="message", label=_("Message"), unit=Unit.FOREIGN, is_extra=True),
    ]
    rows: list[list[Value]] = [
        [one.number, one.at, one.category, one.type, one.location, one.message]
        for one in report.last
    ]
    total = None if report.total.value is None else round(report.total.value)
    return Table(key="last", title=_("The last ones"), columns=columns, rows=rows, total=total)
