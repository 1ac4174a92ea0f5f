"""The frame of a chart: size, font, title, legend, axes.  Imports matplotlib: import it late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from textwrap import wrap

from matplotlib import get_data_path
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.analytics.render.sheet import Sheet, Unit
from bot.analytics.render.sheet_chart_palette import CORNER, Palette
from bot.analytics.render.sheet_drawing import plain
from bot.analytics.render.sheet_words import span
from bot.analytics.render.values import axis
from bot.analytics.render.words import Words

FONT = "DejaVu Sans"  # comes with matplotlib, so it is the same everywhere, and knows Cyrillic
LETTER = 0.6  # the mean width of a letter, in heights
LINE = 1.35  # from line to line, in heights
TITLE = 1.35  # the title's letters, in heights of the others
MARGIN = 0.035


@dataclass(frozen=True, slots=True)
class Size:
    """Inches, dots per inch, and points of the letters."""

    width: float
    height: float
    dpi: int
    points: float


PHONE = Size(7.2, 5.4, 150, 13.5)
PAPER = Size(7.0, 2.6, 180, 8)


def glyphs() -> frozenset[int]:
    """The characters that the font has."""
    path = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return frozenset(FT2Font(str(path)).get_charmap())


@dataclass
class Frame:
    """One picture while it is drawn.

    is_bare: no title, days and badge, because they stand around it
    """

    sheet: Sheet
    words: Words
    palette: Palette
    size: Size
    is_bare: bool = False
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)
    layout: ConstrainedLayoutEngine = field(default_factory=ConstrainedLayoutEngine)

    def __post_init__(self) -> None:
        size = (self.size.width, self.size.height)
        # No pyplot: it keeps every figure in a global list, and is not for threads.
        self.figure = Figure(size, self.size.dpi, facecolor=self.palette.ground)
        FigureCanvasAgg(self.figure)
        # At once: a scale of colours asks for it when it is added.
        self.figure.set_layout_engine(self.layout)
        self.axes = self.figure.add_subplot(facecolor=self.palette.ground)
        self.axes.spines[:].set_visible(False)
        self.axes.tick_params(
            colors=self.palette.muted, labelsize=self.size.points * 0.95, length=0, pad=5
        )

    @cached_property
    def _glyphs(self) -> frozenset[int]:
        return glyphs()

    def plain(self, text: str, length: int = 80) -> str:
        """*text* in letters that the font has; a dollar is no formula."""
        return plain(text, self._glyphs, length).replace("$", r"\$")

    def axis(self, value: float, unit: Unit) -> str:
        """A number as short as the side of a chart wants it."""
        return self.plain(axis(value, unit, self.words))

    def color(self, at: int) -> str:
        """The colour of series number *at*."""
        return self.palette.series[at % len(self.palette.series)]

    def values_upwards(self, unit: Unit) -> None:
        """Marks with units at the left, and quiet lines across."""
        whole = unit in {Unit.COUNT, Unit.STARS}
        self.axes.yaxis.set_major_locator(MaxNLocator(5, integer=whole))
        self.axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: self.axis(at, unit)))
        self.axes.grid(axis="y", color=self.palette.rule, linewidth=1)
        self.axes.set_axisbelow(True)

    def say(self, text: str) -> None:
        """*text* instead of a chart."""
        self.axes.set_axis_off()
        self.axes.text(
            0.5,
            0.5,
            self.plain(text),
            transform=self.axes.transAxes,
            ha="center",
            color=self.palette.muted,
            fontsize=self.size.points * 1.15,
            fontfamily=FONT,
        )

    def note(self, text: str) -> None:
        """A quiet sentence below the chart."""
        self.axes.set_xlabel(
            self.plain(text, 90),
            color=self.palette.muted,
            fontsize=self.size.points * 0.85,
            loc="left",
            labelpad=8,
        )

    def finished(self, title: str, legend: Sequence[Patch] = ()) -> bytes:
        """The PNG, with title, days and legend above what was drawn."""
        top = 1 - MARGIN if self.is_bare else self._headed(title)
        top = self._legend(legend, top) if legend else top
        height = top - MARGIN
        self.layout.set(rect=(MARGIN * 0.8, MARGIN * 0.6, 1 - MARGIN * 1.8, height))
        out = BytesIO()
        self.figure.savefig(out, format="png", facecolor=self.palette.ground)
        return out.getvalue()

    def _headed(self, title: str) -> float:
        """Write title and days; how high they leave the figure."""
        size = self.size.points * TITLE
        letters = int(self.size.width * 72 * (1 - 2 * MARGIN) / (size * LETTER * 1.08))
        top = 1 - MARGIN
        for line in wrap(plain(title, self._glyphs, 2 * letters), letters)[:2]:
            self._write(top, line, size, self.palette.text, "bold")
            top -= self._high(size)
        self._write(top, span(self.sheet, self.words), self.size.points, self.palette.muted)
        if self.sheet.is_synthetic:
            self._badge(top)
        return top - self._high(self.size.points * 1.15)

    def _badge(self, top: float) -> None:
        text = self.plain(self.words.gettext("synthetic data"))
        self.figure.text(
            1 - MARGIN,
            top,
            text,
            ha="right",
            va="top",
            fontsize=self.size.points,
            color=self.palette.warning,
            fontweight="bold",
        )

    def _write(self, top: float, text: str, size: float, color: str, weight: str = "") -> None:
        self.figure.text(
            MARGIN,
            top,
            self.plain(text),
            va="top",
            fontsize=size,
            color=color,
            fontweight=weight or "normal",
        )

    def _legend(self, handles: Sequence[Patch], top: float) -> float:
        size = self.size.points
        top -= self._high(size * 0.35)
        columns = self._columns([len(str(handle.get_label())) + 4 for handle in handles])
        self.figure.legend(
            handles=list(handles),
            loc=CORNER,
            bbox_to_anchor=(MARGIN, top),
            ncols=columns,
            frameon=False,
            fontsize=size,
            labelcolor=self.palette.text,
            handlelength=1,
            handleheight=0.9,
            columnspacing=1.4,
            handletextpad=0.5,
            borderaxespad=0,
            borderpad=0,
        )
        return top - self._high(size * 1.15) * -(-len(handles) // columns)

    def _columns(self, lengths: Sequence[int]) -> int:
        """How many names of these *lengths* stand beside each other."""
        room = self.size.width * 72 * (1 - 2 * MARGIN) / (self.size.points * LETTER)
        if sum(lengths) <= room:
            return len(lengths)
        lines = -(-len(lengths) // max(1, int(room // max(lengths))))
        return -(-len(lengths) // lines)

    def _high(self, points: float) -> float:
        """A line of that size, as a share of the figure's height."""
        return points * LINE / 72 / self.size.height

    def chip(self, label: str, at: int) -> Patch:
        """A legend's entry."""
        return Patch(color=self.color(at), label=self.plain(label, 28))
