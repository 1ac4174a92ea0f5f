"""Lines with the period before behind them, and forecasts with their bands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, nan

from matplotlib.patches import Patch

from bot.analytics.render.sheet import Chart, Table
from bot.analytics.render.sheet_chart_data import (
    column,
    is_known,
    is_time,
    marks,
    numbers,
    table_of,
    why,
)
from bot.analytics.render.sheet_chart_frame import LINE, Frame
from bot.analytics.render.sheet_chart_palette import OF_AXES, POINTS_OFF

# Names beside the ends of lines while they fit; with more of them, a legend above.
BESIDE = 4
NAME = 13
# The share of the figure's height that the axes take, roughly: what labels are spread over.
AXES = 0.66


@dataclass(frozen=True, slots=True)
class _End:
    """What stands beside the end of a line."""

    y: float
    text: str
    color: str


def lines(frame: Frame, chart: Chart) -> list[Patch]:
    """One line for each column of y; a last point that is not over is dotted."""
    table = table_of(frame.sheet, chart)
    series = [numbers(table, key) for key in chart.y]
    behind = numbers(table, chart.before) if chart.before else []
    if not any(map(is_known, [*series, behind])):
        frame.say(why(table, chart.y, frame.words))
        return []
    ends = [_behind(frame, table, chart, behind)] if is_known(behind) else []
    for at, values in enumerate(series):
        _line(frame, table, values, at)
        ends += _end(frame, table, values, frame.color(at), chart.y[at])
    if len(series) == 1 and not behind:
        _fill(frame, series[0])
    _limits(frame, [*series, behind])
    _sides(frame, chart, table)
    return _labelled(frame, chart, table, ends)


def bands(frame: Frame, chart: Chart) -> list[Patch]:
    """What was measured, what is expected after it, and how sure that is."""
    table = table_of(frame.sheet, chart)
    series = [numbers(table, key) for key in chart.y]
    if not any(map(is_known, series)):
        frame.say(why(table, chart.y, frame.words))
        return []
    edges = [(numbers(table, low), numbers(table, high)) for low, high in chart.bands]
    legend = list(_bands(frame, chart, edges))
    _line(frame, table, series[0], 0)
    if len(series) > 1:
        ends = _expected(frame, table, chart, series)
    else:
        ends = _end(frame, table, series[0], frame.color(0), chart.y[0])
    _limits(frame, [*series, *(edge for pair in edges for edge in pair)])
    _sides(frame, chart, table)
    _write_ends(frame, ends)
    return legend


def _bands(
    frame: Frame, chart: Chart, edges: Sequence[tuple[list[float], list[float]]]
) -> Iterator[Patch]:
    color = frame.color(0)
    for at, (low, high) in enumerate(edges):
        # They lie on each other, so the narrower one comes out darker by itself.
        frame.axes.fill_between(range(len(low)), low, high, color=color, alpha=0.2, linewidth=0)
        label = chart.band_labels[at] if at < len(chart.band_labels) else ""
        if label:
            yield Patch(color=color, alpha=0.2 * (at + 1), label=frame.plain(label, 28))


def _expected(
    frame: Frame, table: Table, chart: Chart, series: Sequence[list[float]]
) -> list[_End]:
    expected = list(series[1])
    # The line goes on where the measured one ends.
    if known := [at for at, value in enumerate(series[0]) if isfinite(value)]:
        expected[known[-1]] = series[0][known[-1]]
    frame.axes.plot(expected, color=frame.color(0), linewidth=2.4, linestyle=(0, (3, 1.5)))
    return _end(frame, table, series[1], frame.color(0), chart.y[1])


def _behind(frame: Frame, table: Table, chart: Chart, values: list[float]) -> _End:
    color = frame.palette.before
    frame.axes.plot(values, color=color, linewidth=2.2, linestyle=(0, (4, 2)), zorder=1)
    return _end(frame, table, values, frame.palette.muted, chart.before)[0]


def _line(frame: Frame, table: Table, values: list[float], at: int) -> None:
    color = frame.color(at)
    whole = [*values[:-1], nan] if table.is_last_partial and len(values) > 1 else values
    frame.axes.plot(whole, color=color, linewidth=2.8, solid_capstyle="round", zorder=3)
    if whole is not values:
        rest = [nan] * (len(values) - 2) + values[-2:]
        frame.axes.plot(rest, color=color, linewidth=2.4, linestyle=":", zorder=3)


def _end(frame: Frame, table: Table, values: list[float], color: str, key: str) -> list[_End]:
    """The dot at the last known value, and what stands beside it."""
    known = [at for at, value in enumerate(values) if isfinite(value)]
    if not known:
        return []
    last, one = values[known[-1]], column(table, key)
    frame.axes.plot([known[-1]], [last], "o", color=color, markersize=7, zorder=4)
    text = f"{frame.plain(one.label, NAME)}\n{frame.axis(last, one.unit)}"
    return [_End(last, text, color)]


def _fill(frame: Frame, values: list[float]) -> None:
    frame.axes.fill_between(range(len(values)), values, color=frame.color(0), alpha=0.1)


def _limits(frame: Frame, series: Sequence[Sequence[float]]) -> None:
    known = [value for values in series for value in values if isfinite(value)]
    low, high = min(0, *known, 0), max(0, *known, 0)
    room = (high - low) * 0.06 or 1
    frame.axes.set_ylim(low - room if low < 0 else 0, high + room)


def _sides(frame: Frame, chart: Chart, table: Table) -> None:
    frame.values_upwards(column(table, chart.y[0]).unit)
    places, texts = marks(table, chart.x, frame.words, frame.sheet.period.zone)
    frame.axes.set_xticks(places, [frame.plain(text) for text in texts])
    frame.axes.margins(x=0.02)
    if not is_time(table, chart.x):
        frame.note(column(table, chart.x).label)


def _labelled(frame: Frame, chart: Chart, table: Table, ends: list[_End]) -> list[Patch]:
    if len(ends) <= BESIDE:
        _write_ends(frame, ends)
        return []
    chips = [frame.chip(column(table, key).label, at) for at, key in enumerate(chart.y)]
    if chart.before:
        label = frame.plain(column(table, chart.before).label, 28)
        chips.append(Patch(color=frame.palette.before, label=label))
    return chips


def _write_ends(frame: Frame, ends: Sequence[_End]) -> None:
    """Beside the last values, pushed apart where they would lie on each other."""
    low, high = frame.axes.get_ylim()
    gap = 2.2 * LINE * frame.size.points / (frame.size.height * 72 * AXES)
    ends = sorted(ends, key=lambda end: end.y)
    places = spread([(end.y - low) / (high - low) for end in ends], gap)
    for place, end in zip(places, ends, strict=True):
        frame.axes.annotate(
            end.text,
            (1, place),
            xycoords=OF_AXES,
            xytext=(6, 0),
            textcoords=POINTS_OFF,
            va="center",
            color=end.color,
            fontsize=frame.size.points,
            fontweight="bold",
        )


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Ascending *places* of 0 to 1, moved as little as keeps a *gap* between each two."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap if moved else gap / 3))
    top = 1.0
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], top)
        top = moved[at] - gap
    return moved
