"""Days, hours and weekdays that the database works out are those of the zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal_column, select

from bot.analytics.query.local import day_number, day_of, offsets, times
from bot.analytics.reports.period import last_days
from bot.clock import to_milliseconds
from bot.database.engine import Database
from tests.analytics.query.scene import BERLIN, few

HOUR = 3_600_000
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"]


def test_the_clocks_change_at_their_very_moment() -> None:
    start = to_milliseconds(datetime(2026, 1, 1, tzinfo=UTC))
    end = to_milliseconds(datetime(2027, 1, 1, tzinfo=UTC))

    assert offsets(BERLIN, start, end) == [
        (start, HOUR),
        (to_milliseconds(datetime(2026, 3, 29, 1, tzinfo=UTC)), 2 * HOUR),
        (to_milliseconds(datetime(2026, 10, 25, 1, tzinfo=UTC)), HOUR),
    ]


@few
@given(
    zone=st.sampled_from(ZONES),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  st wants it so
    days=st.integers(1, 365),
    data=st.data(),
)
async def test_any_moment_is_where_the_zone_has_it(
    database: Database, zone: str, now: datetime, days: int, data: st.DataObject
) -> None:
    period = last_days(days, now, ZoneInfo(zone))
    at = data.draw(st.integers(period.start_at, period.end_at))
    found = times(literal_column(str(at)), period)

    async with database.read("test") as connection:
        query = select(found["day"], found["hour"], found["weekday"])
        day, hour, weekday = (await connection.execute(query)).one()

    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(
        ZoneInfo(zone)
    )
    assert (day_of(day), hour, weekday) == (local.date(), local.hour, local.weekday())


@pytest.mark.parametrize("day", ["1970-01-01", "2026-10-25"])
def test_a_day_is_itself_again(day: str) -> None:
    date = datetime.fromisoformat(day).date()

    assert day_of(day_number(date)) == date
