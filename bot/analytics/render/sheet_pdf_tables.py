"""Blocks of a sheet as tables on paper.  Imports reportlab: import it late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, TableStyle
from reportlab.platypus import Table as PaperTable

from bot.analytics.render.sheet import Figures, Grid, Line, Table, Unit, Value
from bot.analytics.render.sheet_change import change
from bot.analytics.render.sheet_chart_palette import LIGHT
from bot.analytics.render.sheet_pdf_paper import BOLD, FONT, MUTED, RULE, TEXT, WIDTH, Paper
from bot.analytics.render.values import short, written
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

STRONG = '<font name="{font}" color="{color}">{text}</font>'
SIZE = 8.5
SMALL = 6.5
PADDING = 5
# Where columns are many.
TIGHT = 3
NAME = 60
LONG = 200
# From so many figures on they stand in two columns.
MANY = 5
NUMBERS = {Unit.COUNT, Unit.SHARE, Unit.SECONDS, Unit.STARS, Unit.USD, Unit.BYTES, Unit.RATIO}
Cells = list[list[str]]


def figures(block: Figures, paper: Paper, words: Words) -> PaperTable:
    """Name, value and change, in one column or two."""
    rows = [list(_figure(line, paper, words)) for line in block.lines]
    half = -(-len(rows) // 2) if len(rows) >= MANY else len(rows)
    empty = [Paragraph("", paper.cell)] * 2
    cells = [
        left + right for left, right in zip_longest(rows[:half], rows[half:], fillvalue=empty)
    ]
    widths = [WIDTH / 2 * part for part in (0.4, 0.6)] * 2
    # One column alone takes the left half: a long way from a name to its value is misread.
    return PaperTable(
        cells, widths[: len(cells[0])], hAlign="LEFT", style=TableStyle(_plain(SIZE))
    )


def table(block: Table, shown: int, paper: Paper, words: Words) -> PaperTable:
    """*shown* rows, the latest or the first, below the names of the columns."""
    head = [paper.plain(column.label, NAME) for column in block.columns]
    rows = [
        [
            paper.plain(short(value, column.unit, words), NAME)
            for value, column in zip(row, block.columns, strict=True)
        ]
        for row in _last(block, shown)
    ]
    right = [at for at, column in enumerate(block.columns) if column.unit in NUMBERS]
    return _ruled([head, *rows], right, paper)


def grid(block: Grid, shown: int, paper: Paper, words: Words) -> PaperTable:
    """The first *shown* rows; beside their names what the rows begin with."""
    heads = [block.head_title] if block.heads else []
    cells = [[paper.plain(text, NAME) for text in [block.row_title, *heads, *block.columns]]]
    for at, (name, values) in enumerate(zip(block.rows[:shown], block.values, strict=False)):
        head = [short(block.heads[at], Unit.COUNT, words)] if block.heads else []
        texts = ["" if value is None else short(value, block.unit, words) for value in values]
        cells.append([paper.plain(text, NAME) for text in [name, *head, *texts]])
    return _ruled(cells, range(1, len(cells[0])), paper)


def _figure(line: Line, paper: Paper, words: Words) -> Iterator[Paragraph]:
    """Whole texts, in two lines where one is too short: a reason cut off is none."""
    yield Paragraph(_text(line.label, paper), paper.cell)
    value = _text(written(line.value, line.unit, words), paper)
    if line.value is None or isinstance(line.value, Unknown):
        yield Paragraph(value, paper.aside)
        return
    moved = _text(change(line, words), paper)
    strong = STRONG.format(font=BOLD, color=LIGHT.text, text=value)
    yield Paragraph(f"{strong} {moved}", paper.aside)


def _text(text: str, paper: Paper) -> str:
    return escape(paper.plain(text, LONG), quote=False)


def _last(block: Table, count: int) -> Sequence[Sequence[Value]]:
    """*count* rows: the first, or the latest of days and hours."""
    is_time = block.columns[0].unit in {Unit.DAY, Unit.MOMENT}
    return block.rows[-count:] if is_time else block.rows[:count]


def _ruled(cells: Cells, right: Sequence[int], paper: Paper) -> PaperTable:
    """A heading, a rule, rows; letters as large as let all columns fit."""
    size, padding = SIZE, PADDING
    if sum(_widths(cells, size, padding)) > WIDTH:
        padding = TIGHT
        cells = [_broken(cells), *cells[1:]]
        between = 2 * padding * len(cells[0])
        letters = sum(_widths(cells, size, padding)) - between
        size = min(SIZE, max(SMALL, SIZE * (WIDTH - between) / letters))
    widths = squeezed(_widths(cells, size, padding), WIDTH)
    texts = [
        [
            paper.fitted(cell, wide - 2 * padding + 0.1, size, FONT if row else BOLD)
            for cell, wide in zip(line, widths, strict=True)
        ]
        for row, line in enumerate(cells)
    ]
    style = [
        *_plain(size, padding),
        ("FONTNAME", (0, 0), (-1, 0), BOLD),
        ("TEXTCOLOR", (0, 0), (-1, 0), MUTED),
        ("LINEBELOW", (0, 0), (-1, 0), 1, MUTED),
        *(("ALIGN", (at, 0), (at, -1), "RIGHT") for at in right),
    ]
    return PaperTable(texts, widths, repeatRows=1, hAlign="LEFT", style=TableStyle(style))


def _broken(cells: Cells) -> list[str]:
    """The headings in lines that are no wider than what stands below them, if words let them."""
    longest = [max(map(len, column)) for column in zip(*cells[1:], strict=True)]
    room = [
        max(width, *map(len, name.split()), 1)
        for name, width in zip(cells[0], longest, strict=True)
    ]
    return ["\n".join(wrap(name, wide)) for name, wide in zip(cells[0], room, strict=True)]


def _plain(size: float, padding: float = PADDING) -> list[Any]:
    everything = (0, 0), (-1, -1)
    return [
        ("FONT", *everything, FONT, size),
        ("TEXTCOLOR", *everything, TEXT),
        ("LINEBELOW", *everything, 0.5, RULE),
        ("LEFTPADDING", *everything, padding),
        ("RIGHTPADDING", *everything, padding),
        ("LEADING", *everything, size * 1.2),
        ("TOPPADDING", *everything, 2.5),
        ("BOTTOMPADDING", *everything, 3.5),
        ("VALIGN", *everything, "MIDDLE"),
    ]


def _widths(cells: Cells, size: float, padding: float) -> list[float]:
    return [
        max(_wide(cell, BOLD if row == 0 else FONT, size) for row, cell in enumerate(column))
        + 2 * padding
        for column in zip(*cells, strict=True)
    ]


def _wide(text: str, font: str, size: float) -> float:
    return max((stringWidth(line, font, size) for line in text.split("\n")), default=0)


def squeezed(widths: Sequence[float], room: float) -> list[float]:
    """*widths* that together take at most *room*: the widest give first."""
    if sum(widths) <= room:
        return list(widths)
    rest, left = room, len(widths)
    level = 0.0
    for width in sorted(widths):
        level = rest / left
        if width > level:
            break
        rest -= width
        left -= 1
    return [min(width, level) for width in widths]
