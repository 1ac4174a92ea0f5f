"""/silence and /unsilence: what is understood, what is refused, and what is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.alerts.terms import Terms
from bot.clock import to_milliseconds
from bot.database.alert_tables import silences
from tests.handlers.alerts import HOUR, fire, quieten
from tests.handlers.scene import Scene
from tests.rows import rows_of
from tests.updates import ALICE, GROUP, NOON, ROOT

EXAMPLE = "<code>/silence HighErrorRate 4h we are moving</code>"


async def test_a_rule_is_silenced_with_a_reason(scene_on_each: Scene) -> None:
    number = await fire(scene_on_each.database)

    shown = await scene_on_each.says(ROOT, "/silence higherrorrate 2d we <b>move</b>")

    assert "🔕 #1 <b>HighErrorRate</b> · until 3 Jan 2026 12:00:00, for another 2 days" in shown
    assert "by you: we &lt;b&gt;move&lt;/b&gt;" in shown
    assert "Fires now: HighErrorRate" in shown
    (row,) = await rows_of(scene_on_each.database, silences)
    assert (row["key"], row["value"], row["reason"]) == (
        "rule",
        "HighErrorRate",
        "we <b>move</b>",
    )
    assert scene_on_each.notices == [number]


async def test_everything_is_silenced(scene: Scene) -> None:
    shown = await scene.says(ROOT, "/silence ALL 30m")

    assert "all alerts · until 1 Jan 2026 12:30:00" in shown
    (row,) = await rows_of(scene.database, silences)
    assert (row["key"], row["value"]) == (None, None)


async def test_a_label_is_silenced_with_all_rules_that_have_it(scene: Scene) -> None:
    scene.concerns.append(Terms(name="Failures", labels={"feature": "downloads"}))
    number = await fire(scene.database, rule="Failures")
    await fire(scene.database)

    shown = await scene.says(ROOT, "/silence feature=downloads 1w")

    assert "<b>feature=downloads</b> · until 8 Jan 2026 12:00:00" in shown
    assert scene.notices == [number]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "What to silence is missing.\nPossible: HighErrorRate, HighLatency, all, severity="),
        (" <Rule> 1h", "What to silence: “&lt;Rule&gt;” is not known.\nPossible: HighErrorRate,"),
        (" High 1h", "“High” is not known.\nPossible: HighErrorRate, HighLatency\nExample"),
        (" all", "How long is missing: a time like 30m, 4h, 2d or 1w (the longest)."),
        (" all 5y", "How long: “5y” is not a time like 30m"),
        (" all 15d", "How long: “15d” is not a time like 30m"),
        (" all <i>", "How long: “&lt;i&gt;” is not a time like 30m"),
        (" all 1h " + "x" * 201, "Why: at most 200 characters, please."),
    ],
)
async def test_what_is_wrong_is_named_with_an_example(
    scene: Scene, text: str, problem: str
) -> None:
    shown = await scene.says(ROOT, f"/silence{text}")

    assert problem in shown
    assert shown.endswith(f"Example: {EXAMPLE}")
    assert await rows_of(scene.database, silences) == []


async def test_hundreds_of_rules_fit_in_one_message(scene: Scene) -> None:
    scene.concerns[:] = [Terms(name=f"{n:03}" + "<" * 61) for n in range(300)]

    shown = await scene.says(ROOT, "/silence Nothing 1h")

    assert len(shown.encode("utf-16-le")) // 2 <= 4096
    assert EXAMPLE in shown


async def test_without_silences_the_list_says_how_to_make_one(scene: Scene) -> None:
    shown = await scene.says(ROOT, "/unsilence")

    assert shown.startswith("<b>Silenced</b>\nnothing\n\nTo silence: <code>/silence")


async def test_the_list_has_a_button_for_each_silence(scene_on_each: Scene) -> None:
    number = await fire(scene_on_each.database)
    await quieten(scene_on_each.database)
    await quieten(scene_on_each.database, key=None, ends_at=NOON + 2 * HOUR)
    await scene_on_each.says(ROOT, "/unsilence")
    data = scene_on_each.outbox.buttons["🔔 End silence #1: HighErrorRate"]

    shown = await scene_on_each.presses(ROOT, data)

    assert data == "silence:end:1"
    assert "#1" not in shown and "#2 all alerts" in shown
    assert scene_on_each.notices == [number]


async def test_a_silence_that_is_over_is_ended_once_only(scene: Scene) -> None:
    await fire(scene.database)
    await quieten(scene.database, ends_at=NOON - timedelta(seconds=1))

    await scene.presses(ROOT, "silence:end:1")

    assert (scene.outbox.hints, scene.notices) == (["The silence is over."], [])


@pytest.mark.parametrize(
    ("asked", "ended"),
    [
        ("1", ["#1 <b>HighErrorRate</b>"]),
        ("#2", ["#2 all alerts"]),
        ("higherrorrate", ["#1 <b>HighErrorRate</b>"]),
        ("high", ["#1 <b>HighErrorRate</b>"]),
        ("severity=warning", ["#3 <b>severity=warning</b>"]),
        ("all", ["#1 <b>HighErrorRate</b>", "#2 all alerts", "#3 <b>severity=warning</b>"]),
    ],
)
async def test_silences_are_ended_by_number_target_or_all(
    scene: Scene, asked: str, ended: list[str]
) -> None:
    await quieten(scene.database)
    await quieten(scene.database, key=None)
    await quieten(scene.database, key="severity", value="warning")

    shown = await scene.says(ROOT, f"/unsilence {asked}")

    assert shown.splitlines() == ["<b>Ended</b>", *(f"🔔 {one}" for one in ended)]
    rows = await rows_of(scene.database, silences)
    assert sum(row["ends_at"] > to_milliseconds(NOON) for row in rows) == 3 - len(ended)


async def test_hundreds_of_silences_end_in_one_message(scene: Scene) -> None:
    for number in range(300):
        await quieten(scene.database, value="<" * 60 + str(number))

    shown = await scene.says(ROOT, "/unsilence all")

    assert len(shown.encode("utf-16-le")) // 2 <= 4096


async def test_a_silence_of_a_rule_that_is_gone_is_ended_by_its_name(scene: Scene) -> None:
    await quieten(scene.database, value="Removed")

    assert await scene.says(ROOT, "/unsilence Removed") == "<b>Ended</b>\n🔔 #1 <b>Removed</b>"


@pytest.mark.parametrize("asked", ["7", "HighLatency", "<b>", "9" * 400, "all!"])
async def test_what_is_not_silenced_is_said_with_what_is(scene: Scene, asked: str) -> None:
    await quieten(scene.database, reason="<i>")

    shown = await scene.says(ROOT, f"/unsilence {asked}")

    assert shown.startswith("No silence is called “")
    assert "#1 <b>HighErrorRate</b>" in shown and "&lt;i&gt;" in shown
    assert scene.notices == []


@pytest.mark.parametrize("data", ["silence:end:1", "silences:refresh"])
async def test_nobody_else_ends_a_silence(scene: Scene, data: str) -> None:
    await quieten(scene.database)

    assert not await scene.presses(ALICE, data)
    assert not await scene.presses(ROOT, data, GROUP)
    (row,) = await rows_of(scene.database, silences)
    assert row["ends_at"] > to_milliseconds(NOON)


@pytest.mark.parametrize("data", ["silence:end:0", f"silence:end:{2**63}", "silence:begin:1"])
async def test_what_no_message_offers_is_no_button(scene: Scene, data: str) -> None:
    assert not await scene.presses(ROOT, data)
    assert scene.outbox.hints == ["This button no longer works."]
