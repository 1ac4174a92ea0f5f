"""One look at everything, which nothing that fails can spoil for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.alerts.snapshot import Windows, take
from tests.alerts.scene import NOON, Share


class Hour:
    """Remembers as many seconds as one asks for; *reach* is how far back enough lies."""

    def __init__(self, reach: float = 0.0) -> None:
        self._reach = reach

    def share(self, name: str, seconds: float) -> Share:
        return Share(len(name), int(seconds))

    def reach(self, name: str, enough: int) -> float:
        return self._reach


def windows(name: str, reach: float) -> Windows:
    return take(Hour(reach), (name,), {}, NOON).shares[name]


def test_a_snapshot_looks_at_both_windows() -> None:
    snapshot = take(Hour(), ("updates", "queries"), {"age": lambda: 3.0}, NOON)

    assert snapshot.shares["updates"] == Windows(Share(7, 300), Share(7, 3_600))
    assert (snapshot.levels, snapshot.at) == ({"age": 3.0}, NOON)


def test_the_short_window_grows_until_it_shows_enough() -> None:
    assert windows("updates", 1_080.0) == Windows(Share(7, 1_080), Share(7, 3_600), 1_080.0)


def test_it_never_grows_beyond_the_long_one() -> None:
    assert windows("updates", 90_000.0).short_seconds == 3_600


def test_sales_are_looked_at_by_the_hour_and_by_the_day() -> None:
    assert windows("checkouts", 0.0) == Windows(
        Share(9, 3_600), Share(9, 86_400), 3_600.0, 86_400.0
    )


def test_what_is_only_counted_has_five_minutes_however_rare_it_is() -> None:
    assert windows("payments", 90_000.0).short_seconds == 300


def failing() -> float:
    raise OSError


def test_a_level_that_cannot_be_read_is_missing_and_the_rest_is_there() -> None:
    snapshot = take(Hour(), (), {"disk_free": failing, "age": lambda: 3.0}, NOON)

    assert snapshot.levels == {"age": 3.0}


def test_own_figures_are_taken_at_that_moment() -> None:
    def own(at: datetime) -> Mapping[str, float | None]:
        return {"Mine": float(at.year)}

    assert take(Hour(), (), {}, NOON, own).own == {"Mine": 2026.0}


def test_own_figures_that_cannot_be_read_do_not_blind_the_bots_rules() -> None:
    def own(at: datetime) -> Mapping[str, float | None]:
        raise KeyError(at)

    snapshot = take(Hour(), ("updates",), {}, NOON, own)

    assert snapshot.own == {}
    assert "updates" in snapshot.shares
