"""Any sheet as Telegram HTML: as many messages as it takes, broken between lines, never cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from bot.analytics.render.fit import LIMIT, bold, quoted, units
from bot.analytics.render.period_text import title
from bot.analytics.render.sheet import Block, Figures, Line, Sheet, Table
from bot.analytics.render.sheet_change import change, folded
from bot.analytics.render.sheet_text_tables import (
    grid_head,
    grid_lines,
    table_head,
    table_lines,
)
from bot.analytics.render.sheet_words import notes, nothing
from bot.analytics.render.values import one_line, written
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

# Characters.  Each can become five when it is escaped, and a heading and a line share a page.
TITLE = 100
SENTENCE = 600


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines that belong together, and what stands above them on each page."""

    head: Sequence[str]
    lines: Sequence[str]


def pages(sheet: Sheet, words: Words) -> list[str]:
    """The messages, each at most 4,096 UTF-16 units; with several, each says which it is."""
    name = bold(quoted(one_line(sheet.title), TITLE))
    # Room for the longest number of pages that could stand beside the name.
    room = LIMIT - units(f"{name} · 9999/9999\n")
    bodies = list(_paged(_parts(folded(sheet, words), words), room))
    if len(bodies) == 1:
        return [f"{name}\n{bodies[0]}"]
    return [f"{name} · {at}/{len(bodies)}\n{body}" for at, body in enumerate(bodies, 1)]


def _paged(parts: Iterable[_Part], room: int) -> Iterator[str]:
    """1. A part begins on the page of the one before if its head and first line fit there.
    2. Where a line does not fit, the next page repeats the part's head.
    """
    page: list[str] = []
    used = 0
    for part in parts:
        head = [*([""] if page else []), *part.head]
        for line in part.lines:
            added = [*head, line]
            if page and used + _size(added) > room:
                yield "\n".join(page)
                page, used, added = [], 0, [*part.head, line]
            page += added
            used += _size(added)
            head = []
    yield "\n".join(page)


def _size(lines: Sequence[str]) -> int:
    return sum(units(line) + 1 for line in lines)


def _parts(sheet: Sheet, words: Words) -> Iterator[_Part]:
    sentences = [part for note in notes(sheet, words) for part in wrap(one_line(note), SENTENCE)]
    below = [f"<i>{quoted(part, SENTENCE)}</i>" for part in sentences]
    yield _Part([], [title(sheet.period, words), *below])
    for block in sheet.blocks:
        yield _part(block, sheet, words)


def _part(block: Block, sheet: Sheet, words: Words) -> _Part:
    heading = bold(quoted(one_line(block.title), TITLE))
    if isinstance(block, Figures):
        sign = f"{block.sign} " if block.sign else ""
        lines = [_figure(line, words) for line in block.lines]
        return _Part([sign + heading], lines or [nothing(words)])
    if not block.rows:
        return _Part([heading], [nothing(words)])
    if isinstance(block, Table):
        return _Part([heading, *table_head(block)], table_lines(block, sheet, words))
    return _Part([heading, *grid_head(block, words)], grid_lines(block, sheet, words))


def _figure(line: Line, words: Words) -> str:
    name = quoted(one_line(line.label), TITLE)
    value = quoted(written(line.value, line.unit, words))
    if isinstance(line.value, Unknown) or line.value is None:
        return f"{name}: {value}"
    return f"{name}: {bold(value)} {quoted(change(line, words))}".rstrip()
