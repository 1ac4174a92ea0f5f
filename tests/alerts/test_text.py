"""Words on a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts import text
from bot.alerts.states import Alert
from tests.alerts.scene import NOON

ALERT = Alert(
    rule="HighErrorRate",
    severity="warning",
    fired_at=NOON,
    value=34.0,
    threshold=5.0,
    unit="%",
    bad=17,
    total=50,
    details="updates that ended in an error",
)


def test_a_firing_says_what_how_much_and_since_when() -> None:
    assert text.firing(ALERT, UTC).splitlines() == [
        "🟠 <b>WARNING: HighErrorRate</b>",
        "34.0 % (threshold 5.0 %), affected 17 of 50",
        "updates that ended in an error",
        "since 2026-03-01 12:00 UTC",
    ]


def test_a_reminder_says_for_how_long() -> None:
    message = text.reminder(ALERT, NOON + timedelta(hours=4), UTC)

    assert "<b>WARNING: HighErrorRate, still firing</b>" in message
    assert message.endswith("for 4 h, since 2026-03-01 12:00 UTC")


def test_a_resolution_makes_sense_alone() -> None:
    over = replace(ALERT, resolved_at=NOON + timedelta(minutes=12))

    assert text.resolved(over, UTC).splitlines() == [
        "🟢 <b>RESOLVED: HighErrorRate</b>",
        "resolved after 12 min (2026-03-01 12:00 UTC to 2026-03-01 12:12 UTC)",
        "it fired at 34.0 % (threshold 5.0 %), affected 17 of 50",
    ]


def test_times_are_the_operators() -> None:
    assert text.moment(NOON, ZoneInfo("Europe/Berlin")) == "2026-03-01 13:00 CET"


def test_details_are_escaped_and_bounded() -> None:
    message = text.firing(replace(ALERT, details="<a href='x'>&" * 200), UTC)

    assert "<a" not in message and "&lt;a" in message
    assert len(message) < 2_000


def test_what_counts_nobody_names_nobody() -> None:
    assert text.measure(replace(ALERT, total=None, bad=None)) == "34.0 % (threshold 5.0 %)"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (59.6, "1 min"), (750, "12 min 30 s"), (7_500, "2 h 5 min"), (90_061, "1 d 1 h")],
)
def test_durations_have_at_most_two_units(seconds: float, shown: str) -> None:
    assert text.duration(seconds) == shown
