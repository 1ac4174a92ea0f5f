"""Bars: by day, by name, stacked with what is lost below zero, and the steps of a funnel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from textwrap import wrap

from matplotlib.patches import Patch, Rectangle

from bot.analytics.render.sheet import Chart, Table, Unit
from bot.analytics.render.sheet_chart_data import (
    column,
    is_known,
    is_time,
    marks,
    names,
    numbers,
    place,
    table_of,
    why,
)
from bot.analytics.render.sheet_chart_frame import Frame
from bot.analytics.render.sheet_chart_palette import POINTS_OFF
from bot.analytics.render.sheet_words import rows_left
from bot.analytics.render.values import UNKNOWN, amount, short

# Names on a phone; the table has the others.
BARS = 12
NAME = 40
ACROSS = 20
# Short names, such as hours, stand below upright bars.
UPRIGHT = 3
# From so many bars on a gap between them only flickers.
DENSE = 70
# A single bar as wide as the picture would be a wall.
ROOM = 5
# Where a long name in one word may break: answerPre|Checkout|Query, channel_|news.
SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[_.:/-])(?=\w)")
# Of what is not over yet.
PALE = 0.5


def bars(frame: Frame, chart: Chart) -> list[Patch]:
    """Upright over time, lying beside names."""
    table = table_of(frame.sheet, chart)
    series = [numbers(table, key) for key in chart.y]
    if not any(map(is_known, series)):
        frame.say(why(table, chart.y, frame.words))
        return []
    texts = names(table, chart.x, frame.words)
    if is_time(table, chart.x) or max(map(len, texts)) <= UPRIGHT:
        _upright(frame, chart, table, series)
    else:
        _lying(frame, table, chart, texts, series)
    return _chips(frame, table, chart)


def stack(frame: Frame, chart: Chart) -> list[Patch]:
    """The columns of y on each other; what is negative hangs below zero."""
    table = table_of(frame.sheet, chart)
    series = [numbers(table, key) for key in chart.y]
    if not any(map(is_known, series)):
        frame.say(why(table, chart.y, frame.words))
        return []
    above, below = [0.0] * len(table.rows), [0.0] * len(table.rows)
    for at, values in enumerate(series):
        heights = [value if isfinite(value) else 0 for value in values]
        bottoms = [above[row] if height >= 0 else below[row] for row, height in enumerate(heights)]
        _columns(frame, heights, frame.color(at), bottoms=bottoms)
        for row, height in enumerate(heights):
            above[row] += max(height, 0)
            below[row] += min(height, 0)
        _pale_last(frame, table)
    _sides(frame, chart, table)
    return _chips(frame, table, chart)


def funnel(frame: Frame, chart: Chart) -> list[Patch]:
    """One bar for each step, its name above it, and what is known of it at its right."""
    table = table_of(frame.sheet, chart)
    values = numbers(table, chart.y[0])
    top = max((value for value in values if isfinite(value)), default=0)
    if not top > 0:
        frame.say(why(table, chart.y, frame.words))
        return []
    known = [value if isfinite(value) else 0 for value in values]
    places = range(len(values))
    axes = frame.axes
    axes.barh(places, [top] * len(values), 0.42, color=frame.palette.rule)
    axes.barh(places, known, 0.42, color=frame.color(0))
    if chart.before:
        # Beneath the bar, because it can be longer than the bar.
        behind = numbers(table, chart.before)
        below = [at + 0.26 for at in places]
        axes.barh(below, behind, 0.1, color=frame.palette.before)
        top = max(top, *(value for value in behind if isfinite(value)), 0)
    for at, text in enumerate(names(table, chart.x, frame.words)):
        _over(frame, at, 0, frame.plain(text, 34), "left")
        _over(frame, at, top, _beside(frame, chart, table, at), "right")
    axes.set_ylim(len(values) - 0.6, -0.75)
    axes.set_xlim(0, top)
    axes.set_axis_off()
    return _before(frame, table, chart)


def _over(frame: Frame, at: int, x: float, text: str, side: str) -> None:
    frame.axes.annotate(
        text,
        (x, at - 0.21),
        xytext=(0, 4),
        textcoords=POINTS_OFF,
        ha=side,
        va="bottom",
        fontsize=frame.size.points,
        color=frame.palette.text,
    )


def _beside(frame: Frame, chart: Chart, table: Table, row: int) -> str:
    """1,234 · 56% · 2 min: a step's count, and the other columns of y."""
    places = [place(table, key) for key in chart.y]
    cells = [
        short(table.rows[row][at], table.columns[at].unit, frame.words)
        for at in places
        if table.rows[row][at] is not None
    ]
    return frame.plain(" · ".join(cells))


def _upright(frame: Frame, chart: Chart, table: Table, series: Sequence[list[float]]) -> None:
    whole = 1.0
    if chart.before:
        # To be seen beside the bar before it, also where it is the shorter one.
        _columns(frame, numbers(table, chart.before), frame.palette.before, 1.2)
        whole = 0.75
    width = whole / len(series)
    for at, values in enumerate(series):
        _columns(frame, values, frame.color(at), width, (at - (len(series) - 1) / 2) * width)
        _pale_last(frame, table)
    _sides(frame, chart, table)


