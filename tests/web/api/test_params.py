"""Which days may be asked for: one way to name them, and every wrong one named."""

from __future__ import annotations

from datetime import date

import pytest

from bot.analytics.shelf import SHELF
from bot.web.api.params import ParamsError, about, understood, understood_json
from bot.web.api.tokens import TokenWanted

ASKS = about(SHELF["messages"], longest=90)


def test_days_are_the_usual_ones_until_somebody_says_others() -> None:
    assert understood(ASKS, {}).span == SHELF["messages"].days
    assert understood(ASKS, {"days": "3"}).span == 3


def test_two_days_have_all_between_them() -> None:
    asked = understood(ASKS, {"first_day": "2026-02-27", "last_day": "2026-03-02"})

    assert asked.span == 4


def test_days_can_end_on_a_day_that_is_over() -> None:
    asked = understood(ASKS, {"days": "7", "last_day": "2026-03-02"})

    assert (asked.span, asked.last_day) == (7, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("sent", "field", "problem"),
    [
        ({"first_day": "2026-03-02"}, "last_day", "is missing"),
        (
            {"first_day": "2026-03-02", "last_day": "2026-03-03", "days": "2"},
            "days",
            "cannot stand beside",
        ),
        ({"first_day": "2026-03-02", "last_day": "2026-03-01"}, "last_day", "before first_day"),
        ({"first_day": "2025-12-02", "last_day": "2026-03-02"}, "first_day", "these are 91 days"),
        ({"last_day": "1999-12-31"}, "last_day", "greater than or equal to 2013-08-14"),
        ({"last_day": "2026-02-30"}, "last_day", "valid date"),
        ({"compare": "tomorrow"}, "compare", "'weekdays'"),
    ],
)
def test_days_that_make_no_sense_are_refused_by_name(
    sent: dict[str, str], field: str, problem: str
) -> None:
    with pytest.raises(ParamsError) as refused:
        understood(ASKS, sent)

    (fault,) = refused.value.faults
    assert fault["field"] == field and problem in fault["problem"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (b'{"name": "a", "scope": "read", "life_days": "7"}', "life_days"),
        (b'{"name": "a", "scope": "read", "more": 1}', "more"),
        (b'{"name": 7, "scope": "read"}', "name"),
        (b"{", "request"),
        (b"", "request"),
        (b"[]", "request"),
    ],
)
def test_json_is_taken_as_it_is_or_refused_by_name(sent: bytes, field: str) -> None:
    with pytest.raises(ParamsError) as refused:
        understood_json(TokenWanted, sent)

    assert [fault["field"] for fault in refused.value.faults] == [field]
