"""Counting with sets gives what counting people one by one gives."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from bot.analytics.audience.algebra import frequencies, union, window_sizes

DAYS = st.lists(st.frozensets(st.integers(1, 12)), max_size=12)


@given(days=DAYS, width=st.integers(1, 13))
def test_windows_of_any_width(days: list[frozenset[int]], width: int) -> None:
    runs = [days[n : n + width] for n in range(len(days) - width + 1)]

    assert window_sizes([BitMap(day) for day in days], width) == [
        len(frozenset().union(*run)) for run in runs
    ]


@given(days=DAYS)
def test_how_many_came_how_often(days: list[frozenset[int]]) -> None:
    came = Counter(Counter(person for day in days for person in day).values())

    found = frequencies([BitMap(day) for day in days])

    assert found == [came[n] for n in range(1, len(days) + 1)]


def test_nobody_is_in_no_sets() -> None:
    assert union([]) == BitMap()
