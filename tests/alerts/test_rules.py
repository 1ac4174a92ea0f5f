"""What counts as trouble."""

from __future__ import annotations

import pytest

from bot.alerts.rules import Level, Ratio
from bot.alerts.snapshot import LONG_SECONDS, SHORT_SECONDS, Windows, take
from bot.alerts.terms import Terms
from tests.alerts.scene import AWFUL, CALM, ERRORS, FINE, NOON, NOTHING, Share, seeing, standing

RATE = Ratio(terms=Terms(name="Rate"), share="updates", what="updates", threshold=5.0)
AGE = Level(terms=Terms(name="Age"), level="poll_age", what="age", threshold=150.0, unit="s")
DISK = Level(
    terms=Terms(name="Disk"), level="disk", what="free", threshold=8.0, unit="%", is_low_bad=True
)


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


class Hour:
    """Remembers who asked for what."""

    def share(self, name: str, seconds: float) -> Share:
        return Share(len(name), int(seconds))


def test_a_snapshot_looks_at_both_windows() -> None:
    snapshot = take(Hour(), ("updates", "jobs"), {"age": lambda: 3.0}, CALM.at)

    assert snapshot.shares["updates"] == Windows(
        Share(7, int(SHORT_SECONDS)), Share(7, int(LONG_SECONDS))
    )
    assert (snapshot.levels, snapshot.at) == ({"age": 3.0}, NOON)
