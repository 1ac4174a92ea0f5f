"""What is kept is said, handed over and erased, always for the person who asks."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from aiogram.types import BufferedInputFile

from bot.analytics.events import UserForgotten
from bot.analytics.memory import REPORT_DAYS
from bot.database.engine import Database
from bot.database.tables import users
from tests.handlers.scene import Scene
from tests.rows import put, rows_of
from tests.updates import ALICE, GROUP, ROOT, presses


async def kept(database: Database) -> list[int]:
    return [row["telegram_id"] for row in await rows_of(database, users)]


async def meet(database: Database, *ids: int) -> None:
    await put(database, users, *({"telegram_id": one, "is_premium": False} for one in ids))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "the kind and length of your messages, never their text"),
        ({"store_text": True}, "the kind, length and text of your messages"),
        ({}, "not your name and not your @username"),
        ({"store_names": True}, "• your name and your @username"),
        ({}, f"• notes on faults, which may contain your id: {REPORT_DAYS} days"),
    ],
)
async def test_the_policy_follows_the_settings(
    sqlite: Database, settings: dict[str, Any], said: str
) -> None:
    assert said in await Scene(sqlite, **settings).says(ALICE, "/privacy")


async def test_my_data_is_a_json_file_about_the_one_who_pressed(scene_on_each: Scene) -> None:
    await meet(scene_on_each.database, ALICE.id, ROOT.id)
    await scene_on_each.says(ALICE, "/privacy")

    await scene_on_each.presses(ALICE, scene_on_each.outbox.buttons["My data"])

    (sent,) = scene_on_each.outbox.documents
    assert sent.chat_id == ALICE.id and isinstance(sent.document, BufferedInputFile)
    data = orjson.loads(sent.document.data)
    assert data["telegram_id"] == ALICE.id
    assert [row["telegram_id"] for row in data["tables"]["users"]] == [ALICE.id]


async def test_a_person_is_asked_twice_and_then_forgotten(scene_on_each: Scene) -> None:
    await meet(scene_on_each.database, ALICE.id, ROOT.id)
    await scene_on_each.says(ALICE, "/privacy")

    for label in ("Forget me", "Yes, forget me", "Erase everything"):
        assert await kept(scene_on_each.database) == [ALICE.id, ROOT.id]
        last = await scene_on_each.presses(ALICE, scene_on_each.outbox.buttons[label])

    assert await kept(scene_on_each.database) == [ROOT.id]
    assert last.startswith("Done:")
    assert [type(fact) for fact in scene_on_each.told] == [UserForgotten]


async def test_whoever_says_no_is_kept(scene: Scene) -> None:
    await meet(scene.database, ALICE.id)
    await scene.presses(ALICE, "privacy:sure")

    shown = await scene.presses(ALICE, scene.outbox.buttons["No, keep it"])

    assert shown.startswith("<b>What is kept about you</b>")
    assert await kept(scene.database) == [ALICE.id]


@pytest.mark.parametrize("forged", ["privacy:erase:2", "privacy:2", "privacy:", "privacy:erase:"])
async def test_forged_data_cannot_name_somebody_else(scene: Scene, forged: str) -> None:
    await meet(scene.database, ROOT.id)

    await scene.presses(ALICE, forged)

    assert scene.outbox.hints == ["This button no longer works."]
    assert await kept(scene.database) == [ROOT.id]


async def test_a_group_reads_the_policy_but_gets_no_buttons(scene: Scene) -> None:
    shown = await scene.says(ALICE, "/privacy", GROUP)

    assert shown.endswith("write to me in a private chat.")
    assert scene.outbox.buttons == {}


async def test_nobodys_data_is_sent_into_a_group(scene: Scene) -> None:
    await scene.presses(ALICE, "privacy:data", GROUP)

    assert scene.outbox.documents == []


async def test_data_comes_even_when_its_button_is_old(scene: Scene) -> None:
    await scene.hears(presses(ALICE, "privacy:data", is_old=True))

    assert len(scene.outbox.documents) == len(scene.outbox.hints) == 1