def _pale_last(frame: Frame, table: Table) -> None:
    """The bar that was drawn last, if its time is not over."""
    if table.is_last_partial and frame.axes.patches:
        frame.axes.patches[-1].set_alpha(PALE)


def _columns(  # noqa: PLR0913, PLR0917  what a row of bars is made of
    frame: Frame,
    values: Sequence[float],
    color: str,
    share: float = 1,
    shift: float = 0,
    bottoms: Sequence[float] | None = None,
) -> None:
    width = (0.98 if len(values) > DENSE else 0.76) * share
    places = [at + shift * 0.8 for at in range(len(values))]
    frame.axes.bar(places, values, width, list(bottoms or [0] * len(values)), color=color)


def _sides(frame: Frame, chart: Chart, table: Table) -> None:
    frame.values_upwards(column(table, chart.y[0]).unit)
    places, texts = marks(table, chart.x, frame.words, frame.sheet.period.zone)
    frame.axes.set_xticks(places, [frame.plain(text) for text in texts])
    frame.axes.margins(x=0.02)
    if _is_flat(bar.get_height() for bar in _drawn(frame)):
        frame.axes.set_ylim(0, 1)
    if len(table.rows) < ROOM:
        middle = (len(table.rows) - 1) / 2
        frame.axes.set_xlim(middle - ROOM / 2, middle + ROOM / 2)
    if frame.axes.get_ylim()[0] < 0:
        frame.axes.axhline(0, color=frame.palette.muted, linewidth=1)
    if not is_time(table, chart.x):
        frame.note(column(table, chart.x).label)


def _drawn(frame: Frame) -> Iterator[Rectangle]:
    return (bar for bar in frame.axes.patches if isinstance(bar, Rectangle))


def _is_flat(lengths: Iterable[float]) -> bool:
    """Whether zeros are all there is, of which nobody can tell where an axis ends."""
    return not any(abs(length) > 0 for length in lengths)


def _lying(
    frame: Frame,
    table: Table,
    chart: Chart,
    texts: Sequence[str],
    series: Sequence[list[float]],
) -> None:
    shown = texts[:BARS]
    if chart.before:
        behind = numbers(table, chart.before)[:BARS]
        frame.axes.barh(range(len(shown)), behind, 0.9, color=frame.palette.before)
    height = 0.74 / len(series)
    for at, values in enumerate(series):
        shift = (at - (len(series) - 1) / 2) * height
        places = [row + shift for row in range(len(shown))]
        drawn = frame.axes.barh(places, values[:BARS], height * 0.94, color=frame.color(at))
        unit = column(table, chart.y[at]).unit
        labels = [_amount(frame, one, unit) for one in values[:BARS]]
        points = min(1, 11 / len(shown) / len(series)) * frame.size.points
        frame.axes.bar_label(drawn, labels, padding=5, color=frame.palette.text, fontsize=points)
    frame.axes.set_yticks(range(len(shown)), [_name(frame, text) for text in shown])
    frame.axes.tick_params(axis="y", labelcolor=frame.palette.text)
    frame.axes.set_ylim(max(len(shown), 4) - 0.4, -0.6)
    frame.axes.set_xticks([])
    frame.axes.margins(x=0.14)
    if _is_flat(bar.get_width() for bar in _drawn(frame)):
        frame.axes.set_xlim(0, 1)
    total = len(texts) if table.total is None else table.total
    if total > len(shown):
        frame.note(rows_left(len(shown), total, frame.words))


def _name(frame: Frame, text: str) -> str:
    """A long name in two lines; one word breaks between its parts, if it has any."""
    name = frame.plain(text, NAME)
    if " " in name or len(name) <= ACROSS:
        return "\n".join(wrap(name, ACROSS)[:2])
    parts = [""]
    for piece in SEAM.split(name):
        if parts[-1] and len(parts[-1]) + len(piece) > ACROSS:
            parts.append("")
        parts[-1] += piece
    return "\n".join([line for part in parts for line in wrap(part, ACROSS)][:2])


def _amount(frame: Frame, value: float, unit: Unit) -> str:
    return frame.plain(amount(value, unit, frame.words)) if isfinite(value) else UNKNOWN


def _chips(frame: Frame, table: Table, chart: Chart) -> list[Patch]:
    """What the colours mean, where there are several."""
    if len(chart.y) == 1 and not chart.before:
        return []
    chips = [frame.chip(column(table, key).label, at) for at, key in enumerate(chart.y)]
    return [*chips, *_before(frame, table, chart)]


def _before(frame: Frame, table: Table, chart: Chart) -> list[Patch]:
    if not chart.before:
        return []
    label = frame.plain(column(table, chart.before).label, 28)
    return [Patch(color=frame.palette.before, label=label)]
