"""What is kept is said, handed over and erased, always for the person who asks."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from aiogram.types import BufferedInputFile

from bot.analytics.events import UserForgotten
from bot.analytics.memory import REPORT_DAYS
from bot.analytics.people import TRACES
from bot.database.engine import Database
from bot.database.tables import users
from bot.feature_settings import FEATURES
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


# Each table with rows about people, and the words in which /privacy says so.
SAID = {
    users.name: "your Telegram id, your language",
    "events": "when and in which chat you used a command or button",
    "user_activity": "when and in which chat you used a command or button",
    "payments": "payments: when, how many Stars, for what",
    "downloads": "downloads: when and in which chat, from which site, format, size",
    "subscriptions": "your plan: which one, from when until when",
    "quiz_runs": "quizzes: when and where you started one",
    "quiz_answers": "what you answered right, and how fast",
    "conversations": "talks with the assistant: when and where",
    "completions": "how long the answers were and what they cost, never the words",
    "errors": "notes on faults, which may contain your id",
    "interrupted_updates": "what you sent just when I was stopped",
    "quarantined_updates": "notes on faults, which may contain your id",
}
# Groups, since a private chat has no row; and what only admins do, who read docs/privacy.md.
UNSAID = {
    *("chats", "alert_history", "alert_outbox", "alert_rules", "silences"),
    *("web_sessions", "shares"),
}
ALL: dict[str, Any] = {
    "features": FEATURES,
    "assistant_base_url": "http://127.0.0.1:1/v1",
    "assistant_model": "m",
}


async def test_every_table_about_people_is_told_of(sqlite: Database) -> None:
    text = await Scene(sqlite, **ALL).says(ALICE, "/privacy")

    assert {trace.table.name for trace in TRACES} == SAID.keys() | UNSAID
    assert [words for words in SAID.values() if words not in text] == []


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ("assistant", "is sent to the service that the operator of this bot has chosen"),
        ("billing", "What you write with /paysupport goes to those who run this bot"),
    ],
)
async def test_what_leaves_the_bot_is_told_of(sqlite: Database, feature: str, said: str) -> None:
    text = await Scene(sqlite, **(ALL | {"features": (feature,)})).says(ALICE, "/privacy")

    assert said in text
    assert text.endswith("and given to nobody else.")


async def test_without_features_nothing_leaves_the_bot(scene: Scene) -> None:
    text = await scene.says(ALICE, "/privacy")

    assert text.endswith("Nothing is given to anybody.")
    assert not any(word in text for word in ("downloads", "quiz", "assistant", "plan"))


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
