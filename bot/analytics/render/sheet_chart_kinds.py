"""Which function draws which kind of chart.  Imports matplotlib: import it late."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.patches import Patch

from bot.analytics.render.sheet import Chart, ChartKind, Sheet
from bot.analytics.render.sheet_chart_bars import bars, funnel, stack
from bot.analytics.render.sheet_chart_frame import PAPER, PHONE, Frame
from bot.analytics.render.sheet_chart_heat import heat
from bot.analytics.render.sheet_chart_lines import bands, lines
from bot.analytics.render.sheet_chart_palette import DARK, LIGHT
from bot.analytics.render.words import Words

# Each draws into a frame; what comes back belongs into its legend.
KINDS: dict[ChartKind, Callable[[Frame, Chart], list[Patch]]] = {
    "lines": lines,
    "bars": bars,
    "stack": stack,
    "bands": bands,
    "heat": heat,
    "funnel": funnel,
}


def phone(sheet: Sheet, chart: Chart, words: Words, *, is_dark: bool) -> bytes:
    """A PNG for a chat."""
    return _drawn(Frame(sheet, words, DARK if is_dark else LIGHT, PHONE), chart)


def paper(sheet: Sheet, chart: Chart, words: Words) -> bytes:
    """A PNG as wide as a page and lower than a phone's, without the title."""
    return _drawn(Frame(sheet, words, LIGHT, PAPER, is_bare=True), chart)


def _drawn(frame: Frame, chart: Chart) -> bytes:
    legend = KINDS[chart.kind](frame, chart)
    return frame.finished(chart.title, legend)
