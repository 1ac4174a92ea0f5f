"""Heat maps: retention by age with what is not over hatched, people by weekday and hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import isfinite

from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.image import AxesImage
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.analytics.render.sheet import Chart, Grid, Unit, Value
from bot.analytics.render.sheet_chart_data import grid_of, is_known, number
from bot.analytics.render.sheet_chart_frame import LETTER, Frame
from bot.analytics.render.sheet_chart_palette import LIGHT, OF_AXES, POINTS_OFF
from bot.analytics.render.sheet_words import nothing, reason, unknowns
from bot.analytics.render.values import short
from bot.analytics.reports.figure import Unknown

Color = tuple[float, float, float, float]
Paint = Callable[[float], Color]

MARKS = 12
NAME = 14
HATCHES = {Unknown.NOT_OVER: "////"}
OTHER_HATCH = ".."
# On a colour this bright, black and white letters can be read equally well.
EVEN = 0.2


def heat(frame: Frame, chart: Chart) -> list[Patch]:
    """A cell for each value, written into it where it fits."""
    grid = grid_of(frame.sheet, chart)
    values = [[number(value) for value in row] for row in grid.values]
    known = [value for row in values for value in row if isfinite(value)]
    if not is_known(known):
        found = unknowns(value for row in grid.values for value in row)
        frame.say(reason(found[0], frame.words) if found else nothing(frame.words))
        return []
    colors = LinearSegmentedColormap.from_list("heat", frame.palette.heat)
    scale = _scale(grid, known)
    image = frame.axes.imshow(values, colors, scale, aspect="auto", interpolation="nearest")
    legend = list(_hatched(frame, grid))
    _sides(frame, grid)
    if not _written(frame, grid, values, lambda value: colors(scale(value))):
        _bar(frame, grid, image)
    return legend


def _scale(grid: Grid, known: Sequence[float]) -> Normalize:
    """From 0 or less to the most; a cohort's whole first column would drown all others."""
    parts = [value for value in known if grid.unit is not Unit.SHARE or value < 1] or known
    low, high = min(0, *parts, 0), max(parts)
    return Normalize(low, high if high > low else low + 1, clip=True)


def _hatched(frame: Frame, grid: Grid) -> Iterator[Patch]:
    """Hatch what is unknown; a legend's entry for each reason."""
    reasons: dict[Unknown, None] = {}
    for y, row in enumerate(grid.values):
        for x, width, unknown in _runs(row):
            reasons[unknown] = None
            frame.axes.add_patch(_hatch(frame, unknown, (x - 0.5, y - 0.5), width))
    for unknown in reasons:
        patch = _hatch(frame, unknown)
        patch.set_label(frame.plain(reason(unknown, frame.words), 50))
        yield patch


def _runs(row: Sequence[Value]) -> Iterator[tuple[int, int, Unknown]]:
    """Neighbours that are unknown for the same reason: where they begin, and how many."""
    at = 0
    for value, same in groupby(row, key=lambda one: one if isinstance(one, Unknown) else None):
        count = len(list(same))
        if isinstance(value, Unknown):
            yield at, count, value
        at += count


def _hatch(
    frame: Frame, unknown: Unknown, corner: tuple[float, float] = (0, 0), width: float = 1
) -> Rectangle:
    return Rectangle(
        corner,
        width,
        1,
        facecolor=frame.palette.ground,
        edgecolor=frame.palette.before,
        hatch=HATCHES.get(unknown, OTHER_HATCH),
        linewidth=0,
    )


def _sides(frame: Frame, grid: Grid) -> None:
    axes = frame.axes
    across, down = _every(len(grid.columns)), _every(len(grid.rows))
    axes.set_xticks(across, [frame.plain(grid.columns[at], 8) for at in across])
    axes.set_yticks(down, [_row(frame, grid, at) for at in down])
    axes.tick_params(axis="y", labelcolor=frame.palette.text)
    axes.xaxis.tick_top()
    _corner(frame, grid)
    # White lines between cells, while cells are larger than lines.
    if len(grid.columns) * len(grid.rows) <= 400:  # noqa: PLR2004  20 by 20
        axes.set_xticks([at - 0.5 for at in range(1, len(grid.columns))], minor=True)
        axes.set_yticks([at - 0.5 for at in range(1, len(grid.rows))], minor=True)
        axes.grid(which="minor", color=frame.palette.ground, linewidth=2)
        axes.tick_params(which="minor", length=0)


def _corner(frame: Frame, grid: Grid) -> None:
    """What the rows are, and the numbers beside their names."""
    titles = [grid.row_title, grid.head_title] if grid.heads else [grid.row_title]
    frame.axes.annotate(
        frame.plain(" · ".join(filter(None, titles)), 24),
        (0, 1),
        xycoords=OF_AXES,
        xytext=(-5, 5),
        textcoords=POINTS_OFF,
        ha="right",
        color=frame.palette.muted,
        fontsize=frame.size.points * 0.85,
    )


def _every(count: int) -> range:
    return range(0, count, max(1, -(-count // MARKS)))


def _row(frame: Frame, grid: Grid, at: int) -> str:
    name = frame.plain(grid.rows[at], NAME)
    if not grid.heads:
        return name
    return f"{name} · {frame.plain(short(grid.heads[at], Unit.COUNT, frame.words))}"


def _written(frame: Frame, grid: Grid, values: Sequence[Sequence[float]], paint: Paint) -> bool:
    """Write each value into its cell, if all fit."""
    texts = [[_cell(frame, grid, value) for value in row] for row in values]
    widest = max(len(text) for row in texts for text in row)
    points = frame.size.points * 0.85
    room = frame.size.width * 72 * 0.78 / len(grid.columns)
    fits = widest * points * LETTER * 1.1 < room
    if not fits or len(grid.rows) * points * 1.6 > frame.size.height * 72 * 0.7:
        return False
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            color = _ink(paint(value)) if isfinite(value) else ""
            if color:
                frame.axes.text(
                    x, y, texts[y][x], ha="center", va="center", color=color, fontsize=points
                )
    return True


def _cell(frame: Frame, grid: Grid, value: float) -> str:
    if not isfinite(value):
        return ""
    # Tenths of a percent do not fit a phone's cell; the table has them.
    return frame.axis(round(value, 2) if grid.unit is Unit.SHARE else value, grid.unit)


def _ink(cell: Color) -> str:
    """Dark letters on a bright cell, bright ones on a dark one, by WCAG's luminance."""
    red, green, blue, _ = cell
    luminance = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return LIGHT.text if luminance > EVEN else LIGHT.ground


def _bar(frame: Frame, grid: Grid, image: AxesImage) -> None:
    """What the colours mean, where cells are too small for numbers."""
    bar = frame.figure.colorbar(
        image, ax=frame.axes, location="bottom", aspect=45, fraction=0.04, pad=0.04
    )
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=frame.palette.muted, labelsize=frame.size.points * 0.85, length=0)
    whole = grid.unit in {Unit.COUNT, Unit.STARS}
    bar.ax.xaxis.set_major_locator(MaxNLocator(5, integer=whole))
    bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda at, _: frame.axis(at, grid.unit)))
