"""Numbers, times and durations as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.analytics.render.words import Words

ENGLISH = Words()
GERMAN = Words(locale="de", zone=ZoneInfo("Europe/Berlin"))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_numbers_follow_the_language() -> None:
    assert (ENGLISH.number(1234.5), GERMAN.number(1234.5)) == ("1,234.5", "1.234,5")


def test_percentages_have_one_digit() -> None:
    assert (ENGLISH.percent(0.1256), ENGLISH.percent(0)) == ("12.6%", "0%")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 ms"), (0.0123, "12.3 ms"), (1.234, "1.23 sec"), (90, "90 sec")],
)
def test_short_times(seconds: float, text: str) -> None:
    assert ENGLISH.seconds(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 sec"),
        (59.6, "1 min"),
        (3_661, "1 hr 1 min"),
        (90_061, "1 day 1 hr"),
        (86_400, "1 day"),
    ],
)
def test_durations_have_two_units(seconds: float, text: str) -> None:
    assert ENGLISH.duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(10, "10 byte"), (2_500_000, "2.5 MB"), (3e9, "3 GB"), (1_000, "1 kB")]
)
def test_sizes(size: float, text: str) -> None:
    assert ENGLISH.size(size) == text


def test_moments_are_shown_in_the_zone() -> None:
    assert ENGLISH.moment(NOON) == "1 Jan 2026 12:00:00"
    assert GERMAN.moment(NOON) == "1 Jan. 2026 13:00:00"
    assert ENGLISH.moment_of(0) == "1 Jan 1970 00:00:00"
    assert ENGLISH.day(date(2026, 1, 1)) == "1 Jan 2026"
