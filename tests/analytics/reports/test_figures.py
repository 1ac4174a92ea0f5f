"""Figures are the registry's own, sorted into categories."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.analytics.metrics import CATEGORIES, Metrics
from bot.analytics.reports.figures import Value, figures

MINE = {"bot_updates_total": "performance", "bot_lag_seconds": "performance", "bot_up": "system"}


def test_a_counter_is_listed_with_its_children_biggest_first() -> None:
    registry = CollectorRegistry()
    counter = Counter("bot_updates_total", "Updates.", ["outcome"], registry=registry)
    counter.labels("error").inc(2)
    counter.labels("handled").inc(7)

    (series,) = figures(registry, MINE, "performance").series

    assert (series.name, series.kind) == ("bot_updates_total", "counter")
    assert series.values == (
        Value(labels=(("outcome", "handled"),), value=7),
        Value(labels=(("outcome", "error"),), value=2),
    )


def test_a_histogram_is_a_count_and_a_mean() -> None:
    registry = CollectorRegistry()
    histogram = Histogram("bot_lag_seconds", "Lag.", registry=registry)
    for seconds in (1, 2):
        histogram.observe(seconds)

    (series,) = figures(registry, MINE, "performance").series

    assert series.values == (Value(labels=(), value=1.5, count=2),)


def test_a_histogram_without_observations_has_no_mean() -> None:
    registry = CollectorRegistry()
    Histogram("bot_lag_seconds", "Lag.", registry=registry)

    (series,) = figures(registry, MINE, "performance").series

    assert series.values == (Value(labels=(), value=None, count=0),)


def test_other_categories_stay_out() -> None:
    registry = CollectorRegistry()
    Gauge("bot_up", "Up.", registry=registry)
    Gauge("bot_unknown", "In no category.", registry=registry)

    assert figures(registry, MINE, "performance").series == ()


def test_what_the_client_brings_itself_is_system() -> None:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)

    names = [series.name for series in figures(registry, MINE, "system").series]

    assert "process_resident_memory_bytes" in names


def test_every_series_of_ours_is_found_in_its_category() -> None:
    registry = Metrics(CollectorRegistry(), "1").registry
    found = {
        series.name: category
        for category in ("performance", "business", "engagement", "system")
        for series in figures(registry, CATEGORIES, category).series
        if series.name.startswith("bot_")
    }

    assert found == CATEGORIES
