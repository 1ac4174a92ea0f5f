"""Waits grow, end somewhere, and are never all alike."""

from __future__ import annotations

import pytest

from bot.downloads.timing import back_off


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 15), (3, 45), (4, 135), (9, 600)])
def test_each_wait_is_three_times_the_last_up_to_the_longest(attempts: int, seconds: int) -> None:
    assert back_off(attempts, 5, 600, lambda: 0.5) == seconds


def test_chance_moves_a_wait_by_a_quarter() -> None:
    assert [back_off(1, 100, 600, lambda: chance) for chance in (0.0, 1.0)] == [75, 125]  # noqa: B023  called at once
