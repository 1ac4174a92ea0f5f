"""Percentiles of sums are as exact as they say."""

from __future__ import annotations

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.histogram import BOUNDS, bucket, percentile
from bot.database.tables import HISTOGRAM

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

    found = percentile(counts(times), percent)

    assert found is not None
    assert true / 1.19 <= found <= true * 1.19


def test_nothing_has_no_percentile() -> None:
    assert percentile([0] * len(HISTOGRAM), 95) is None


def test_outside_the_buckets_only_the_bound_is_told() -> None:
    assert percentile(counts([0.0]), 95) == BOUNDS[0]
    assert percentile(counts([3_600.0]), 95) == BOUNDS[-1]


def test_percentiles_of_added_buckets_are_those_of_all_times() -> None:
    slow, quick = [2.0] * 10, [0.01] * 90

    both = [a + b for a, b in zip(counts(slow), counts(quick), strict=True)]

    assert percentile(both, 95) == percentile(counts(slow + quick), 95)
    assert percentile(both, 50) == percentile(counts(quick), 50)
