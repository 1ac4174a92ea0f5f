"""The line with the monthly users, as the operator wants it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.render import mau_text
from bot.analytics.render.words import Words
from bot.analytics.reports.mau import Mau
from bot.config import Settings
from tests.analytics.moments import NOON


def settings(**some: Any) -> Settings:
    return Settings(_env_file=None, **some)


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (10, "10"),
        (999, "999"),
        (1_000, "1K"),
        (1_234, "1.2K"),
        (12_345, "12.3K"),
        (999_949, "999.9K"),
        (999_950, "1M"),
        (2_345_678, "2.3M"),
        (999_999_999, "1B"),
    ],
)
def test_a_number_is_abbreviated(count: int, shown: str) -> None:
    assert mau_text.line(count, settings(), Words()) == f"👥 {shown} monthly users"


@given(st.integers(1_000, 10**12))
def test_an_abbreviated_number_is_off_by_half_a_tenth_of_its_unit_at_most(count: int) -> None:
    shown = mau_text.number(count, settings(), Words())

    size = 1000 ** ("KMBT".index(shown[-1]) + 1)
    assert 1 <= float(shown[:-1]) < 1000
    assert abs(float(shown[:-1]) * size - count) <= size / 20


@pytest.mark.parametrize(("count", "shown"), [(1_234, "1.234"), (2_345_678, "2,3\xa0Mio.")])
def test_each_language_abbreviates_its_own_way(count: int, shown: str) -> None:
    assert mau_text.number(count, settings(), Words(locale="de")) == shown


def test_a_number_is_full_if_the_operator_wants_so() -> None:
    full = settings(mau_display_format="full")

    assert mau_text.line(1_234_567, full, Words()) == "👥 1,234,567 monthly users"


def test_the_label_can_be_left_out() -> None:
    assert mau_text.line(50, settings(mau_display_show_label=False), Words()) == "👥 50"


def test_the_label_is_the_operators_and_no_html() -> None:
    own = settings(mau_display_label="<friends>")

    assert mau_text.line(50, own, Words()) == "👥 50 &lt;friends&gt;"


@pytest.mark.parametrize(
    ("count", "some", "is_shown"),
    [
        (9, {}, False),
        (10, {}, True),
        (49, {"mau_low_count_threshold": 50}, False),
        (50, {"mau_low_count_threshold": 50}, True),
        (0, {"mau_hide_low_counts": False}, True),
    ],
)
def test_few_people_are_hidden_unless_the_operator_shows_them(
    count: int, some: dict[str, Any], *, is_shown: bool
) -> None:
    assert bool(mau_text.line(count, settings(**some), Words())) == is_shown


def test_one_person_is_one_user() -> None:
    shown = mau_text.line(1, settings(mau_hide_low_counts=False), Words())

    assert shown == "👥 1 monthly user"


def details(count: int, **some: Any) -> str:
    days = {"first_day": NOON.date() - timedelta(days=29), "last_day": NOON.date()}
    mau = Mau(count=count, at=NOON, **days)
    now = NOON + timedelta(minutes=12)
    return mau_text.details(mau, now=now, settings=settings(**some), words=Words())


def test_an_admin_sees_the_line_the_exact_number_and_its_age() -> None:
    assert details(1_234).splitlines() == [
        "<b>Monthly users</b>",
        "👥 1.2K monthly users",
        "1,234 people were active from 3 Dec 2025 to 1 Jan 2026, UTC.",
        "Counted 12 min ago; counted anew after 1 hr.",
        "/start shows it to everybody.",
    ]


@pytest.mark.parametrize(
    ("some", "why"),
    [
        ({}, "People do not see it while it is below 10."),
        ({"mau_display_place": "off"}, "People do not see it: MAU_DISPLAY_PLACE is off."),
    ],
)
def test_an_admin_is_told_why_people_do_not_see_it(some: dict[str, Any], why: str) -> None:
    assert details(3, **some).splitlines()[-1] == why
