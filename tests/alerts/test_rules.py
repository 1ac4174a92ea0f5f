"""What counts as trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.rules import Comparison, Count, Deviation, Level, Own, Ratio
from bot.alerts.snapshot import Windows
from bot.alerts.terms import Reading, Terms
from tests.alerts.scene import AWFUL, CALM, ERRORS, FINE, NOTHING, Share, seeing, standing

RATE = Ratio(terms=Terms(name="Rate"), share="updates", what="updates", threshold=5.0)
AGE = Level(terms=Terms(name="Age"), level="poll_age", what="age", threshold=150.0, unit="s")
DISK = Level(
    terms=Terms(name="Disk"), level="disk", what="free", threshold=8.0, unit="%", is_low_bad=True
)
SALES = Ratio(
    terms=Terms(name="Sales"), share="checkouts", what="paid", threshold=10.0, is_low_bad=True
)
LOST = Count(terms=Terms(name="Lost"), share="dropped", what="facts", threshold=2, unit="facts")
SWING = Deviation(
    terms=Terms(name="Swing"),
    level="unusual",
    what="acts",
    threshold=3.5,
    unit="deviations",
    unknown="too young",
)


def own(comparison: Comparison, threshold: float, *, fires_without_data: bool = False) -> Own:
    terms = Terms(name="Mine", fires_without_data=fires_without_data)
    return Own(terms=terms, what="mine", threshold=threshold, unit="", comparison=comparison)


def seen(rule: Own, value: float | None) -> Reading:
    return rule.evaluate(replace(CALM, own={"Mine": value}))


def test_a_burst_seen_in_both_windows_is_bad() -> None:
    reading = RATE.evaluate(ERRORS)

    assert reading.is_bad and not reading.is_good
    assert (reading.value, reading.bad, reading.total) == (50.0, 100, 200)


def test_a_burst_that_an_hour_of_traffic_dwarfs_is_not_bad() -> None:
    assert not RATE.evaluate(seeing("updates", Share(5, 20), Share(5, 5_000))).is_bad


def test_an_hour_that_was_bad_before_the_last_minutes_is_good_again() -> None:
    reading = RATE.evaluate(seeing("updates", FINE, AWFUL))

    assert reading.is_good and not reading.is_bad


@pytest.mark.parametrize(("bad", "is_good"), [(7, True), (8, False), (9, False)])
def test_good_is_well_below_the_threshold(bad: int, is_good: bool) -> None:  # noqa: FBT001  a table's column
    assert RATE.evaluate(seeing("updates", Share(bad, 200))).is_good is is_good


def test_five_minutes_without_traffic_say_nothing() -> None:
    reading = RATE.evaluate(seeing("updates", NOTHING, AWFUL))

    assert reading.value is None
    assert not reading.is_good and not reading.is_bad


def test_an_hour_without_traffic_is_good_because_nobody_is_affected() -> None:
    reading = RATE.evaluate(seeing("updates", NOTHING))

    assert reading.is_good and not reading.is_bad


@pytest.mark.parametrize(
    ("age", "is_bad", "is_good"),
    [(150.0, True, False), (130.0, False, False), (9.0, False, True), (None, False, False)],
)
def test_what_stands_too_high_is_bad(age: float | None, is_bad: bool, is_good: bool) -> None:  # noqa: FBT001  a table's columns
    reading = AGE.evaluate(standing("poll_age", age))

    assert (reading.is_bad, reading.is_good) == (is_bad, is_good)


@pytest.mark.parametrize(
    ("free", "is_bad", "is_good"), [(8.0, True, False), (9.0, False, False), (11.0, False, True)]
)
def test_what_stands_too_low_is_bad(free: float, is_bad: bool, is_good: bool) -> None:  # noqa: FBT001  a table's columns
    reading = DISK.evaluate(standing("disk", free))

    assert (reading.is_bad, reading.is_good) == (is_bad, is_good)


def test_a_level_that_nobody_knows_says_why() -> None:
    reading = replace(AGE, unknown="no poll yet").evaluate(standing("poll_age", None))

    assert (reading.value, reading.details) == (None, "age: no poll yet")


def test_a_reading_says_how_far_back_it_looked() -> None:
    windows = Windows(Share(3, 5), Share(3, 9), short_seconds=1_080.0)
    reading = RATE.evaluate(replace(CALM, shares={"updates": windows}))

    assert reading.details == "updates, last 18 min; last hour: 3 of 9"
    assert reading.seconds == 1_080


@pytest.mark.parametrize(
    ("unpaid", "value", "is_bad", "is_good"),
    [
        (Share(40, 40), 0.0, True, False),
        (Share(36, 40), 10.0, False, False),
        (Share(35, 40), 12.5, False, False),
        (Share(34, 40), 15.0, False, True),
        (Share(10, 10), 0.0, False, False),
        (NOTHING, None, False, True),
    ],
)
def test_a_share_of_success_that_is_surely_too_small_is_bad(
    unpaid: Share,
    value: float | None,
    is_bad: bool,  # noqa: FBT001  a table's columns
    is_good: bool,  # noqa: FBT001
) -> None:
    reading = SALES.evaluate(seeing("checkouts", unpaid))

    assert (reading.value, reading.is_bad, reading.is_good) == (value, is_bad, is_good)
    assert (reading.bad, reading.total) == (unpaid.bad, unpaid.total)


@pytest.mark.parametrize(
    ("times", "is_bad", "is_good"), [(2, True, False), (1, False, True), (0, False, True)]
)
def test_what_should_not_happen_at_all_is_counted(
    times: int,
    is_bad: bool,  # noqa: FBT001  a table's columns
    is_good: bool,  # noqa: FBT001
) -> None:
    reading = LOST.evaluate(seeing("dropped", Share(times, times), Share(9, 9)))

    assert (reading.value, reading.is_bad, reading.is_good) == (times, is_bad, is_good)
    assert reading.details == "facts, last 5 min"


@pytest.mark.parametrize(
    ("score", "is_bad", "is_good", "details"),
    [
        (4.0, True, False, "acts: more than usual"),
        (-4.0, True, False, "acts: fewer than usual"),
        (3.0, False, False, "acts: more than usual"),
        (-2.0, False, True, "acts: fewer than usual"),
        (None, False, False, "acts: too young"),
    ],
)
def test_a_swing_is_bad_in_both_directions(
    score: float | None,
    is_bad: bool,  # noqa: FBT001  a table's columns
    is_good: bool,  # noqa: FBT001
    details: str,
) -> None:
    reading = SWING.evaluate(standing("unusual", score))

    assert (reading.is_bad, reading.is_good, reading.details) == (is_bad, is_good, details)
    assert reading.value == (None if score is None else abs(score))


@pytest.mark.parametrize(
    ("comparison", "threshold", "bad", "unclear", "good"),
    [
        (">", 10, (10.1, 99), (10, 8), (7.9, -5)),
        (">=", 10, (10, 99), (9.9, 8), (7.9, -5)),
        ("<", 10, (9.9, -5), (10, 12.5), (12.6, 99)),
        ("<=", 10, (10, -5), (10.1, 12.5), (12.6, 99)),
        (">", 0, (0.1, 7), (), (0, -1)),
        ("<", 0, (-0.1, -7), (), (0, 1)),
        (">", -10, (-9.9, 3), (-10, -12), (-12.1, -99)),
        ("<", -10, (-10.1, -99), (-10, -8), (-7.9, 3)),
    ],
)
def test_an_own_rule_compares_as_it_says(
    comparison: Comparison,
    threshold: float,
    bad: tuple[float, ...],
    unclear: tuple[float, ...],
    good: tuple[float, ...],
) -> None:
    rule = own(comparison, threshold)

    assert all(seen(rule, value).is_bad for value in bad)
    assert not any(seen(rule, one).is_bad or seen(rule, one).is_good for one in unclear)
    assert all(seen(rule, value).is_good for value in good)


@given(
    st.sampled_from([">", ">=", "<", "<="]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False),
)
def test_nothing_is_bad_and_good_at_once(
    comparison: Comparison, threshold: float, value: float
) -> None:
    reading = seen(own(comparison, threshold), value)

    assert not (reading.is_bad and reading.is_good)


def test_no_data_is_neither_bad_nor_good_unless_the_operator_says_so() -> None:
    usual, fires = own(">", 1), own(">", 1, fires_without_data=True)

    readings = [
        seen(one, None) for one in (usual, fires, replace(usual, is_fine_without_data=True))
    ]

    assert [(one.is_bad, one.is_good) for one in readings] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    assert {one.value for one in readings} == {None}


def test_what_was_not_seen_yet_wakes_nobody() -> None:
    reading = seen(own(">", 1, fires_without_data=True), float("nan"))

    assert (reading.value, reading.is_bad, reading.is_good) == (None, False, False)
