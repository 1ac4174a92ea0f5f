"""What nobody takes gets a hint in private, silence in groups, and counts as unhandled."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Update

from bot.database.engine import Database
from bot.handlers import fallback
from tests.handlers.scene import Scene
from tests.updates import ALICE, GROUP, says

LONG = "x" * 5000
STICKER = {
    "file_id": "s",
    "file_unique_id": "s",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}
TIMER = {"message_auto_delete_time": 60}


@pytest.mark.parametrize("text", ["/nonsense", "/", f"/{LONG}", "/start_", "/<b>"])
async def test_an_unknown_command_gets_a_hint(scene: Scene, text: str) -> None:
    assert (await scene.says(ALICE, text)).startswith("I do not know this command.")


@pytest.mark.parametrize("text", ["hello", LONG, "<b>", "\0", "😀"])
async def test_plain_text_gets_a_hint(scene: Scene, text: str) -> None:
    assert (await scene.says(ALICE, text)).startswith("I only understand commands.")


@pytest.mark.parametrize(
    ("features", "lines"),
    [
        (("downloads",), ["• a link, by itself, to something to hear or see"]),
        (("assistant",), ["• a question in plain text"]),
        (
            ("downloads", "assistant"),
            ["• a link, by itself, to something to hear or see", "• a question in plain text"],
        ),
    ],
)
async def test_a_sticker_gets_a_list_of_what_works(
    sqlite: Database, features: tuple[str, ...], lines: list[str]
) -> None:
    model: dict[str, Any] = {"assistant_base_url": "http://127.0.0.1:1/v1", "assistant_model": "m"}
    scene = Scene(sqlite, features=features, **model)

    shown = await scene.hears(says(ALICE, None, sticker=STICKER))

    assert shown.splitlines() == [
        "I can do nothing with this. Send me:",
        *lines,
        "• a command; /help lists them",
    ]


@pytest.mark.parametrize("text", ["/nonsense", "hello"])
async def test_a_group_is_not_bothered(scene: Scene, text: str) -> None:
    await scene.says(ALICE, text, GROUP)

    assert scene.outbox.sent == []


async def test_a_service_message_is_not_answered(scene: Scene) -> None:
    await scene.hears(says(ALICE, None, message_auto_delete_timer_changed=TIMER))

    assert scene.outbox.sent == []


@pytest.mark.parametrize("data", ["", "x", "analytics", "help:x", "😀" * 16, "privacy", "::::"])
async def test_a_button_that_does_not_exist_says_so(scene: Scene, data: str) -> None:
    await scene.presses(ALICE, data)

    assert scene.outbox.hints == ["This button no longer works."]


def test_every_fallback_is_flagged_as_unhandled() -> None:
    router = fallback.build_router()
    handlers = [*router.message.handlers, *router.callback_query.handlers]

    assert {handler.flags["outcome"] for handler in handlers} == {"unhandled"}


async def test_an_edited_message_is_not_answered(scene: Scene) -> None:
    edited = says(ALICE, "/start").message

    await scene.hears(Update(update_id=1, edited_message=edited))

    assert scene.outbox.sent == []
