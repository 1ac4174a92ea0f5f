"""Any sheet as a CSV file that opens well in a spreadsheet and runs no formula of a stranger."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from io import StringIO

from bot.analytics.render.sheet import Block, Figures, Grid, Sheet, Table, Unit, Value
from bot.analytics.render.sheet_words import as_of, notes, nothing, reason, rows_left, span
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

# Without it Excel takes the file for one of its own old character sets.
BOM = "\ufeff"
# What makes a spreadsheet compute: also the wide forms, which it takes for the narrow ones.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  the wide forms are meant
# Where many languages write a comma in numbers, spreadsheets part cells at semicolons, whatever
# the quotes say: there a formula can begin within a text.
CELL_WITHIN = re.compile(r"""([;\t\r\n])(?=[\s"']*[=+\-@＝＋－＠])""")  # noqa: RUF001  as above


def text(sheet: Sheet, words: Words) -> str:
    """The file, by RFC 4180, with a byte order mark; to be written as UTF-8."""
    out = StringIO(newline="")
    csv.writer(out).writerows(rows(sheet, words))
    return BOM + out.getvalue()


def rows(sheet: Sheet, words: Words) -> Iterator[list[str]]:
    """All rows: a heading, then each block under its title, parted by an empty row.

    Numbers have a point and no other separators, shares are 0 to 1, moments are ISO 8601.
    """
    yield [_safe(sheet.title), _safe(span(sheet, words))]
    yield [as_of(sheet, words)]
    for note in notes(sheet, words):
        yield [_safe(note)]
    zone = sheet.period.zone
    for block in sheet.blocks:
        yield []
        yield [_safe(block.title)]
        yield from _block(block, zone, words)


def _block(block: Block, zone: tzinfo, words: Words) -> Iterator[list[str]]:
    match block:
        case Figures():
            yield from _figures(block, zone, words)
        case Table():
            yield from _table(block, zone, words)
        case Grid():
            yield from _grid(block, zone, words)


def _figures(block: Figures, zone: tzinfo, words: Words) -> Iterator[list[str]]:
    _ = words.gettext
    yield [_("figure"), _("value"), _("before"), _("unit")]
    for line in block.lines:
        values = [_cell(one, zone, words) for one in (line.value, line.before)]
        yield [_safe(line.label), *values, _unit(line.unit, words)]


def _table(table: Table, zone: tzinfo, words: Words) -> Iterator[list[str]]:
    yield [_titled(column.label, column.unit, words) for column in table.columns]
    for row in table.rows:
        yield [_cell(value, zone, words) for value in row]
    if not table.rows:
        yield [nothing(words)]
    if table.total is not None and table.total > len(table.rows):
        yield [rows_left(len(table.rows), table.total, words)]


def _grid(grid: Grid, zone: tzinfo, words: Words) -> Iterator[list[str]]:
    heads = [_safe(grid.head_title)] if grid.heads else []
    yield [_titled(grid.row_title, grid.unit, words), *heads, *map(_safe, grid.columns)]
    for at, (name, values) in enumerate(zip(grid.rows, grid.values, strict=True)):
        head = [grid.heads[at]] if grid.heads else []
        yield [_safe(name), *(_cell(value, zone, words) for value in [*head, *values])]
    if not grid.rows:
        yield [nothing(words)]


def _titled(label: str, unit: Unit, words: Words) -> str:
    """The heading of a column: its numbers stand bare, so the unit is here."""
    name = _unit(unit, words)
    return _safe(f"{label} ({name})" if name else label)


def _unit(unit: Unit, words: Words) -> str:
    """What a bare number of this unit is; empty where it needs no word."""
    _ = words.gettext
    match unit:
        case Unit.SHARE:
            return _("0 to 1")
        case Unit.SECONDS:
            return _("seconds")
        case Unit.STARS:
            return "Stars"  # Telegram's own name for its money
        case Unit.USD:
            return "USD"
        case Unit.BYTES:
            return _("bytes")
        case _:
            return ""


def _cell(value: Value, zone: tzinfo, words: Words) -> str:
    if isinstance(value, Unknown):
        return reason(value, words)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _safe(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A number as programs write it; a whole one without a point."""
    return str(int(value)) if value == int(value) else repr(value)


def _safe(foreign: str) -> str:
    """*foreign* so that no spreadsheet computes it; an apostrophe marks what was made harmless."""
    clean = CELL_WITHIN.sub(r"\1'", foreign.replace("\0", ""))
    return f"'{clean}" if clean.lstrip(" ").startswith(FORMULA) else clean
