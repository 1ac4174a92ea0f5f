"""Each notice once, in order, and not too many at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.alerts.notifier import Buttons
from bot.alerts.outbox import LONGEST_WAIT, Outbox
from bot.alerts.telegram import UNKNOWN
from bot.analytics.bus import Bus
from bot.analytics.operations import NoticeDelivered
from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, CALM, NOON, STALLED, Scene, refusing
from tests.databases import opened, sqlite_address
from tests.fakes import AdminChat

DOWN = NotifyError("no network")
TRAP = """
CREATE TRIGGER trap BEFORE UPDATE OF sent_at ON alert_outbox
BEGIN SELECT RAISE(ABORT, 'disk is full'); END
"""


async def test_telegram_down_for_a_minute_delays_the_message_and_no_more(scene: Scene) -> None:
    scene.chat.problem = DOWN
    await scene.check(BROKEN)
    for _ in range(12):
        await scene.outbox.deliver()
        scene.wait(5)
    scene.chat.problem = None
    scene.wait(60)
    await scene.outbox.deliver()
    await scene.outbox.deliver()

    assert scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_a_process_killed_between_state_and_send_sends_after_its_restart(
    scene: Scene,
) -> None:
    await scene.check(BROKEN)
    scene.restart()
    await scene.minutes(BROKEN)

    assert scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_a_process_killed_between_send_and_mark_repeats_one_message(scene: Scene) -> None:
    await scene.minutes(CALM)
    await scene.check(BROKEN)
    scene.outbox = Outbox(database=scene.database, notifier=Dying(scene.chat), bus=Bus())
    with pytest.raises(KeyboardInterrupt):
        await scene.outbox.deliver()
    scene.restart()
    await scene.minutes(BROKEN, BROKEN)

    assert scene.titles == ["CRITICAL: DatabaseIssues"] * 2


class Dying(AdminChat):
    """The process ends as soon as the message is out."""

    def __init__(self, chat: AdminChat) -> None:
        super().__init__()
        self._chat = chat

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        await self._chat.send(text, buttons)
        raise KeyboardInterrupt


async def test_back_off_grows_from_five_seconds_to_five_minutes(small_scene: Scene) -> None:
    small_scene.chat.problem = DOWN
    await small_scene.check(BROKEN)

    waits = []
    for _ in range(9):
        start, tries = small_scene.ticks, outcomes(small_scene).count("retried")
        while outcomes(small_scene).count("retried") == tries:
            small_scene.wait(5)
            await small_scene.outbox.deliver()
        waits.append(small_scene.ticks - start)

    assert waits[1:] == [5, 10, 20, 40, 80, 160, 300, 300]


async def test_telegrams_own_wish_is_respected(small_scene: Scene) -> None:
    small_scene.chat.problem = NotifyError("flood", retry_after=42)
    await small_scene.minutes(BROKEN)
    small_scene.chat.problem = None
    small_scene.wait(41)
    await small_scene.outbox.deliver()
    before = list(small_scene.titles)
    small_scene.wait(1)
    await small_scene.outbox.deliver()

    assert before == []
    assert small_scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_a_chat_that_refuses_everything_is_tried_now_and_then_until_it_does_not(
    small_scene: Scene,
) -> None:
    small_scene.chat.problem = NotifyError("blocked; press Start", refused=True)
    await small_scene.minutes(BROKEN, BROKEN, CALM, CALM)
    small_scene.chat.problem = None
    small_scene.wait(LONGEST_WAIT)
    await small_scene.outbox.deliver()

    assert outcomes(small_scene) == ["retried", "sent"]
    assert small_scene.titles == ["RESOLVED: DatabaseIssues"]


async def test_an_outage_of_weeks_does_not_break_the_back_off(small_scene: Scene) -> None:
    small_scene.chat.problem = DOWN
    await small_scene.minutes(BROKEN)
    async with small_scene.database.write("tests.age") as connection:
        await connection.exec_driver_sql("UPDATE alert_outbox SET attempts = 5000")
    small_scene.wait(LONGEST_WAIT)
    await small_scene.outbox.deliver()
    small_scene.chat.problem = None
    small_scene.wait(LONGEST_WAIT)
    await small_scene.outbox.deliver()

    assert small_scene.titles == ["CRITICAL: DatabaseIssues"]


async def test_a_restart_does_not_forget_telegrams_wish(small_scene: Scene) -> None:
    small_scene.chat.problem = NotifyError("flood", retry_after=300)
    await small_scene.minutes(BROKEN)
    small_scene.chat.problem = None
    small_scene.restart()
    small_scene.wait(290)
    await small_scene.outbox.deliver()

    assert small_scene.titles == []


async def test_what_one_check_finds_with_one_severity_is_one_message(scene: Scene) -> None:
    await scene.minutes(replace(STALLED, shares=BROKEN.shares))

    assert len(scene.chat.sent) == 1
    assert "DatabaseIssues" in scene.chat.sent[0] and "PollStalled" in scene.chat.sent[0]


async def test_at_most_six_messages_go_out_in_a_minute(small_scene: Scene) -> None:
    for _ in range(4):
        await small_scene.check(BROKEN, CALM, CALM)
        await small_scene.check(STALLED, CALM, CALM)
        small_scene.wait(600)

    await small_scene.outbox.deliver()
    first = len(small_scene.chat.sent)
    small_scene.wait(60)
    await small_scene.outbox.deliver()

    assert (first, len(small_scene.chat.sent)) == (6, 8)


async def test_a_fault_that_ended_before_it_could_be_told_is_one_message(scene: Scene) -> None:
    scene.chat.problem = DOWN
    await scene.minutes(BROKEN, CALM, CALM)
    scene.chat.problem = None
    scene.wait(300)
    await scene.outbox.deliver()

    assert scene.titles == ["RESOLVED: DatabaseIssues"]
    assert "it fired at 50.0 %" in scene.chat.sent[0]


async def test_the_message_of_a_firing_shows_its_end(scene: Scene) -> None:
    await scene.minutes(BROKEN, CALM, CALM)

    assert scene.chat.shown[1].startswith("🔴 <b>CRITICAL: DatabaseIssues</b>")
    assert scene.chat.shown[1].endswith("🟢 DatabaseIssues resolved after 2 min")


async def test_an_edit_keeps_the_other_alerts_of_its_message(small_scene: Scene) -> None:
    both = replace(STALLED, shares=BROKEN.shares)
    await small_scene.minutes(both, STALLED, STALLED)

    shown = small_scene.chat.shown[1]
    assert "🟢 DatabaseIssues resolved after" in shown
    assert "PollStalled resolved" not in shown and "CRITICAL: PollStalled" in shown


async def test_it_knows_how_long_a_notice_has_been_waiting(scene: Scene) -> None:
    scene.chat.problem = DOWN
    await scene.minutes(BROKEN, BROKEN)

    assert (await scene.outbox.standing()).waiting_since == NOON + timedelta(minutes=1)


async def test_a_lane_that_has_to_wait_is_not_even_read(tmp_path: Path) -> None:
    visits: list[str] = []
    address = sqlite_address(tmp_path)
    async with opened(address, lambda name, *_: visits.append(name)) as database:
        scene = Scene(database)
        scene.chat.problem = DOWN
        await scene.minutes(BROKEN)
        visits.clear()
        await scene.outbox.deliver()

    assert visits == []


async def test_a_deleted_message_does_not_hold_back_the_resolution(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    small_scene.chat.shown.clear()
    await small_scene.minutes(CALM, CALM)

    assert small_scene.titles[-1] == "RESOLVED: DatabaseIssues"


async def test_edits_that_keep_failing_are_given_up(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    small_scene.chat.edit_problem = DOWN
    await small_scene.minutes(*[CALM] * 5)

    assert small_scene.titles[-1] == "RESOLVED: DatabaseIssues"


async def test_a_refused_message_is_given_up_and_so_is_its_resolution(scene: Scene) -> None:
    scene.chat.problem = NotifyError("no such button", permanent=True)
    await scene.minutes(BROKEN)
    scene.chat.problem = None
    await scene.minutes(CALM, CALM)

    assert scene.titles == []
    assert outcomes(scene) == ["failed"]
    assert (await scene.outbox.standing()).waiting_since is None


async def test_a_database_that_cannot_mark_does_not_cause_a_repetition(
    small_scene: Scene,
) -> None:
    await small_scene.check(BROKEN)
    async with small_scene.database.write("tests.trap") as connection:
        await connection.exec_driver_sql(TRAP)

    for _ in range(3):
        with pytest.raises(DBAPIError, match="disk is full"):
            await small_scene.outbox.deliver()
    async with small_scene.database.write("tests.trap") as connection:
        await connection.exec_driver_sql("DROP TRIGGER trap")
    await small_scene.outbox.deliver()

    assert small_scene.titles == ["CRITICAL: DatabaseIssues"]
    assert (await small_scene.outbox.standing()).waiting_since is None


def outcomes(scene: Scene) -> list[str]:
    return [fact.outcome for fact in scene.seen if isinstance(fact, NoticeDelivered)]


class Numberless(AdminChat):
    """Telegram takes every message, and its answers cannot be read."""

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        await super().send(text, buttons)
        return UNKNOWN


async def test_a_message_without_a_number_is_said_once_and_left_as_it_is(scene: Scene) -> None:
    scene.chat = Numberless()
    scene.restart()

    await scene.minutes(BROKEN, BROKEN, CALM, CALM, CALM)

    assert scene.titles == ["CRITICAL: DatabaseIssues", "RESOLVED: DatabaseIssues"]
    assert list(scene.chat.shown.values()) == scene.chat.sent


async def test_without_a_database_it_is_said_once_too(scene: Scene) -> None:
    scene.chat = Numberless()
    scene.restart()

    async with refusing(scene.database):
        await scene.refused_check()
        await scene.refused_check()
    await scene.minutes(BROKEN, BROKEN)

    assert scene.titles == ["CRITICAL: DatabaseIssues"]
