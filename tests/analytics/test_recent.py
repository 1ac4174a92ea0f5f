"""What happened lately, by the clock that is never set back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.events import ApiCalled, Event, UserForgotten
from bot.analytics.features import billing, downloads
from bot.analytics.operations import EventsDropped, QueryTimed
from bot.analytics.recent import NO_FAULT, PERSONAL, Recent, Ring, Share
from bot.downloads.trouble import Trouble
from tests.analytics.moments import ANN, NOON, handled

FILE: dict[str, Any] = {"user_id": ANN, "format": "mp3"}
SALE: dict[str, Any] = {"user_id": ANN, "plan": "pro"}
SUCCEEDED = downloads.DownloadSucceeded(
    at=NOON, quality="320k", site="tube", seconds=9, size_bytes=1, **FILE
)
RETRIED = downloads.DownloadRetried(at=NOON, error="network", **FILE)
CHECKOUT = billing.CheckoutStarted(at=NOON, **SALE)
PAID = billing.PaymentSucceeded(at=NOON, stars=50, is_recurring=True, **SALE)
RENEWED = billing.SubscriptionRenewed(at=NOON, **SALE)
PAID_ELSEWHERE = billing.PaymentSucceeded(
    at=NOON, user_id=ANN, plan="other", stars=5, is_recurring=False
)


def failed(error: str) -> downloads.DownloadFailed:
    return downloads.DownloadFailed(at=NOON, error=error, **FILE)


def unpaid(reason: str) -> billing.PaymentFailed:
    return billing.PaymentFailed(at=NOON, reason=reason, **SALE)


def called(method: str, outcome: str) -> ApiCalled:
    return ApiCalled(at=NOON, method=method, outcome=outcome, seconds=0.1)


def queried(error: str | None) -> QueryTimed:
    return QueryTimed(at=NOON, operation="x", seconds=0.1, error=error)


class Monotonic:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 10_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("name", "facts", "share"),
    [
        ("updates", [handled(outcome=one) for one in ("handled", "error", "throttled")], (1, 3)),
        ("latency", [handled(seconds=one) for one in (0.1, 2.0, 2.1)], (1, 3)),
        ("queries", [queried(None), queried("OperationalError")], (1, 2)),
        ("calls", [called("sendMessage", "ok"), called("sendMessage", "flood")], (1, 2)),
        ("calls", [called("getUpdates", "flood")], (0, 0)),
        ("downloads", [SUCCEEDED, RETRIED, failed("site"), failed("cancelled")], (1, 2)),
        ("attempts", [SUCCEEDED, RETRIED, failed("site"), failed("cancelled")], (1, 3)),
        ("checkouts", [CHECKOUT, CHECKOUT, PAID], (1, 2)),
        ("checkouts", [CHECKOUT, PAID, RENEWED], (1, 1)),
        ("checkouts", [CHECKOUT, PAID_ELSEWHERE], (1, 1)),
        ("payments", [unpaid("unreachable"), unpaid("renewal"), unpaid("already_on")], (1, 1)),
        ("dropped", [EventsDropped(at=NOON, count=7, reason="full")], (7, 7)),
    ],
)
def test_each_share_is_made_of_its_facts(
    name: str, facts: list[Event], share: tuple[int, int]
) -> None:
    recent = Recent()

    for fact in facts:
        recent(fact)

    assert all(recent.wants(type(fact)) for fact in facts)
    assert recent.share(name, 3_600) == Share(*share)


def test_other_facts_are_not_wanted() -> None:
    assert not Recent().wants(UserForgotten)


def test_the_operator_says_what_is_slow() -> None:
    recent = Recent(slow_seconds=0.4)

    recent(handled(seconds=0.5))

    assert recent.share("latency", 300) == Share(bad=1, total=1)


def test_troubles_of_people_are_troubles_that_there_are() -> None:
    assert set(Trouble) >= PERSONAL
    assert {"site", "network", "disk", "internal", "timeout", "telegram"} <= set(
        Trouble
    ) - PERSONAL


def test_reasons_that_are_no_fault_are_reasons_that_there_are() -> None:
    assert billing.PaymentFailed.__doc__
    assert all(reason in billing.PaymentFailed.__doc__ for reason in NO_FAULT)


def test_more_was_paid_than_begun_when_a_window_parts_them() -> None:
    recent = Recent()

    for fact in (PAID, CHECKOUT, PAID):
        recent(fact)

    assert recent.share("checkouts", 3_600) == Share(bad=0, total=1)


def test_what_is_older_than_the_window_does_not_count() -> None:
    clock = Monotonic()
    recent = Recent(clock)
    recent(handled(outcome="error"))

    clock.now += 400
    recent(handled())

    assert recent.share("updates", 300) == Share(bad=0, total=1)
    assert recent.share("updates", 3600) == Share(bad=1, total=2)


@pytest.mark.parametrize(
    ("fact", "name", "most"),
    [(handled(), "updates", 2 * 241), (CHECKOUT, "checkouts", 2 * 97 * 60)],
)
def test_memory_holds_so_much_and_no_more(fact: Event, name: str, most: int) -> None:
    clock = Monotonic()
    recent = Recent(clock)
    for _ in range(8_000):
        recent(fact)
        clock.now += 15

    assert recent.share(name, 1e9).total <= most


def test_sales_are_remembered_for_a_day() -> None:
    clock = Monotonic()
    recent = Recent(clock)
    recent(CHECKOUT)

    clock.now += 23 * 3_600

    assert recent.share("checkouts", 24 * 3_600) == Share(bad=1, total=1)


def test_what_happened_before_a_restart_counts_with_its_age() -> None:
    recent = Recent(Monotonic())
    recent.restore("updates", 1200, Share(bad=5, total=10))
    recent.restore("updates", 60, Share(bad=1, total=2))

    assert recent.share("updates", 300) == Share(bad=1, total=2)
    assert recent.share("updates", 3600) == Share(bad=6, total=12)


def test_nothing_happened_is_nothing_of_nothing() -> None:
    recent = Recent()

    assert recent.share("updates", 300) == Share(bad=0, total=0)
    assert recent.reach("updates", 5) == 0


@given(st.lists(st.integers(1, 9), min_size=1), st.integers(1, 3_600))
def test_a_window_is_the_sum_of_its_slots_however_long_it_has_been_counted(
    counts: list[int], seconds: int
) -> None:
    ring, at, heard = Ring(15, 241), 0.0, list[tuple[float, int]]()
    for n in range(1_500):
        at += 15 if n % 7 else 40
        ring.add(at, 1, counts[n % len(counts)])
        heard.append((at // 15, counts[n % len(counts)]))

    share = ring.share(at - seconds)

    assert share.total == sum(count for slot, count in heard if slot > (at - seconds) // 15)


def test_a_window_longer_than_the_memory_is_all_that_is_remembered() -> None:
    ring = Ring(15, 10)
    for n in range(100):
        ring.add(n * 15.0, 1, 1)

    assert 10 <= ring.share(-1e9).total <= 20


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40), st.integers(1, 10))
def test_the_reach_is_the_least_that_shows_enough(pauses: list[float], enough: int) -> None:
    clock = Monotonic()
    recent = Recent(clock)
    for pause in pauses:
        clock.now += pause
        recent(handled())

    reach = recent.reach("updates", enough)

    if len(pauses) >= enough and reach <= 3_600:
        assert recent.share("updates", reach).total >= enough
        assert recent.share("updates", reach - 15).total < enough
