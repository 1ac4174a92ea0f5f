"""Growth of counters in a window, and percentiles from buckets, against obvious computations."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.own_window import SAMPLES, Window, quantile

ONE = ("only",)
BOUNDS = (0.1, 0.5, 1.0, 2.5, 5.0)


def grown(window: Window) -> float | None:
    growth = window.growth()
    return growth.totals[0] if growth else None


def fed(window: Window, *readings: float, every: float = 60) -> Window:
    for place, value in enumerate(readings):
        window.add(place * every, [(0, ONE, value)])
    return window


def test_one_reading_says_nothing_about_growth() -> None:
    assert fed(Window(60), 5).growth() is None


def test_what_came_before_the_window_does_not_count() -> None:
    assert grown(fed(Window(120), 0, 100, 101, 103)) == 3


def test_a_window_that_was_not_seen_as_a_whole_says_so() -> None:
    before, after = fed(Window(120), 1, 4).growth(), fed(Window(120), 1, 4, 5).growth()

    assert before and after
    assert (before.totals, before.is_whole) == ((3,), False)
    assert (after.totals, after.is_whole) == ((4,), True)


def test_a_window_that_begins_between_two_samples_takes_its_share() -> None:
    assert grown(fed(Window(90), 0, 10, 20)) == 15


def test_a_counter_that_began_anew_counts_from_nothing() -> None:
    assert grown(fed(Window(180), 7, 9, 3, 4)) == 2 + 3 + 1


def test_each_child_begins_anew_for_itself_and_a_new_one_was_nothing() -> None:
    window = Window(60)
    window.add(0, [(0, ("a",), 10.0)])
    window.add(60, [(0, ("a",), 2.0), (0, ("b",), 5.0)])

    assert grown(window) == 2 + 5


def test_however_often_it_is_looked_at_memory_is_bounded() -> None:
    window = fed(Window(3600), *range(10_000), every=1)

    assert window.samples <= SAMPLES + 3
    assert grown(window) == pytest.approx(3600, rel=0.01)


STEPS = st.lists(
    st.tuples(st.floats(5, 100), st.integers(0, 50), st.booleans()), min_size=2, max_size=40
)


@given(STEPS, st.floats(10, 500))
def test_growth_is_that_of_a_line_through_all_that_was_added(
    steps: list[tuple[float, int, bool]], seconds: float
) -> None:
    window, at, value, total = Window(seconds), 0.0, 0, 0
    line = []
    for pause, more, is_restart in steps:
        # A counter that began anew and came further than before looks like one that did not.
        value = more if is_restart and more < value else value + more
        at, total = at + pause, total + more
        window.add(at, [(0, ONE, value)])
        line.append((at, float(total)))

    growth = window.growth()

    start = at - seconds
    assert growth
    assert growth.is_whole == (line[0][0] <= start)
    assert growth.totals[0] == pytest.approx(total - on(line, start))


def on(line: list[tuple[float, float]], at: float) -> float:
    """The value *at* on a line through points, and the first one's before it."""
    times = [time for time, _ in line]
    place = bisect_left(times, at)
    if place == 0:
        return line[0][1]
    (left, low), (right, high) = line[place - 1], line[place]
    return low + (high - low) * (at - left) / (right - left)


@given(st.lists(st.floats(0.001, 20), min_size=1, max_size=200), st.floats(0.01, 0.99))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(values: list[float], share: float) -> None:
    found = quantile(share, buckets(values))

    rank = max(-(-share * len(values) // 1), 1)
    true = sorted(values)[int(rank) - 1]
    place = bisect_left(BOUNDS, true)
    lower = BOUNDS[place - 1] if place else 0.0
    upper = BOUNDS[place] if place < len(BOUNDS) else BOUNDS[-1]
    assert found is not None
    assert min(lower, BOUNDS[-1]) <= found <= upper


@given(
    st.lists(st.integers(0, 30), min_size=5, max_size=5).filter(any),
    st.floats(0.01, 0.99),
)
def test_a_quantile_cuts_its_bucket_where_evenly_spread_values_would_be_cut(
    counts: list[int], share: float
) -> None:
    lower = (0.0, *BOUNDS)
    evenly = [
        lower[place] + (BOUNDS[place] - lower[place]) * (n + 1) / count
        for place, count in enumerate(counts)
        for n in range(count)
    ]
    found = quantile(
        share, {**dict(zip(BOUNDS, accumulate(counts), strict=True)), inf: sum(counts)}
    )

    rank = share * len(evenly)
    whole = int(rank)
    under = evenly[whole - 1] if whole else 0.0
    assert found is not None
    assert under - 1e-9 <= found <= evenly[min(whole, len(evenly) - 1)] + 1e-9


def buckets(values: list[float]) -> dict[float, float]:
    found = {bound: float(sum(value <= bound for value in values)) for bound in BOUNDS}
    return {**found, inf: float(len(values))}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # By hand, as histogram_quantile(0.95, …) gives them.
        ({1: 100, 2: 100, inf: 100}, 0.95),
        ({1: 90, 2: 100, inf: 100}, 1.5),
        ({1: 0, 2: 10, inf: 10}, 1.95),
        ({1: 5, 2: 5, inf: 100}, 2),  # of what is beyond only the last bound is known
        ({1: 0, inf: 0}, None),
        ({}, None),
        ({inf: 5}, None),
    ],
)
def test_the_95th_percentile_is_that_of_prometheus(
    counts: dict[float, float], expected: float | None
) -> None:
    assert quantile(0.95, counts) == (None if expected is None else pytest.approx(expected))
