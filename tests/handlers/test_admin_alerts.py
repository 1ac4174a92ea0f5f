"""Alerts: what fires now and what fired before, in any language."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history
from bot.database.engine import Database
from tests.handlers.scene import Scene
from tests.updates import NOON, ROOT

HOUR = 3_600_000


async def fire(database: Database, **columns: Any) -> None:
    usual = {
        "rule": "HighErrorRate",
        "severity": "critical",
        "fired_at": to_milliseconds(NOON) - 2 * HOUR,
        "value": 12.5,
        "threshold": 5.0,
        "unit": "%",
        "bad": 5,
        "total": 40,
        "details": "",
        "is_announced": True,
    }
    row = {name: value for name, value in (usual | columns).items() if name in alert_history.c}
    async with database.write("test") as connection:
        await connection.execute(insert(alert_history), [row])


async def test_a_quiet_bot_says_so(scene: Scene) -> None:
    shown = await scene.says(ROOT, "/alerts")

    assert shown == "<b>Firing now</b>\nnothing\n\n<b>Fired before</b>\nnothing"


async def test_what_fires_shows_since_when_and_how_bad(scene_on_each: Scene) -> None:
    await fire(scene_on_each.database, details="<5 & more>")

    shown = await scene_on_each.says(ROOT, "/alerts")

    assert "🔴 <b>HighErrorRate</b> · since 1 Jan 2026 10:00:00, for 2 hr" in shown
    assert "affected 5 of 40" in shown
    assert "&lt;5 &amp; more&gt;" in shown


async def test_what_is_over_shows_how_long_it_lasted(scene: Scene) -> None:
    await fire(scene.database, resolved_at=to_milliseconds(NOON) - HOUR)

    now, before = (await scene.says(ROOT, "/alerts")).split("<b>Fired before</b>")

    assert "nothing" in now
    assert "🟢 <b>HighErrorRate</b> · since 1 Jan 2026 10:00:00, for 1 hr" in before


async def test_switched_off_alerts_are_not_taken_for_calm(sqlite: Database) -> None:
    shown = await Scene(sqlite, alerts_enabled=False).says(ROOT, "/alerts")

    assert "Alerts are switched off" in shown


async def test_hundreds_of_alerts_fit_in_one_message(scene: Scene) -> None:
    for _ in range(60):
        await fire(scene.database, details="😀" * 100)

    shown = await scene.says(ROOT, "/alerts")

    assert len(shown.encode("utf-16-le")) // 2 <= 4096
    assert "more lines that do not fit." in shown
