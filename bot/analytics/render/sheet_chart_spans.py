"""Times that are marked behind the lines of a chart.  Imports matplotlib: import it late."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from matplotlib.patches import Patch

from bot.analytics.render.sheet import Chart, Span, Table
from bot.analytics.render.sheet_chart_data import place
from bot.analytics.render.sheet_chart_frame import Frame

NAME = 28


def shade(frame: Frame, chart: Chart, table: Table) -> list[Patch]:
    """Draw the spans as far as they are on the axis; what belongs into the legend, each once."""
    at = place(table, chart.x)
    moments = [moment for row in table.rows if isinstance(moment := row[at], datetime)]
    legend: dict[str, Patch] = {}
    for span in chart.spans:
        low, high = (position(moments, moment) for moment in (span.start, span.end))
        if low < high:
            frame.axes.axvspan(low, high, linewidth=0, zorder=0.5, **_look(frame, span))
            label = frame.plain(span.label, NAME)
            legend.setdefault(label, Patch(label=label, **_look(frame, span)))
    return list(legend.values())


def position(moments: Sequence[datetime], moment: datetime) -> float:
    """Where *moment* is between the ascending *moments*, as their number with a fraction."""
    after = bisect_right(moments, moment)
    if after in {0, len(moments)}:
        return float(max(after - 1, 0))
    start, end = moments[after - 1], moments[after]
    return after - 1 + (moment - start) / (end - start)


def _look(frame: Frame, span: Span) -> dict[str, Any]:
    if span.kind == "trouble":
        return {"facecolor": frame.palette.warning, "alpha": 0.22}
    # Hatched, so that it shows where both are, and to those who see no colours.
    return {"facecolor": "none", "edgecolor": frame.palette.muted, "hatch": "///", "alpha": 0.45}
