"""Alerts: what fires now, what may soon, what is silenced and what fired before."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from bot.clock import to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox, alert_state
from bot.database.engine import Database
from tests.handlers.alerts import HOUR, fire, quieten, sent
from tests.handlers.scene import Scene
from tests.rows import put, rows_of
from tests.updates import ALICE, GROUP, NOON, ROOT


async def test_a_quiet_bot_says_so(scene: Scene) -> None:
    shown = await scene.says(ROOT, "/alerts")

    assert shown == "<b>Firing now</b>\nnothing\n\n<b>Fired before</b>\nnothing"


async def test_what_fires_shows_since_when_and_how_bad(scene_on_each: Scene) -> None:
    await fire(scene_on_each.database, details="<5 & more>")

    shown = await scene_on_each.says(ROOT, "/alerts")

    assert "🔴 <b>HighErrorRate</b> · since 1 Jan 2026 10:00:00, for 2 hr" in shown
    assert "12.5% (threshold 5%), affected 5 of 40" in shown
    assert "👤 nobody was told, not acknowledged" in shown
    assert "&lt;5 &amp; more&gt;" in shown


async def test_what_is_over_shows_how_long_it_lasted(scene: Scene) -> None:
    await fire(scene.database, resolved_at=NOON - HOUR)

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


async def test_what_is_over_shows_when_it_was_noticed_and_acknowledged(scene: Scene) -> None:
    fired = NOON - 2 * HOUR
    number = await fire(
        scene.database,
        pending_at=fired - timedelta(minutes=1),
        acked_at=fired + timedelta(minutes=5),
        acked_by=ROOT.id,
        resolved_at=NOON - HOUR,
    )
    await put(scene.database, alert_outbox, sent(number, fired + timedelta(seconds=30)))

    shown = await scene.says(ROOT, "/alerts")

    assert "👤 told after 1 min 30 sec, acknowledged after 5 min by you" in shown


async def test_what_another_admin_acknowledged_says_who(scene: Scene) -> None:
    await fire(scene.database, acked_at=NOON - HOUR, acked_by=99)

    assert "acknowledged after 1 hr by admin 99" in await scene.says(ROOT, "/alerts")
    assert "✓ Acknowledge HighErrorRate" not in scene.outbox.buttons


@pytest.mark.parametrize("over", [None, NOON - HOUR], ids=["firing", "over"])
async def test_hostile_names_and_units_are_escaped(scene: Scene, over: datetime | None) -> None:
    await fire(scene.database, rule="<Rule>", unit="<s>", details="<i>", resolved_at=over)

    shown = await scene.says(ROOT, "/alerts")

    assert "<b>&lt;Rule&gt;</b>" in shown and "12.5 &lt;s&gt; (threshold" in shown
    assert re.sub(r"</?b>", "", shown).count("<") == 0


async def test_what_may_fire_soon_says_since_when(scene_on_each: Scene) -> None:
    since = to_milliseconds(NOON - timedelta(minutes=1))
    row = {"rule": "<Slow>", "state": "pending", "since_at": since, "checks": 1}
    await put(scene_on_each.database, alert_state, row)

    shown = await scene_on_each.says(ROOT, "/alerts")

    assert "<b>May fire soon</b>\n🟡 <b>&lt;Slow&gt;</b> · bad since 1 Jan 2026 11:59:00" in shown


async def test_silences_say_of_what_until_when_by_whom_and_why(scene: Scene) -> None:
    await fire(scene.database)
    await quieten(scene.database, value="HighErrorRate", reason="<moving>", created_by=ROOT.id)

    shown = await scene.says(ROOT, "/alerts")

    assert "🔕 silent until 1 Jan 2026 13:00:00" in shown
    assert "🔕 #1 <b>HighErrorRate</b> · until 1 Jan 2026 13:00:00, for another 1 hr" in shown
    assert "by you: &lt;moving&gt;" in shown


async def test_a_silence_to_come_says_from_when(scene: Scene) -> None:
    await quieten(scene.database, key=None, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)

    shown = await scene.says(ROOT, "/alerts")

    assert "all alerts · 1 Jan 2026 13:00:00 to 1 Jan 2026 14:00:00\nby an admin" in shown


async def test_an_alert_is_acknowledged_on_the_board(scene_on_each: Scene) -> None:
    number = await fire(scene_on_each.database)
    await scene_on_each.says(ROOT, "/alerts")
    data = scene_on_each.outbox.buttons["✓ Acknowledge HighErrorRate"]

    shown = await scene_on_each.presses(ROOT, data)

    assert "acknowledged after 2 hr by you" in shown
    assert scene_on_each.outbox.hints == ["Acknowledged"]
    assert scene_on_each.notices == [number]


async def test_an_alert_that_is_over_is_not_acknowledged_on_the_board(scene: Scene) -> None:
    number = await fire(scene.database, resolved_at=NOON - HOUR)

    await scene.presses(ROOT, f"alerts_ack:{number}")

    assert scene.outbox.hints == ["This alert is over."]
    (row,) = await rows_of(scene.database, alert_history)
    assert (row["acked_at"], scene.notices) == (None, [])


async def test_a_silence_is_ended_on_the_board(scene_on_each: Scene) -> None:
    number = await fire(scene_on_each.database)
    await quieten(scene_on_each.database, value="HighErrorRate")
    await scene_on_each.says(ROOT, "/alerts")
    data = scene_on_each.outbox.buttons["🔔 End silence #1: HighErrorRate"]

    shown = await scene_on_each.presses(ROOT, data)

    assert "Silenced" not in shown
    assert scene_on_each.outbox.hints == ["The silence is over."]
    assert scene_on_each.notices == [number]


async def test_a_silence_that_is_over_ends_once_only(scene: Scene) -> None:
    await fire(scene.database)

    await scene.presses(ROOT, "alerts_end:1")

    assert (scene.outbox.hints, scene.notices) == (["The silence is over."], [])


async def test_history_goes_back_page_by_page(scene_on_each: Scene) -> None:
    for hours in range(12, 0, -1):
        at = NOON - hours * HOUR
        await fire(scene_on_each.database, rule=f"R{hours}", fired_at=at, resolved_at=at)

    first = await scene_on_each.presses(ROOT, "alerts_history:0")
    second = await scene_on_each.presses(ROOT, scene_on_each.outbox.buttons["▶"])

    assert ("<b>R1</b>" in first, "<b>R11</b>" in first) == (True, False)
    assert ("<b>R11</b>" in second, "<b>R10</b>" in second) == (True, False)
    assert scene_on_each.outbox.buttons["2/2"] == "alerts_history:1"


async def test_statistics_are_a_report_below(scene: Scene) -> None:
    shown = await scene.presses(ROOT, "alerts:statistics")

    assert "<b>Alerts</b>" in shown
    assert "· 30 days ·" in scene.outbox.buttons


@pytest.mark.parametrize(
    "data", ["alerts_ack:1", "alerts_end:1", "alerts_history:0", "alerts:statistics"]
)
async def test_nobody_else_presses_on_the_board(scene: Scene, data: str) -> None:
    await fire(scene.database)
    await quieten(scene.database)

    assert not await scene.presses(ALICE, data)
    assert not await scene.presses(ROOT, data, GROUP)
    (row,) = await rows_of(scene.database, alert_history)
    assert (row["acked_at"], scene.notices) == (None, [])


@pytest.mark.parametrize("data", ["alerts_ack:0", f"alerts_ack:{2**63}", "alerts_end:x"])
async def test_a_number_that_is_none_is_no_button(scene: Scene, data: str) -> None:
    assert not await scene.presses(ROOT, data)
    assert scene.outbox.hints == ["This button no longer works."]


async def test_what_a_program_did_names_its_token(scene: Scene) -> None:
    await fire(scene.database, acked_at=NOON - HOUR, acked_token="my <token>")
    await quieten(scene.database, created_token="my <token>", reason="moving")

    shown = await scene.says(ROOT, "/alerts")

    assert "acknowledged after 1 hr by the token my &lt;token&gt;" in shown
    assert "by the token my &lt;token&gt;: moving" in shown
