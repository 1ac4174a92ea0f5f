"""Presses below messages about alerts: who may, on what, and what becomes of it."""

from __future__ import annotations

import sys
from io import BytesIO

import pytest
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile
from PIL import Image

from bot.database.alert_tables import alert_history, silences
from bot.database.engine import Database
from bot.handlers.alert_buttons import Action
from tests.handlers.alerts import HOUR, MINUTE, fire, looked, quieten
from tests.handlers.scene import Scene
from tests.rows import rows_of
from tests.updates import ALICE, GROUP, NOON, ROOT, presses

ALL = list(Action)
CHANGING = [Action.ACKNOWLEDGE, Action.QUIET_1_HOUR, Action.QUIET_4_HOURS]


@pytest.mark.parametrize("chat", [None, GROUP], ids=["private", "group"])
async def test_an_admin_acknowledges_anywhere(scene_on_each: Scene, chat: None) -> None:
    number = await fire(scene_on_each.database)

    await scene_on_each.presses(ROOT, f"alert:ack:{number}", chat)

    assert scene_on_each.outbox.hints == ["Acknowledged: HighErrorRate"]
    (row,) = await rows_of(scene_on_each.database, alert_history)
    assert row["acked_by"] == ROOT.id
    assert scene_on_each.notices == [number]


async def test_who_comes_second_changes_nothing(scene: Scene) -> None:
    number = await fire(scene.database, acked_at=NOON - HOUR, acked_by=99)

    await scene.presses(ROOT, f"alert:ack:{number}")

    assert scene.outbox.hints == ["Acknowledged before: HighErrorRate"]
    (row,) = await rows_of(scene.database, alert_history)
    assert row["acked_by"] == 99


@pytest.mark.parametrize(
    ("action", "hours", "until"), [("quiet1", 1, "13:00:00"), ("quiet4", 4, "16:00:00")]
)
async def test_a_rule_is_silenced_for_that_long(
    scene_on_each: Scene, action: str, hours: int, until: str
) -> None:
    number = await fire(scene_on_each.database)

    await scene_on_each.presses(ROOT, f"alert:{action}:{number}", GROUP)

    text = f"HighErrorRate is silent until 1 Jan 2026 {until}. /unsilence ends it."
    assert scene_on_each.outbox.hints == [text]
    (row,) = await rows_of(scene_on_each.database, silences)
    assert (row["key"], row["value"], row["created_by"]) == ("rule", "HighErrorRate", ROOT.id)
    assert row["ends_at"] - row["starts_at"] == hours * 3_600_000
    assert scene_on_each.notices == [number]


async def test_two_presses_make_one_silence(scene: Scene) -> None:
    number = await fire(scene.database)

    for _ in range(2):
        await scene.presses(ROOT, f"alert:quiet1:{number}")

    assert len(await rows_of(scene.database, silences)) == 1


async def test_a_longer_silence_follows_a_shorter_one(scene: Scene) -> None:
    number = await fire(scene.database)

    for action in ("quiet1", "quiet4", "quiet1"):
        await scene.presses(ROOT, f"alert:{action}:{number}")

    assert [row["ends_at"] for row in await rows_of(scene.database, silences)] == [
        1_767_272_400_000,
        1_767_283_200_000,
    ]


@pytest.mark.parametrize("action", ALL)
@pytest.mark.parametrize("chat", [None, GROUP], ids=["private", "group"])
async def test_for_others_the_button_does_not_exist(scene: Scene, action: str, chat: None) -> None:
    number = await fire(scene.database)

    assert not await scene.presses(ALICE, f"alert:{action}:{number}", chat)

    assert scene.outbox.hints == ["This button no longer works."]
    (row,) = await rows_of(scene.database, alert_history)
    assert row["acked_at"] is None
    assert (await rows_of(scene.database, silences), scene.notices) == ([], [])


