"""The last hour, by the clock that is never set back."""

from __future__ import annotations

from bot.analytics.operations import QueryTimed
from bot.analytics.recent import Recent, Share
from tests.analytics.moments import NOON, handled


class Monotonic:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 10_000.0

    def __call__(self) -> float:
        return self.now


def test_errors_are_the_bad_share_of_updates() -> None:
    recent = Recent()
    for outcome in ("handled", "error", "unhandled", "throttled"):
        recent(handled(outcome=outcome))

    assert recent.share("updates", 300) == Share(bad=1, total=4)


def test_refused_queries_are_the_bad_share_of_queries() -> None:
    recent = Recent()
    for error in (None, "OperationalError"):
        recent(QueryTimed(at=NOON, operation="x", seconds=0.1, error=error))

    assert recent.share("queries", 300) == Share(bad=1, total=2)


def test_what_is_older_than_the_window_does_not_count() -> None:
    clock = Monotonic()
    recent = Recent(clock)
    recent(handled(outcome="error"))

    clock.now += 400
    recent(handled())

    assert recent.share("updates", 300) == Share(bad=0, total=1)
    assert recent.share("updates", 3600) == Share(bad=1, total=2)


def test_memory_holds_one_hour_and_no_more() -> None:
    clock = Monotonic()
    recent = Recent(clock)
    for _ in range(1000):
        recent(handled())
        clock.now += 15

    assert recent.share("updates", 1e9).total <= 241


def test_what_happened_before_a_restart_counts_with_its_age() -> None:
    recent = Recent(Monotonic())
    recent.restore("updates", 1200, Share(bad=5, total=10))
    recent.restore("updates", 60, Share(bad=1, total=2))

    assert recent.share("updates", 300) == Share(bad=1, total=2)
    assert recent.share("updates", 3600) == Share(bad=6, total=12)


def test_nothing_happened_is_nothing_of_nothing() -> None:
    assert Recent().share("updates", 300) == Share(bad=0, total=0)
