"""What counts as trouble."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot.alerts.rules import DatabaseIssues, HighErrorRate, PollStalled, build_rules
from bot.alerts.snapshot import LONG_SECONDS, SHORT_SECONDS, take
from bot.config import Settings
from tests.alerts.scene import AWFUL, CALM, ERRORS, FINE, NOON, NOTHING, STALLED, Share

RATE = HighErrorRate(threshold=5.0)


def test_a_burst_seen_in_both_windows_is_bad() -> None:
    reading = RATE.evaluate(ERRORS)

    assert reading.is_bad and not reading.is_good
    assert (reading.value, reading.bad, reading.total) == (50.0, 100, 200)


def test_a_burst_that_an_hour_of_traffic_dwarfs_is_not_bad() -> None:
    snapshot = replace(CALM, updates_short=Share(5, 20), updates_long=Share(5, 5_000))

    assert not RATE.evaluate(snapshot).is_bad


def test_an_hour_that_was_bad_before_the_last_minutes_is_good_again() -> None:
    reading = RATE.evaluate(replace(CALM, updates_short=FINE, updates_long=AWFUL))

    assert reading.is_good and not reading.is_bad


@pytest.mark.parametrize(("bad", "is_good"), [(7, True), (8, False), (9, False)])
def test_good_is_well_below_the_threshold(bad: int, is_good: bool) -> None:  # noqa: FBT001  a table's column
    reading = RATE.evaluate(replace(CALM, updates_short=Share(bad, 200)))

    assert reading.is_good is is_good


def test_five_minutes_without_traffic_say_nothing() -> None:
    reading = RATE.evaluate(replace(CALM, updates_short=NOTHING, updates_long=AWFUL))

    assert not reading.is_good and not reading.is_bad


def test_an_hour_without_traffic_is_good_because_nobody_is_affected() -> None:
    reading = RATE.evaluate(replace(CALM, updates_short=NOTHING, updates_long=NOTHING))

    assert reading.is_good and not reading.is_bad


def test_failing_visits_to_the_database_are_bad() -> None:
    reading = DatabaseIssues(threshold=5.0).evaluate(
        replace(CALM, queries_short=AWFUL, queries_long=AWFUL)
    )

    assert reading.is_bad


@pytest.mark.parametrize(
    ("age", "is_bad", "is_good"), [(150.0, True, False), (130.0, False, False), (9.0, False, True)]
)
def test_polling_stalls_by_age(age: float, is_bad: bool, is_good: bool) -> None:  # noqa: FBT001  a table's columns
    reading = PollStalled(threshold=150.0).evaluate(replace(STALLED, poll_age=age))

    assert (reading.is_bad, reading.is_good) == (is_bad, is_good)


def test_a_webhook_cannot_stall_and_ends_what_polling_began() -> None:
    reading = PollStalled(threshold=150.0).evaluate(replace(STALLED, poll_age=None))

    assert reading.is_good and not reading.is_bad


def test_the_operator_chooses_the_thresholds() -> None:
    settings = Settings(_env_file=None, alert_error_rate_threshold=7.5)

    found = {rule.name: rule.evaluate(CALM).threshold for rule in build_rules(settings)}

    assert found == {"DatabaseIssues": 5.0, "PollStalled": 150.0, "HighErrorRate": 7.5}


class Hour:
    """Remembers who asked for what."""

    def share(self, name: str, seconds: float) -> Share:
        return Share(len(name), int(seconds))


@dataclass
class Polls:
    """Telegram has answered, or not yet."""

    last_poll_at: datetime | None = None
    last_poll_age: float | None = 3.0


@pytest.mark.parametrize(("at", "is_good"), [(None, False), (NOON, True)])
def test_a_restart_ends_no_stall_before_telegram_answered(
    at: datetime | None,
    is_good: bool,  # noqa: FBT001  a table's column
) -> None:
    reading = PollStalled(threshold=150.0).evaluate(take(Hour(), Polls(at), NOON))

    assert (reading.is_bad, reading.is_good) == (False, is_good)


def test_a_snapshot_looks_at_both_windows() -> None:
    snapshot = take(Hour(), Polls(), NOON)

    assert snapshot.updates_short == Share(7, int(SHORT_SECONDS))
    assert snapshot.queries_long == Share(7, int(LONG_SECONDS))
