"""Whether a sheet holds together and every view can draw it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.analytics.render import sheet_csv, sheet_json, sheet_text
from bot.analytics.render.fit import LIMIT, units
from bot.analytics.render.sheet import Chart, Figures, Grid, Line, Sheet, Table, Value
from bot.analytics.render.words import Words

ENGLISH = Words()
SNAKE = re.compile(r"[a-z][a-z0-9_]*")


def shown(sheet: Sheet) -> str:
    """All messages of *sheet*, after a look at its keys, rows, charts and other views."""
    for block in sheet.blocks:
        assert SNAKE.fullmatch(block.key)
        if isinstance(block, Table):
            _look_at_table(block)
    assert len({block.key for block in sheet.blocks}) == len(sheet.blocks)
    for chart in sheet.charts:
        _look_at_chart(sheet, chart)
    json.dumps(sheet_json.payload(sheet))
    assert sheet_csv.text(sheet, ENGLISH)
    pages = sheet_text.pages(sheet, ENGLISH)
    assert all(units(page) <= LIMIT for page in pages)
    return "\n".join(pages)


def lines(sheet: Sheet) -> dict[str, Value]:
    """Every figure of *sheet* by its key."""
    return {line.key: line.value for line in _lines(sheet)}


def rows(sheet: Sheet, key: str) -> list[dict[str, Value]]:
    """The rows of a table of *sheet*, as machines get them."""
    table = sheet.block(key)
    assert isinstance(table, Table)
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def _lines(sheet: Sheet) -> Iterator[Line]:
    for block in sheet.blocks:
        if isinstance(block, Figures):
            yield from block.lines


def _look_at_table(table: Table) -> None:
    keys = [column.key for column in table.columns]
    assert len(set(keys)) == len(keys)
    assert all(SNAKE.fullmatch(key) for key in keys)
    assert all(len(row) == len(keys) for row in table.rows)


def _look_at_chart(sheet: Sheet, chart: Chart) -> None:
    block = sheet.block(chart.block)
    if chart.kind == "heat":
        assert isinstance(block, Grid)
        return
    assert isinstance(block, Table)
    wanted = {chart.x, *chart.y} | ({chart.before} if chart.before else set())
    assert wanted <= {column.key for column in block.columns}
