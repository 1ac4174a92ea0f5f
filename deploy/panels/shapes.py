"""Panels that look alike but for what they count."""

from __future__ import annotations

from deploy.panels.panel import Panel, Query
from deploy.panels.promql import increase


def counted(
    title: str, description: str, series: str, label: str, *, over: str = "1h", **where: str
) -> Panel:
    """Bars: how often in *over*, one colour for each value of *label*."""
    query = Query(increase(series, by=[label], over=over, **where), f"{{{{{label}}}}}")
    return Panel(title=title, description=description, queries=(query,), kind="bars")
