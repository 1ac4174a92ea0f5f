"""How sure a share is."""

from __future__ import annotations

from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.evidence import Z, is_evident, wilson_lower
from tests.alerts.scene import Share

totals = st.integers(1, 100_000)
scores = st.floats(0.1, 5)


@given(totals, st.floats(0, 1), scores)
def test_the_bound_lies_between_nothing_and_the_plain_share(
    total: int, part: float, z: float
) -> None:
    bad = int(part * total)

    assert 0 <= wilson_lower(bad, total, z) <= bad / total


@given(totals, st.floats(0, 1), scores)
def test_the_share_is_z_deviations_away_from_its_bound(total: int, part: float, z: float) -> None:
    bad = int(part * total)

    low = wilson_lower(bad, total, z)

    deviation = sqrt(low * (1 - low) / total)
    assert isclose(bad / total - low, z * deviation, abs_tol=1e-6)


@given(st.integers(2, 10_000), st.data())
def test_one_more_failure_raises_the_bound(total: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, total - 1))

    assert wilson_lower(bad + 1, total, Z) > wilson_lower(bad, total, Z)


@given(st.integers(1, 1_000), st.integers(2, 50))
def test_the_same_share_of_a_larger_crowd_is_surer(total: int, times: int) -> None:
    bad = max(total // 3, 1)

    assert wilson_lower(bad * times, total * times, Z) > wilson_lower(bad, total, Z)


def test_nothing_at_all_proves_nothing() -> None:
    assert wilson_lower(0, 0, Z) == 0


@pytest.mark.parametrize(
    ("bad", "total", "expected"),
    [(2, 2, False), (3, 3, True), (3, 1000, False), (8, 100, False), (12, 100, True)],
)
def test_only_a_share_surely_above_five_percent_is_evident(
    bad: int,
    total: int,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    assert is_evident(Share(bad, total), 0.05) is expected
