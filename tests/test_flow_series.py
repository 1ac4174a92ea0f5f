"""People use all four features, well and badly: every figure of work and money moves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import ClientSession

from bot.analytics.metrics import ALL
from bot.app import App
from bot.sandbox.server import Sandbox
from tests.busy import busy, use_everything
from tests.driver import Driver
from tests.waiting import until_true

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


async def scrape(app: App) -> None:
    async with ClientSession() as session, session.get(f"{app.site.url}/metrics") as response:
        await response.read()


async def test_every_figure_of_work_and_money_moves(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    async with busy(sandbox, tmp_path) as app, watched(app) as figures:
        await use_everything(app, sandbox, driver)
        await scrape(app)

        async def has_all_moved() -> bool:
            return still(figures) == []

        with suppress(TimeoutError):  # which one did not says more
            await until_true(has_all_moved)

    assert still(figures) == []
