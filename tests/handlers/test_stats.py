"""/mystats and /chatstats show one's own, and the chat one is in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.database import tables
from bot.database.engine import Database
from tests.handlers.scene import Scene
from tests.rows import event, put, user
from tests.updates import ALICE, GROUP, NOON, ROOT

EARLIER = NOON - timedelta(hours=1)


async def wrote(database: Database, number: int, telegram_id: int, times: int) -> None:
    """Somebody has written in the group today."""
    seen_at = int(EARLIER.timestamp() * 1000)
    row = user(number, telegram_id=telegram_id, first_seen_at=seen_at, last_seen_at=seen_at)
    await put(database, tables.users, row)
    active = {"user_id": number, "activity_date": NOON.date(), "message_count": times}
    await put(database, tables.user_activity, active)
    about = {"label": "text", "user_number": number, "chat_id": GROUP.id}
    await put(database, tables.events, *[event("message", EARLIER, **about)] * times)


async def test_people_see_their_own_activity(scene: Scene) -> None:
    await wrote(scene.database, 1, ALICE.id, 3)
    await wrote(scene.database, 2, ROOT.id, 40)

    shown = await scene.says(ALICE, "/mystats")

    assert shown.startswith("<b>Your activity</b>")
    assert "messages: <b>3</b>" in shown
    assert "40" not in shown
    assert "· 30 days ·" in scene.outbox.buttons


async def test_a_button_shows_another_time_of_whoever_presses(scene: Scene) -> None:
    await wrote(scene.database, 1, ALICE.id, 3)

    shown = await scene.presses(ALICE, "stats:me:365")

    assert "Last 365 days" in shown and "messages: <b>3</b>" in shown


async def test_a_group_is_told_nothing_about_one_person(scene: Scene) -> None:
    assert "private chat" in await scene.says(ALICE, "/mystats", GROUP)
    assert not await scene.presses(ALICE, "stats:me:30", GROUP)


async def test_a_group_sees_its_own_activity(scene: Scene) -> None:
    group = {"chat_id": GROUP.id, "type": "supergroup", "title": "<Group>"}
    await put(scene.database, tables.chats, group)
    await wrote(scene.database, 1, ALICE.id, 3)

    shown = await scene.says(ALICE, "/chatstats", GROUP)
    again = await scene.presses(ALICE, "stats:chat:7", GROUP)

    assert "messages: <b>3</b>" in shown and "messages: <b>3</b>" in again
    assert "<Group>" not in shown


@pytest.mark.parametrize("data", ["stats:chat:30", "stats:me:5", "stats:all:30"])
async def test_nobody_sees_a_chat_from_outside(scene: Scene, data: str) -> None:
    assert "in a group" in await scene.says(ALICE, "/chatstats")
    assert not await scene.presses(ALICE, data)
