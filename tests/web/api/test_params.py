"""Which days may be asked for: one way to name them, and every wrong one named."""

from __future__ import annotations

from datetime import date

import pytest
from multidict import MultiDict

from bot.analytics.shelf import SHELF
from bot.web.api.params import (
    FAULTS,
    LONGEST_FIELD,
    ParamsError,
    about,
    told_by,
    understood,
    understood_json,
)
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


@pytest.mark.parametrize(("unknown", "told"), [(30, FAULTS + 1), (100_000, 1)])
def test_who_sends_nonsense_gets_no_megabytes_back(unknown: int, told: int) -> None:
    # Said twice, a name is another fault each time.
    sent = b'{"name": "a", "scope": "read"' + b', "a": 0' * unknown + b"}"

    with pytest.raises(ParamsError) as refused:
        understood_json(TokenWanted, sent)

    assert len(refused.value.faults) == told
    assert refused.value.faults[-1]["field"] == "request"


def test_a_long_name_is_cut_when_it_is_told() -> None:
    with pytest.raises(ParamsError) as refused:
        understood(ASKS, {"x" * 5_000: "1"})

    assert refused.value.faults == [{"field": "x" * LONGEST_FIELD, "problem": "is unknown here"}]


def test_what_stands_in_the_path_cannot_be_asked_otherwise() -> None:
    path = {"id": "7"}

    assert told_by(MultiDict(days="3"), path) == {"days": "3", "id": "7"}
    with pytest.raises(ParamsError) as refused:
        told_by(MultiDict(id="5"), path)

    assert refused.value.faults == [{"field": "id", "problem": "stands in the path already"}]
