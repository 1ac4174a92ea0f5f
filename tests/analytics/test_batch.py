"""Days are cut where the operator lives, also when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.batch import Batch, Calendar
from bot.analytics.rows import fold
from tests.analytics.moments import ANN, BOB, NOON, handled, said, seen, started

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),  # a day of 23 hours
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # a day of 25 hours
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_day_ends_at_local_midnight_also_when_clocks_change(at: datetime, day: date) -> None:
    assert Calendar(BERLIN).day(at) == day


@given(
    st.lists(st.integers(0, 400 * 24 * 60), min_size=1, max_size=20),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_the_remembered_day_is_always_the_right_one(minutes: list[int], zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone))
    for offset in minutes:
        at = NOON + timedelta(minutes=offset)

        assert calendar.day(at) == at.astimezone(ZoneInfo(zone)).date()


def folded(*some: object) -> Batch:
    return fold(some, Calendar(ZoneInfo("UTC")))  # type: ignore[arg-type]  # facts of all kinds


def test_ten_messages_of_one_person_are_one_row_of_activity() -> None:
    batch = folded(*[seen() for _ in range(9)], seen(kind="button"))

    assert batch.activity == {(ANN, NOON.date()): [9, 0, 1, 0]}


def test_updates_of_one_outcome_in_one_minute_are_one_row() -> None:
    later = NOON + timedelta(seconds=59)
    batch = folded(handled(1, seconds=0.5), handled(2, later, seconds=0.25))

    minute = 1_767_268_800_000
    count, total, *took = batch.aggregates["updates", "handled", minute]
    assert (count, total, sum(took)) == (2, 0.75, 2)
    assert [key for key in batch.aggregates if key[0] == "updates"] == [
        ("updates", "handled", minute)
    ]


def test_the_first_source_of_a_batch_wins() -> None:
    batch = folded(started(source="ads"), started(source="friend"))

    assert batch.people[ANN].source == "ads"


def test_a_private_chat_is_no_group() -> None:
    batch = folded(said(), said(BOB, chat_id=-5, chat_type="group", title="Us"))

    assert list(batch.chats) == [-5]
