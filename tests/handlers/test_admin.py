"""Admin commands exist for admins in their private chat, and for nobody else."""

from __future__ import annotations

import pytest
from aiogram.methods import EditMessageText

from bot.handlers.commands import COMMANDS
from tests.handlers.scene import Scene
from tests.updates import ALICE, ANONYMOUS, GROUP, ROOT, presses, says

# Those of a feature are tested with it.
NAMES = [entry.name for entry in COMMANDS if entry.is_admin and not entry.feature]
BUTTONS = [
    "report:analytics:7:day:0:0",
    "report:users:30:day:0:1",
    "health:refresh",
    "mau:refresh",
    "metrics:system",
    "report:errors:7:day:0:0",
    "alerts:refresh",
    "alerts_history:0",
    "silences:refresh",
]


@pytest.mark.parametrize("name", NAMES)
async def test_an_admin_is_answered(scene_on_each: Scene, name: str) -> None:
    shown = await scene_on_each.says(ROOT, f"/{name}")

    assert shown and not shown.startswith("I do not know")
    if name not in {"report", "chart", "export", "silence", "dashboard"}:  # which show no figures
        assert "🔄 Refresh" in scene_on_each.outbox.buttons


@pytest.mark.parametrize("name", NAMES)
async def test_for_others_the_command_does_not_exist(scene: Scene, name: str) -> None:
    assert (await scene.says(ALICE, f"/{name}")).startswith("I do not know this command.")


@pytest.mark.parametrize("name", NAMES)
async def test_in_a_group_an_admin_is_sent_to_the_private_chat(scene: Scene, name: str) -> None:
    assert (await scene.says(ROOT, f"/{name}", GROUP)).startswith("Not in front of a group")


async def test_in_a_group_others_get_silence(scene: Scene) -> None:
    assert not await scene.says(ALICE, "/analytics", GROUP)


async def test_an_anonymous_admin_is_nobody(scene: Scene) -> None:
    assert not await scene.hears(says(ANONYMOUS, "/health", GROUP, sender_chat=GROUP))


async def test_an_admins_id_behind_another_chats_name_is_nobody(scene: Scene) -> None:
    assert not await scene.hears(says(ROOT, "/health", GROUP, sender_chat=GROUP))


@pytest.mark.parametrize("data", BUTTONS)
async def test_a_button_answers_an_admin_in_place(scene_on_each: Scene, data: str) -> None:
    await scene_on_each.presses(ROOT, data)

    (edit, _) = scene_on_each.outbox.sent
    assert isinstance(edit, EditMessageText) and edit.text
    assert scene_on_each.outbox.hints == [None]


@pytest.mark.parametrize("data", BUTTONS)
async def test_a_forged_press_of_an_admins_button_shows_nothing(scene: Scene, data: str) -> None:
    assert not await scene.presses(ALICE, data)
    assert scene.outbox.hints == ["This button no longer works."]


@pytest.mark.parametrize("data", BUTTONS)
async def test_an_admins_button_shows_nothing_to_a_group(scene: Scene, data: str) -> None:
    assert not await scene.presses(ROOT, data, GROUP)


@pytest.mark.parametrize("data", ["report:analytics:x:day:0:0", "metrics:secret", "health:x"])
async def test_an_admin_cannot_ask_for_what_no_button_offers(scene: Scene, data: str) -> None:
    assert not await scene.presses(ROOT, data)
    assert scene.outbox.hints == ["This button no longer works."]


@pytest.mark.parametrize(
    ("problem", "hint"),
    [
        ("Bad Request: message is not modified: same", "No change"),
        ("Bad Request: message to edit not found", "This message is too old to be changed"),
    ],
)
async def test_a_message_that_cannot_change_is_explained(
    scene: Scene, problem: str, hint: str
) -> None:
    scene.outbox.problems[EditMessageText] = problem

    await scene.presses(ROOT, "health:refresh")

    assert (scene.outbox.hints[0] or "").startswith(hint)


async def test_a_press_below_a_message_that_is_gone_is_answered(scene: Scene) -> None:
    await scene.hears(presses(ROOT, "health:refresh", is_old=True))

    assert (scene.outbox.hints[0] or "").startswith("This message is too old")


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("/analytics 500", "Possible: 1-365."),
        ("/report nonsense", "Possible: analytics, audience"),
        ("/chart nonsense", "Possible: analytics, audience"),
        ("/chart users bright", "Possible: dark, 1-365."),
        ("/export users doc", "Possible: csv, json, pdf, 1-365."),
        ("/analytics <b>7", "“&lt;b&gt;7” is not possible"),
        ("/analytics " + "9" * 4000, "…” is not possible"),
        ("/metrics money", "Possible: performance, business, engagement, system."),
        ("/errors ?", "Possible: an error's number, such as E7F3K2."),
        ("/errors ABCDEF", "No error is kept under the number ABCDEF."),
    ],
)
async def test_a_bad_argument_is_refused_with_what_is_possible(
    scene: Scene, text: str, accepted: str
) -> None:
    assert accepted in await scene.says(ROOT, text)


@pytest.mark.parametrize(("text", "chosen"), [("", "· 7 days ·"), (" 1", "· Today ·")])
async def test_the_shown_period_is_marked(scene: Scene, text: str, chosen: str) -> None:
    await scene.says(ROOT, f"/analytics{text}")

    assert chosen in scene.outbox.buttons
