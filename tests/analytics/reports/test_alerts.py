"""Alert statistics: how often, how long, and how soon somebody knew and answered."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.alerts import Alerts, alerts
from bot.analytics.reports.figure import Figure, Unknown
from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    asked,
    cleaned,
    few_examples,
    old_record,
    replace,
    source_of,
)
from tests.rows import put

MINUTE = timedelta(minutes=1)


async def report(database: Database, days: int = 7, **more: Any) -> Alerts:
    return await alerts(source_of(database), asked(days, **more))


def fired(
    number: int, at: datetime, lasted: timedelta | None = HOUR, **more: Any
) -> dict[str, Any]:
    """A row of alert_history; lasted: None: it fires still."""
    usual: dict[str, Any] = {
        "id": number,
        "rule": "Slow",
        "severity": "warning",
        "pending_at": at - MINUTE,
        "fired_at": at,
        "resolved_at": None if lasted is None else at + lasted,
        "acked_at": None,
        "unwatched_ms": 0,
        "details": "",
        "is_announced": True,
    }
    return {
        name: to_milliseconds(value) if isinstance(value, datetime) else value
        for name, value in (usual | more).items()
    }


def told(number: int, at: datetime, lane: str = "chat") -> dict[str, Any]:
    """A row of alert_outbox."""
    moment = to_milliseconds(at)
    times = dict.fromkeys(("created_at", "next_attempt_at", "sent_at"), moment)
    return {"history_id": number, "lane": lane, "kind": "firing", "text": "…", **times}


async def test_each_rule_says_how_often_how_long_and_how_soon(database: Database) -> None:
    await old_record(database)
    at = NOON - DAY
    await put(
        database,
        alert_history,
        fired(1, at, HOUR, acked_at=at + 10 * MINUTE),
        fired(2, at + 2 * HOUR, 3 * HOUR, acked_at=at + 2 * HOUR + 30 * MINUTE),
        fired(3, NOON - HOUR, None),
        fired(4, at, MINUTE, rule="Broken", pending_at=None),
        fired(5, NOON - 8 * DAY, 2 * HOUR, rule="Broken"),
    )
    sent = [told(1, at), told(1, at + HOUR), told(2, at + 2 * HOUR + 3 * MINUTE)]
    await put(database, alert_outbox, *sent, told(4, at + MINUTE), told(3, NOON, "webhook"))

    found = await report(database)

    slow, broken = found.rules
    assert (slow.rule, slow.count, slow.before, slow.firing) == ("Slow", 3, 0, 1)
    assert (slow.total, slow.median) == (5 * 3600, 2 * 3600)
    assert (slow.noticed, slow.answered) == (150, 1200)
    assert slow.acknowledged == 2 / 3
    assert (broken.rule, broken.count, broken.before, broken.firing) == ("Broken", 1, 1, 0)
    assert (broken.total, broken.median, broken.noticed) == (60, 60, 60)
    assert (broken.answered, broken.acknowledged) == (None, 0)


async def test_all_rules_together_stand_against_the_period_before(database: Database) -> None:
    await old_record(database)
    at, then = NOON - DAY, NOON - 8 * DAY
    rows = [fired(1, at, HOUR, acked_at=at + MINUTE), fired(2, at, None)]
    await put(database, alert_history, *rows, fired(3, then, 2 * HOUR))
    await put(database, alert_outbox, told(1, at), told(3, then + MINUTE))

    found = await report(database)

    assert found.count == Figure(value=2, before=1)
    assert found.total == Figure(value=25 * 3600, before=2 * 3600)
    assert found.median == Figure(value=3600, before=7200)
    assert found.noticed == Figure(value=60, before=120)
    assert found.answered.value == 60
    assert (found.answered.before, found.answered.unknown_before) == (None, Unknown.NO_UPDATES)
    assert found.acknowledged == Figure(value=0.5, before=0)
    assert (found.firing, [part.count for part in found.timeline]) == (1, [0, 0, 0, 0, 0, 2, 0])


async def test_time_that_nobody_watched_is_not_counted(sqlite: Database) -> None:
    await old_record(sqlite)
    await put(sqlite, alert_history, fired(1, NOON - DAY, HOUR, unwatched_ms=600_000))

    assert (await report(sqlite)).median.value == 3000


async def test_what_ends_after_the_period_fires_in_it(sqlite: Database) -> None:
    await old_record(sqlite)
    late = NOON - 8 * DAY
    await put(sqlite, alert_history, fired(1, late, 9 * DAY, acked_at=NOON - HOUR))
    await put(sqlite, alert_outbox, told(1, NOON - HOUR))

    found = await report(sqlite)

    assert (found.count.value, found.count.before) == (0, 1)
    assert (found.median.before, found.noticed.before, found.acknowledged.before) == (
        None,
        None,
        0,
    )
    assert found.total.before == DAY.total_seconds()


async def test_without_any_record_nothing_is_known(sqlite: Database) -> None:
    found = await report(sqlite)

    assert (found.count.value, found.count.unknown) == (None, Unknown.NOTHING_RECORDED)
    assert (found.rules, found.recorded_since) == ((), None)


async def test_a_quiet_week_is_zero_alerts_of_unknown_length(sqlite: Database) -> None:
    await old_record(sqlite)

    found = await report(sqlite)

    assert (found.count, found.total) == (Figure(value=0, before=0), Figure(value=0, before=0))
    assert found.median.unknown is found.acknowledged.unknown is Unknown.NO_UPDATES


lives = st.lists(
    st.tuples(
        st.integers(1, 15 * 24 * 60),  # minutes ago
        st.sampled_from(["Slow", "Broken", "Full"]),
        st.one_of(st.none(), st.integers(0, 3 * 24 * 60)),  # minutes it lasted
        st.one_of(st.none(), st.integers(0, 600)),  # minutes until acknowledged
    ),
    max_size=25,
)


@few_examples
@given(lives)
async def test_any_alerts_are_counted_as_one_would_by_hand(
    sqlite: Database, some: list[tuple[int, str, int | None, int | None]]
) -> None:
    rows = []
    for number, (ago, rule, lasted, acked) in enumerate(some, 1):
        at = NOON - ago * MINUTE
        ack = None if acked is None else at + acked * MINUTE
        span = None if lasted is None else lasted * MINUTE
        rows.append(fired(number, at, span, rule=rule, acked_at=ack))
    await replace(sqlite, alert_history, rows)

    found = await report(sqlite)

    first = (NOON - 6 * DAY).replace(hour=0)
    own = [one for one in some if NOON - one[0] * MINUTE >= first]
    assert {one.rule: one.count for one in found.rules if one.count} == Counter(
        r for _, r, *_ in own
    )
    assert sum(part.count or 0 for part in found.timeline) == len(own)
    assert found.firing == sum(one[2] is None or one[2] > one[0] for one in own)
    assert sum(one.total for one in found.rules) == sum(60 * _lasted(one) for one in own)


def _lasted(one: tuple[int, str, int | None, int | None]) -> int:
    """Minutes up to now."""
    return one[0] if one[2] is None else min(one[0], one[2])


async def test_what_was_removed_is_unknown_and_not_empty(sqlite: Database) -> None:
    await old_record(sqlite)
    await put(sqlite, alert_history, fired(1, NOON - DAY))
    await cleaned(sqlite, NOON - 9 * DAY)

    recent, long = [await report(sqlite, days) for days in (7, 11)]

    assert (recent.count.value, recent.count.unknown_before) == (1, Unknown.REMOVED)
    assert (recent.rules[0].before, recent.kept_since) == (None, None)
    assert (long.count.unknown, long.kept_since) == (Unknown.REMOVED, NOON - 9 * DAY)
    assert [part.count for part in long.timeline] == [None, None, *[0] * 7, 1, 0]
