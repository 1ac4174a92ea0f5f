"""Every value that the series of a living bot have had, and which of them never moved."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.analytics.metrics import ALL
from bot.app import App

LOOKS_SECONDS = 0.02

Figures = dict[str, set[float]]


@asynccontextmanager
async def watched(app: App) -> AsyncIterator[Figures]:
    """Every value that each series has had meanwhile, its label values added up."""
    figures: Figures = defaultdict(set)

    async def watch() -> None:
        while True:
            _look(app, figures)
            await asyncio.sleep(LOOKS_SECONDS)

    task = asyncio.create_task(watch())
    yield figures
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _look(app: App, figures: Figures) -> None:
    for family in app.core.metrics.registry.collect():
        is_histogram = family.type == "histogram"
        values = [
            sample.value
            for sample in family.samples
            if not is_histogram or sample.name.endswith("_count")
        ]
        known = [value for value in values if value == value]  # noqa: PLR0124  not NaN
        if known:
            figures[family.name].add(sum(known))


def still(figures: Figures) -> list[str]:
    """The series of performance and business that have not moved."""
    names = [one.name for one in ALL if one.category in {"performance", "business"}]
    families = {name: f"bot_{name.removesuffix('_total')}" for name in names}
    # A child of a counter or histogram is born when it moves first.
    return [n for n, family in families.items() if not max(figures[family], default=0) > 0]
