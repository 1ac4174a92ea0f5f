"""Words on a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts import text
from bot.alerts.states import Alert
from bot.alerts.terms import Terms
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


def test_a_resolution_tells_what_nobody_watched() -> None:
    over = replace(ALERT, resolved_at=NOON + timedelta(hours=2), unwatched_ms=3_600_000)

    assert "resolved after 2 h (1 h of it unwatched), 2026-03-01 12:00" in text.resolved(over, UTC)
    assert text.ended(over).endswith("resolved after 2 h (1 h of it unwatched)")


def test_a_flapping_says_what_comes_next() -> None:
    assert text.flapping(ALERT, UTC).splitlines() == [
        "🟠 <b>FLAPPING: HighErrorRate</b>",
        "34.0 % (threshold 5.0 %), affected 17 of 50",
        "updates that ended in an error",
        "fired or ended more than 6 times within an hour; the next word is its end",
        "since 2026-03-01 12:00 UTC",
    ]


def test_an_escalation_says_that_nobody_answered() -> None:
    alert = replace(ALERT, severity="critical", unwatched_ms=60_000)

    message = text.escalation(alert, NOON + timedelta(minutes=16), UTC, "First: wake up.")

    assert "🔴 <b>CRITICAL: HighErrorRate, nobody has acknowledged it</b>" in message
    assert message.endswith("for 15 min, since 2026-03-01 12:00 UTC\nFirst: wake up.")


def test_help_says_what_to_do_first_and_where_to_read_on() -> None:
    terms = Terms(name="HighErrorRate", first_aid="See <b>/errors</b>.")

    assert text.aid(terms, None).splitlines() == [
        "First: See &lt;b&gt;/errors&lt;/b&gt;.",
        "docs/alerts.md#higherrorrate",
    ]
    assert text.aid(terms, "https://x.example/a?b&c").splitlines()[1] == (
        '<a href="https://x.example/a?b&amp;c#higherrorrate">What HighErrorRate means</a>'
    )


def test_our_page_says_nothing_about_the_operators_own_rules() -> None:
    own = Terms(name="Mine", origin="file")

    assert text.aid(own, None) == ""
    assert text.link(own, "https://x.example") == "https://x.example#mine"


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


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (3.5, "deviations", "3.5 deviations"),
        (0.25, "s", "0.25 s"),
        (0.00123, "/s", "0.00123 /s"),
        (12.345, "s", "12.3 s"),
        (1234567.8, "bytes", "1,234,568 bytes"),
        (2, "payments", "2 payments"),
        (0, "up", "0 up"),
        (4.0, "", "4"),
        (0.05, "%", "0.05 %"),
        (0.0, "%", "0.0 %"),
        (None, "s", "unknown"),
    ],
)
def test_a_figure_is_told_as_fine_as_its_threshold(
    value: float | None, unit: str, shown: str
) -> None:
    alert = replace(ALERT, value=value, threshold=8, unit=unit, total=None, bad=None)

    assert text.measure(alert).startswith(f"{shown} (threshold 8")
