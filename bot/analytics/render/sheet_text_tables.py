"""Tables and grids as lines that a phone shows; each line closes its own tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.analytics.render.fit import bold, quoted, units
from bot.analytics.render.sheet import Column, Grid, Sheet, Table, Unit, Value
from bot.analytics.render.sheet_words import reason, rows_left, unknowns
from bot.analytics.render.values import mark, one_line, short
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

# Characters of a name in a row, and of the headings of all columns: they return on every page.
NAME = 64
HEADINGS = 240
# UTF-16 units of a line; a row of many cells is parted between two of them.
ROW = 900
# Characters side by side in a phone's fixed-width letters.
PHONE = 34
# Above this a row of cells says nothing; a picture does.
FEW = 8
NAMES = {Unit.TEXT, Unit.FOREIGN, Unit.DAY, Unit.MOMENT}


def table_head(table: Table) -> list[str]:
    """Which values a row holds, in their order."""
    if len(shown := _shown(table.columns)) == 1:
        return []
    first = table.columns[0]
    # A name or a day says what it is; a bare number does not.
    start = "" if first.unit in NAMES else f"{quoted(one_line(first.label), NAME)}: "
    return _headings([table.columns[at].label for at in shown[1:]], start)


def table_lines(table: Table, sheet: Sheet, words: Words) -> list[str]:
    """A line for each row: its name, then its values; below them what the marks mean."""
    shown = _shown(table.columns)
    lines = [line for row in table.rows for line in _row(table, row, shown, words)]
    marks = unknowns(row[at] for row in table.rows for at in shown)
    lines += _legend(marks, words)
    if table.total is not None and table.total > len(table.rows):
        lines.append(f"<i>{rows_left(len(table.rows), table.total, words)}</i>")
    if len(shown) < len(table.columns):
        lines.append(_elsewhere(sheet, words))
    return lines


def grid_head(grid: Grid, words: Words) -> list[str]:
    """The columns above the rows, where the rows are shown as text at all."""
    if _widths(grid, words) is not None or len(grid.columns) > FEW:
        return []
    heads = [grid.head_title] if grid.heads else []
    return _headings([*heads, *grid.columns])


def grid_lines(grid: Grid, sheet: Sheet, words: Words) -> list[str]:
    """A narrow grid in columns, a wider one in rows; a large one only where to see it."""
    legend = _legend(unknowns(value for row in grid.values for value in row), words)
    if widths := _widths(grid, words):
        rows = [[grid.row_title, grid.head_title, *grid.columns], *_cells(grid, words)]
        return [*(_aligned(row, widths) for row in rows), *legend]
    if len(grid.columns) > FEW:
        return [_elsewhere(sheet, words, grid.key)]
    lines: list[str] = []
    for name, *cells in _cells(grid, words):
        values = [quoted(cell) for cell in cells if cell]
        lines += _packed(f"{quoted(one_line(name), NAME)}: ", values)
    return [*lines, *legend]


def _headings(labels: Sequence[str], start: str = "") -> list[str]:
    short_ones = [quoted(one_line(label), HEADINGS // len(labels)) for label in labels]
    return [f"<i>{line}</i>" for line in _packed(start, short_ones)]


def _shown(columns: Sequence[Column]) -> list[int]:
    """The places of the columns that a phone has room for; the first names the row."""
    return [at for at, column in enumerate(columns) if at == 0 or not column.is_extra]


def _row(table: Table, row: Sequence[Value], shown: Sequence[int], words: Words) -> Iterator[str]:
    name, *values = (_cell(row[at], table.columns[at].unit, words) for at in shown)
    if not values:
        return iter([name])
    first = row[shown[1]]
    if first is not None and not isinstance(first, Unknown):
        values[0] = bold(values[0])
    return _packed(f"{name}: ", values)


def _cell(value: Value, unit: Unit, words: Words) -> str:
    return quoted(short(value, unit, words), NAME)


def _packed(start: str, cells: Iterable[str]) -> Iterator[str]:
    """*start* and the *cells*, parted by dots, in as few lines as hold them."""
    line, is_first = start, True
    for cell in cells:
        if not is_first and units(line) + units(cell) > ROW:
            yield line
            line, is_first = "", True
        line += cell if is_first else f" · {cell}"
        is_first = False
    yield line


def _cells(grid: Grid, words: Words) -> Iterator[list[str]]:
    """Each row's name, head and values; the head is empty where there is none."""
    for at, (name, values) in enumerate(zip(grid.rows, grid.values, strict=True)):
        head = short(grid.heads[at], Unit.COUNT, words) if grid.heads else ""
        cells = ["" if one is None else short(one, grid.unit, words) for one in values]
        yield [name, head, *cells]


def _widths(grid: Grid, words: Words) -> list[int] | None:
    """How wide each column has to be; None if a phone is narrower than all of them."""
    if len(grid.columns) > PHONE:
        return None
    rows = [[grid.row_title, grid.head_title, *grid.columns], *_cells(grid, words)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return widths if sum(widths) + len(widths) - 1 <= PHONE else None


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    text = " ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
    return f"<code>{quoted(text.rstrip())}</code>"


def _legend(marks: Sequence[Unknown], words: Words) -> list[str]:
    return [f"<i>{mark(one)} {reason(one, words)}</i>" for one in marks]


def _elsewhere(sheet: Sheet, words: Words, key: str = "") -> str:
    """Where what a phone has no room for can be had."""
    if any(chart.block == key for chart in sheet.charts):
        text = words.gettext("Too large for a message: /chart {name} draws it.")
    elif key:
        text = words.gettext("Too large for a message: /export {name} csv has it.")
    else:
        text = words.gettext("All columns: /export {name} csv")
    return f"<i>{text.format(name=quoted(sheet.name))}</i>"
