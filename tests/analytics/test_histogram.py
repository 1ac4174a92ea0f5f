"""Percentiles of sums are as exact as they say."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.histogram import BOUNDS, bucket, percentile
from bot.database.tables import HISTOGRAM

# What adding up some floats may lose.
EXACT = 1e-9
durations = st.floats(0.0005, 65)


def counts(times: list[float]) -> list[int]:
    found = [0] * len(HISTOGRAM)
    for seconds in times:
        found[bucket(seconds)] += 1
    return found


@given(st.lists(durations, min_size=1, max_size=60), st.sampled_from([50, 95, 99]))
def test_a_percentile_is_within_19_percent_of_the_true_one(
    times: list[float], percent: int
) -> None:
    true = sorted(times)[ceil(len(times) * percent / 100) - 1]

    found = percentile(counts(times), percent, sum(times))

    assert found is not None
    assert true / 1.19 <= found <= true * 1.19


@given(st.lists(durations, min_size=1, max_size=60))
def test_the_longest_time_is_never_below_the_mean(times: list[float]) -> None:
    longest = percentile(counts(times), 100, sum(times))

    assert longest is not None
    assert longest >= sum(times) / len(times) * (1 - EXACT)


def test_times_that_are_all_the_same_are_told_as_they_are() -> None:
    waits = [30.0] * 200

    found = [percentile(counts(waits), percent, sum(waits)) for percent in (95, 100)]

    assert found[0] is not None
    assert 29.8 < found[0] <= 30
    assert found[1] == 30


def test_nothing_has_no_percentile() -> None:
    assert percentile([0] * len(HISTOGRAM), 95, 0) is None


def test_outside_the_buckets_only_the_bound_and_the_sum_are_known() -> None:
    short, long = counts([0.0003] * 3), counts([70.0, 3_600.0])

    assert percentile(short, 95, 0.0009) == BOUNDS[0]
    assert percentile(counts([0.0]), 95, 0) == 0
    assert percentile(long, 50, 3_670) == BOUNDS[-1]
    assert percentile(counts([3_600.0]), 95, 3_600) == 3_600


def test_percentiles_of_added_buckets_are_those_of_all_times() -> None:
    slow, quick = [2.0] * 10, [0.01] * 90

    both = [a + b for a, b in zip(counts(slow), counts(quick), strict=True)]

    together = [percentile(counts(slow + quick), percent, 20.9) for percent in (50, 95)]
    assert [percentile(both, percent, 20.9) for percent in (50, 95)] == together
    assert together == pytest.approx([0.01, 2], rel=0.19)
