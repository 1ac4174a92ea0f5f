"""A report laid out: figures, tables and charts, from which every view is made.

One function for each report lays it out (bot/analytics/sheets/); one module for each kind
of output draws any sheet: chat text, JSON, CSV, PDF, PNG.  So no two views can disagree.
Keys are for machines and never change; labels are for people, in their language, and not escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import Period


class Unit(StrEnum):
    """What a value is, so that each view can write it its own way."""

    COUNT = "count"
    SHARE = "share"  # 0 to 1
    SECONDS = "seconds"
    STARS = "stars"
    USD = "usd"
    BYTES = "bytes"
    RATIO = "ratio"  # a plain number with decimals
    DAY = "day"  # a date
    MOMENT = "moment"  # a datetime, aware
    TEXT = "text"  # words of ours
    FOREIGN = "foreign"  # words of somebody else's, to be cut and escaped


# An Unknown stands for a number that cannot be known; None for a cell with nothing to say.
Value = float | str | date | datetime | Unknown | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One figure.

    before: of the period before; None when there is no such comparison
    is_partial: `value` is of a time that is not over while `before` is, so no change is shown
    """

    key: str
    label: str
    unit: Unit
    value: Value
    before: Value = None
    is_partial: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Figures under one heading.  sign: an emoji for the chat, or nothing."""

    key: str
    title: str
    lines: Sequence[Line]
    sign: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column.  is_extra: the chat leaves it out, because a phone is narrow."""

    key: str
    label: str
    unit: Unit
    is_extra: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under one heading; the first column names the row.

    total: how many rows there are, shown or not; None: all are here
    is_last_partial: the last row's time is not over, so a chart draws it lighter
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    total: int | None = None
    is_last_partial: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Values by row and column, such as weekdays and hours, or cohorts and ages; for heat maps.

    heads: what a row begins with, before its values (a cohort's size); empty: nothing
    """

    key: str
    title: str
    unit: Unit
    row_title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[Value]]
    head_title: str = ""
    heads: Sequence[Value] = ()


Block = Figures | Table | Grid

ChartKind = Literal["lines", "bars", "stack", "bands", "heat", "funnel"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A time that is marked behind the lines of a chart, "trouble" or "quiet"."""

    kind: Literal["trouble", "quiet"]
    label: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """How a block is best drawn.

    block: the key of a grid of the sheet ("heat") or of a table (all others)
    x, y: keys of columns; none of them for "heat".  Rows are drawn in their order, so times ascend
    y of "bands": what was measured, then what is expected; of "funnel": the count, then columns
    that are written beside it
    before: the column with the period before, drawn behind the first of y
    bands: pairs of columns (low, high), the widest first; for "bands"
    band_labels: what to call each of them, such as "95%"
    limit: the column that y should not cross, drawn across; for "lines"
    spans: what is marked behind the lines; x holds moments then
    """

    kind: ChartKind
    block: str
    title: str
    x: str = ""
    y: Sequence[str] = ()
    before: str = ""
    bands: Sequence[tuple[str, str]] = ()
    band_labels: Sequence[str] = ()
    limit: str = ""
    spans: Sequence[Span] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A report, laid out.

    name: the report's, as in /export NAME
    notes: sentences below the heading: since when there are records, what is not over, …
    is_synthetic: made by the sandbox; every view has to say so
    """

    name: str
    title: str
    period: Period
    blocks: Sequence[Block]
    notes: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    is_synthetic: bool = False

    def block(self, key: str) -> Block:
        """The block of that key; KeyError."""
        return {block.key: block for block in self.blocks}[key]


def line(key: str, label: str, unit: Unit, figure: Figure, *, is_partial: bool = False) -> Line:
    """A report's figure as a line; what is missing comes with its reason."""
    return Line(
        key=key,
        label=label,
        unit=unit,
        value=figure.unknown if figure.value is None else figure.value,
        before=figure.unknown_before if figure.before is None else figure.before,
        is_partial=is_partial,
    )
