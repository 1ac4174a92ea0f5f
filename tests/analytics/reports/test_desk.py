"""The desk answers without keeping the event loop from everybody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.analytics.reports.desk import Reports
from bot.database.engine import Database


class Witness(Collector):
    """Remembers in which threads it was asked."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def collect(self) -> Iterator[Metric]:
        self.threads.append(threading.get_ident())
        yield GaugeMetricFamily("bot_up", "Up.", value=1)


async def test_figures_are_collected_off_the_event_loop(sqlite: Database) -> None:
    registry, witness = CollectorRegistry(auto_describe=False), Witness()
    registry.register(witness)
    reports = Reports(sqlite, registry, {"bot_up": "system"})
    witness.threads.clear()

    report = await reports.figures("system")

    assert [series.name for series in report.series] == ["bot_up"]
    assert witness.threads and threading.get_ident() not in witness.threads
