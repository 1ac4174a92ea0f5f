"""Figures of own rules from a registry: what is known, what is not yet, and what fails alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bot.alerts.own_series import OwnSeries, live
from bot.analytics.metrics import Metrics
from tests.alerts.own_scene import Sample, counted, rule, timed


class Series:
    """One rule, and samples that a test chooses; a check every minute."""

    def __init__(self, **said: Any) -> None:
        self.now = 0.0
        self.samples: Sequence[Sample] = ()
        self.own = OwnSeries(lambda _: self.samples, lambda: self.now)
        self.own.use([rule(**said)])

    def see(self, samples: Sequence[Sample]) -> float | None:
        self.now += 60
        self.samples = samples
        return self.own.sample()["Mine"]


def depth(**values: float) -> list[Sample]:
    return [Sample({"priority": name}, value) for name, value in values.items()]


QUEUE = {"series": "bot_queue_depth", "read": "value"}
SLOW = {"series": "bot_store_flush_seconds", "read": "p95", "window": "2m"}


def test_a_value_is_the_sum_of_the_children_that_are_meant() -> None:
    some = Series(**QUEUE, labels={"priority": ["low", "high"]})
    one = Series(**QUEUE, labels={"priority": "low"})
    samples = depth(low=3, medium=10, high=4)

    assert (some.see(samples), one.see(samples)) == (7, 3)


@pytest.mark.parametrize("samples", [[], depth(low=nan), depth(low=1, high=nan)])
def test_a_gauge_that_nobody_knows_is_no_data(samples: list[Sample]) -> None:
    assert Series(**QUEUE).see(samples) is None


def test_growth_needs_the_whole_window_when_too_little_is_bad() -> None:
    series = Series(window="2m", comparison="<=")

    early, half = series.see(counted(job=5)), series.see(counted(job=5))
    whole = series.see(counted(job=6, handler=1))

    assert early is not None and isnan(early)
    assert half is not None and isnan(half)
    assert whole == 2


def test_too_much_in_a_part_of_the_window_is_too_much() -> None:
    series = Series(window="1h", comparison=">=", threshold=3)

    said = [series.see(counted(job=value)) for value in (5, 7, 8)]

    assert [value is not None and isnan(value) for value in said] == [True, True, False]
    assert said[-1] == 3


def test_a_rate_is_growth_in_a_second_of_the_window() -> None:
    series = Series(read="rate", window="2m")

    for value in (0, 60):
        series.see(counted(job=value))

    assert series.see(counted(job=120)) == 1


def test_a_counter_without_children_never_counted_anything() -> None:
    series = Series(window="1m")

    series.see([])

    assert series.see([]) == 0


def test_a_counter_that_began_anew_counts_from_nothing() -> None:
    series = Series(window="1m")

    series.see(counted(job=100))

    assert series.see(counted(job=2)) == 2


def test_a_percentile_of_few_is_no_data_but_early_it_is_only_early() -> None:
    series = Series(**SLOW, at_least=20)
    few = [0.0, 10, 10, 10]

    said = [series.see(timed(counts)) for counts in ([0.0] * 4, few, few)]

    assert [value is not None and isnan(value) for value in said] == [True, True, False]
    assert said[-1] is None


def test_a_percentile_of_enough_is_known_as_soon_as_there_are_enough() -> None:
    series = Series(**SLOW, at_least=20)

    series.see(timed([0, 0, 0, 0]))

    assert series.see(timed([0, 100, 100, 100])) == pytest.approx(1.95)


def test_a_percentile_is_that_of_all_children_together() -> None:
    series = Series(series="bot_job_duration_seconds", read="p95", window="1m", at_least=1)
    one, other = ([Sample({"job": job, "le": "1"}, 0.0)] for job in ("a", "b"))
    bounds = [Sample({"job": "a", "le": "+Inf"}, 0), Sample({"job": "b", "le": "+Inf"}, 0)]
    series.see([*one, *other, *bounds])

    more = [Sample({"job": job, "le": le}, n) for job in ("a", "b") for le, n in GROWN[job]]

    assert series.see(more) == pytest.approx(0.95)


GROWN = {"a": [("1", 5), ("+Inf", 5)], "b": [("1", 15), ("+Inf", 15)]}


def test_a_rule_that_looks_at_the_same_keeps_what_is_known_over_a_reload() -> None:
    series = Series(window="1m")
    series.see(counted(job=1))

    series.own.use([rule(window="1m", threshold=99, severity="critical")])

    assert series.see(counted(job=3)) == 2


def test_a_rule_that_looks_at_something_else_begins_anew() -> None:
    series = Series(window="1m")
    series.see(counted(job=1))

    series.own.use([rule(window="1m", labels={"category": "job"}, comparison="<")])

    assert isnan(series.see(counted(job=3)) or 0)


def test_a_series_that_cannot_be_read_blinds_its_own_rule_only() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry, "1")
    metrics.watch("known_users", lambda: 1 / 0)
    metrics.watch("blocked_users", lambda: 7)
    own = OwnSeries(live(registry))
    own.use(
        rule(name=name, series=f"bot_{name}", read="value")
        for name in ("known_users", "blocked_users")
    )

    assert own.sample() == {"blocked_users": 7}


@pytest.mark.parametrize(
    "said",
    [
        {"series": "bot_updates_total", "read": "rate"},
        {"series": "bot_update_duration_seconds", "read": "p95"},
        {"series": "bot_update_duration_seconds_count", "read": "increase"},
        {"series": "bot_update_duration_seconds_sum", "read": "increase"},
        {"series": "process_resident_memory_bytes", "read": "value"},
    ],
)
def test_every_kind_of_series_is_found_in_the_bot_s_own_registry(said: dict[str, Any]) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry, "1")
    metrics._series["update_duration_seconds"]["message", "start"].observe(1)  # noqa: SLF001  as a fact does
    metrics._series["updates_total"]["message", "handled"].inc()  # noqa: SLF001  as above

    assert live(registry)(f"{said['series']}_bucket" if said["read"] == "p95" else said["series"])


def test_a_rule_that_came_since_the_last_look_is_too_early_to_judge() -> None:
    series = Series(**QUEUE)
    series.see(depth(low=3))

    series.own.use([rule(**QUEUE), rule(**QUEUE, name="New")])

    figures = series.own.figures()
    assert figures["Mine"] == 3
    assert isnan(figures["New"] or 0)
