"""The columns of a sheet's table as a chart draws them: numbers, gaps, and marks for the days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from math import isfinite, nan

from babel.dates import format_date, format_datetime

from bot.analytics.render.sheet import Chart, Column, Grid, Sheet, Table, Value
from bot.analytics.render.sheet_words import nothing, reason, unknowns
from bot.analytics.render.values import one_line, written
from bot.analytics.render.words import Words

MARKS = 6
# Letters of all marks together: months with years are longer, so there are fewer.
LETTERS = 44
TWO_DAYS = timedelta(days=2)
TEN_MONTHS = timedelta(days=300)


def table_of(sheet: Sheet, chart: Chart) -> Table:
    """The chart's table; TypeError for a block of another kind."""
    block = sheet.block(chart.block)
    if not isinstance(block, Table):
        raise TypeError(f"{chart.kind} needs a table, and {chart.block} is none")
    return block


def grid_of(sheet: Sheet, chart: Chart) -> Grid:
    """The chart's grid; TypeError for a block of another kind."""
    block = sheet.block(chart.block)
    if not isinstance(block, Grid):
        raise TypeError(f"{chart.kind} needs a grid, and {chart.block} is none")
    return block


def place(table: Table, key: str) -> int:
    """Where the column of that key stands; KeyError."""
    return {column.key: at for at, column in enumerate(table.columns)}[key]


def column(table: Table, key: str) -> Column:
    """The column of that key; KeyError."""
    return table.columns[place(table, key)]


def numbers(table: Table, key: str) -> list[float]:
    """The column as numbers; what is unknown or empty is not a number (nan), never 0."""
    at = place(table, key)
    return [number(row[at]) for row in table.rows]


def number(value: Value) -> float:
    """*value* if it is a number, else nan."""
    return float(value) if isinstance(value, int | float) else nan


def is_known(values: Sequence[float]) -> bool:
    """Whether there is anything to draw."""
    return any(isfinite(value) for value in values)


def why(table: Table, keys: Sequence[str], words: Words) -> str:
    """Why there is nothing to draw."""
    places = [place(table, key) for key in keys]
    found = unknowns(row[at] for row in table.rows for at in places)
    return reason(found[0], words) if found else nothing(words)


def names(table: Table, key: str, words: Words) -> list[str]:
    """The column as texts, one line each."""
    at = place(table, key)
    unit = table.columns[at].unit
    return [one_line(written(row[at], unit, words)) for row in table.rows]


def is_time(table: Table, key: str) -> bool:
    """Whether the column holds days or moments."""
    at = place(table, key)
    return bool(table.rows) and isinstance(table.rows[0][at], date)


def marks(table: Table, key: str, words: Words, zone: tzinfo) -> tuple[list[int], list[str]]:
    """Which rows get a mark on the axis, evenly spread, and what each says."""
    texts = _times(table, key, words, zone) if is_time(table, key) else names(table, key, words)
    widest = max(map(len, texts), default=1) + 2
    step = max(1, -(-len(texts) // max(2, min(MARKS, LETTERS // widest))))
    # From the end, because today is what people look for.
    places = list(range(len(texts) - 1, -1, -step))[::-1]
    return places, [texts[at] for at in places]


def _times(table: Table, key: str, words: Words, zone: tzinfo) -> list[str]:
    at = place(table, key)
    times = [row[at] for row in table.rows]
    pattern = _pattern(times)
    return [_time(one, pattern, words, zone) for one in times]


def _pattern(times: Sequence[Value]) -> str:
    """As much of a date as the whole axis needs: hours, days or months."""
    first, last = times[0], times[-1]
    if isinstance(first, datetime) and isinstance(last, datetime):
        long = abs(last - first)
        return "HH:mm" if long <= TWO_DAYS else "MMM y" if long > TEN_MONTHS else "d MMM"
    if isinstance(first, date) and isinstance(last, date):
        return "MMM y" if abs(last - first) > TEN_MONTHS else "d MMM"
    return "d MMM"


def _time(value: Value, pattern: str, words: Words, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return format_datetime(value.astimezone(zone), pattern, locale=words.locale)
    return format_date(value, pattern, locale=words.locale) if isinstance(value, date) else ""