@pytest.mark.parametrize("action", CHANGING)
async def test_what_is_over_is_said_and_its_message_shows_it(scene: Scene, action: str) -> None:
    number = await fire(scene.database, resolved_at=NOON - HOUR)

    await scene.presses(ROOT, f"alert:{action}:{number}")

    assert scene.outbox.hints == ["HighErrorRate is over."]
    assert scene.notices == [number]
    (row,) = await rows_of(scene.database, alert_history)
    assert (row["acked_at"], await rows_of(scene.database, silences)) == (None, [])


@pytest.mark.parametrize("action", ALL)
async def test_a_row_that_is_gone_is_said(scene: Scene, action: str) -> None:
    await scene.presses(ROOT, f"alert:{action}:7")

    assert scene.outbox.hints == ["This alert is not kept any more."]
    assert (await rows_of(scene.database, silences), scene.notices) == ([], [])


@pytest.mark.parametrize(
    "data", ["alert:ack:0", f"alert:ack:{2**63}", "alert:drop:1", "alert:ack"]
)
async def test_what_no_message_offers_is_no_button(scene: Scene, data: str) -> None:
    await scene.presses(ROOT, data)

    assert scene.outbox.hints == ["This button no longer works."]


async def measured(database: Database) -> int:
    number = await fire(database, fired_at=NOON - HOUR)
    for minutes in range(180):
        await looked(database, NOON - minutes * MINUTE, '{"HighErrorRate": [7.5, 5.0]}')
    await quieten(database)
    return number


async def test_a_chart_comes_as_an_answer_to_the_alert(scene_on_each: Scene) -> None:
    number = await measured(scene_on_each.database)

    await scene_on_each.presses(ROOT, f"alert:chart:{number}", GROUP)

    (photo,) = [one for one in scene_on_each.outbox.sent if isinstance(one, SendPhoto)]
    assert photo.chat_id == GROUP.id
    assert photo.reply_parameters and photo.reply_parameters.message_id == 7
    assert isinstance(photo.photo, BufferedInputFile)
    with Image.open(BytesIO(photo.photo.data)) as picture:
        assert picture.size == (1080, 810)


async def test_without_the_extra_the_chart_says_what_to_install(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await measured(scene.database)
    monkeypatch.delitem(sys.modules, "bot.analytics.render.sheet_chart_kinds", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib.patches", None)

    shown = await scene.presses(ROOT, f"alert:chart:{number}")

    assert "need packages that are not installed: <code>pip install" in shown


@pytest.mark.parametrize(("minutes", "is_drawn"), [(179, True), (211, False)])
async def test_the_chart_of_what_is_over_ends_soon_after(
    scene: Scene, minutes: int, *, is_drawn: bool
) -> None:
    await measured(scene.database)
    over = NOON - minutes * MINUTE
    number = await fire(scene.database, fired_at=over, resolved_at=over)

    await scene.presses(ROOT, f"alert:chart:{number}")

    assert any(isinstance(one, SendPhoto) for one in scene.outbox.sent) is is_drawn


async def test_values_that_nobody_could_tell_are_nothing_to_draw(scene: Scene) -> None:
    number = await fire(scene.database)
    await looked(scene.database, NOON, '{"HighErrorRate": [null, 5.0]}')

    await scene.presses(ROOT, f"alert:chart:{number}")

    assert (scene.outbox.hints[0] or "").startswith("There is nothing to draw")


async def test_a_chart_below_a_message_that_is_gone_is_answered(scene: Scene) -> None:
    number = await measured(scene.database)

    await scene.hears(presses(ROOT, f"alert:chart:{number}", is_old=True))

    assert scene.outbox.hints == ["This message is too old; /alerts shows the alert."]


async def test_a_long_name_fits_into_the_word_on_top(scene: Scene) -> None:
    number = await fire(scene.database, rule="<b>" + "x" * 61)

    await scene.presses(ROOT, f"alert:quiet1:{number}")

    assert len(scene.outbox.hints[0] or "") <= 200
