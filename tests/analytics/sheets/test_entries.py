"""Parts of a timeline: whether the last is whole, and which of them there are records of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.analytics.render.sheet import Value
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period, last_days
from bot.analytics.reports.query import Step
from bot.analytics.sheets.entries import is_partial, recorded

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MONTH = last_days(30, NOW, UTC)
SUNDAY, THURSDAY = date(2026, 4, 26), date(2026, 4, 30)


@pytest.mark.parametrize(
    ("until", "step", "is_so"),
    [
        (None, "hour", True),
        (None, "day", True),
        (None, "month", True),
        (THURSDAY, "hour", False),
        (THURSDAY, "day", False),
        (THURSDAY, "week", True),
        (THURSDAY, "month", False),
        (SUNDAY, "week", False),
        (SUNDAY, "month", True),
    ],
)
def test_the_last_part_is_whole_when_all_its_days_are_there(
    until: date | None, step: Step, *, is_so: bool
) -> None:
    assert is_partial(last_days(30, NOW, UTC, until=until), step) is is_so


@dataclass(frozen=True, kw_only=True)
class Made:
    """A report that is cut into parts."""

    step: Step
    recorded_since: datetime | None
    period: Period = MONTH


GAP = Unknown.NOT_RECORDED_THEN


@pytest.mark.parametrize(
    ("step", "before", "within"),
    [
        ("hour", datetime(2026, 4, 30, 8, tzinfo=UTC), datetime(2026, 4, 30, 9, tzinfo=UTC)),
        ("day", date(2026, 4, 29), THURSDAY),
        ("week", date(2026, 4, 20), date(2026, 4, 27)),
        ("month", date(2026, 3, 1), date(2026, 4, 1)),
    ],
)
def test_a_part_that_was_over_before_the_first_record_has_no_numbers(
    step: Step, before: date, within: date
) -> None:
    began = datetime(2026, 4, 30, 9, 30, tzinfo=UTC)
    rows: list[list[Value]] = [[before, 0, None], [within, 0, 2]]

    found = recorded(Made(step=step, recorded_since=began), rows)

    assert found == [[before, GAP, GAP], [within, 0, 2]]


def test_the_first_day_of_records_is_that_of_the_zone() -> None:
    berlin = last_days(30, NOW, ZoneInfo("Europe/Berlin"))
    late = datetime(2026, 4, 29, 22, 30, tzinfo=UTC)

    found = recorded(
        Made(step="day", recorded_since=late, period=berlin), [[date(2026, 4, 29), 0]]
    )

    assert found == [[date(2026, 4, 29), GAP]]


def test_without_any_record_no_part_has_numbers() -> None:
    found = recorded(Made(step="day", recorded_since=None), [[THURSDAY, 0, 0]])

    assert found == [[THURSDAY, *[Unknown.NOTHING_RECORDED] * 2]]


@pytest.mark.parametrize("since", [None, NOW])
def test_what_was_counted_before_the_first_record_stays(since: datetime | None) -> None:
    found = recorded(Made(step="day", recorded_since=since), [[date(2026, 1, 1), 3, 0]])

    assert found == [[date(2026, 1, 1), 3, 0]]


def test_only_parts_of_time_make_a_timeline() -> None:
    with pytest.raises(TypeError, match="'help' is no part"):
        recorded(Made(step="day", recorded_since=NOW), [["help", 1]])
