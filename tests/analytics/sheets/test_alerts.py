"""The sheet of alerts: empty, full and huge, and hostile names stay what they are."""

from __future__ import annotations

from bot.analytics.render.sheet import Sheet
from bot.analytics.reports.alerts import alerts as compute
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.alerts import alerts
from bot.database.alert_tables import alert_history, alert_outbox
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, old_record, source_of
from tests.analytics.reports.test_alerts import MINUTE, fired, told
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown
from tests.rows import put


async def sheet(database: Database) -> Sheet:
    return alerts(await compute(source_of(database), asked(7)), ENGLISH)


async def test_without_records_it_says_so(sqlite: Database) -> None:
    found = await sheet(sqlite)

    assert shown(found)
    assert lines(found)["alerts"] is Unknown.NOTHING_RECORDED
    assert lines(found)["firing"] is Unknown.NOTHING_RECORDED


async def test_what_it_says_of_a_rule(sqlite: Database) -> None:
    await old_record(sqlite)
    at = NOON - DAY
    await put(sqlite, alert_history, fired(1, at, acked_at=at + MINUTE), fired(2, at, None))
    await put(sqlite, alert_outbox, told(1, at))

    found = await sheet(sqlite)

    (row,) = rows(found, "rules")
    assert row == {
        "rule": "Slow",
        "alerts": 2,
        "alerts_before": 0,
        "firing": 1,
        "total_seconds": 25 * 3600,
        "median_seconds": 3600,
        "noticed_seconds": 60,
        "acknowledged_seconds": 60,
        "acknowledged": 0.5,
    }
    assert "1 day 1 hr" in shown(found)


async def test_a_rule_that_only_fires_has_no_median_yet(sqlite: Database) -> None:
    await old_record(sqlite)
    await put(sqlite, alert_history, fired(1, NOON - DAY, None))

    (row,) = rows(await sheet(sqlite), "rules")

    assert row["median_seconds"] is Unknown.NOT_OVER
    assert row["noticed_seconds"] is row["acknowledged_seconds"] is Unknown.NO_UPDATES


async def test_many_rules_with_hostile_names_fit(sqlite: Database) -> None:
    await old_record(sqlite)
    for number in range(1, 201):
        await put(sqlite, alert_history, fired(number, NOON - DAY, rule=f"<b>{number}" * 8))

    found = await sheet(sqlite)

    text = shown(found)
    assert "<b>1<b>" not in text and "&lt;b&gt;" in text
