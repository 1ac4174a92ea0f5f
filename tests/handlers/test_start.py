"""The first thing a person sees."""

from __future__ import annotations

import pytest

from bot.analytics.audience.audience import Audience
from bot.database.engine import Database
from tests.analytics.audience.scene import history
from tests.handlers.scene import Scene
from tests.updates import ALICE, GROUP, NOON, posts, presses, says


async def test_a_person_is_greeted_by_their_first_name(scene: Scene) -> None:
    assert (await scene.says(ALICE, "/start")).startswith("Hello, <b>Alice</b>!")


async def test_what_there_is_comes_before_what_is_measured(sqlite: Database) -> None:
    text = await Scene(sqlite, features=("quiz",)).says(ALICE, "/start")

    assert (
        "\n\nThis is what I have for you:\n• Quizzes, alone or in a group: /quiz\n\nI am a" in text
    )


@pytest.mark.parametrize("text", ["/start ads-x", "/START", "/start@test_bot"])
async def test_a_source_capitals_and_our_own_name_change_nothing(scene: Scene, text: str) -> None:
    assert (await scene.says(ALICE, text)).startswith("Hello, <b>Alice</b>!")


async def test_a_command_for_another_bot_is_not_ours(scene: Scene) -> None:
    assert not await scene.says(ALICE, "/start@other_bot", GROUP)


async def test_html_in_a_name_is_shown_and_not_obeyed(scene: Scene) -> None:
    mallory = ALICE.model_copy(update={"first_name": "<a href='x'>M</a>&"})

    assert "<b>&lt;a href='x'&gt;M&lt;/a&gt;&amp;</b>" in await scene.says(mallory, "/start")


async def test_a_name_without_end_is_cut(scene: Scene) -> None:
    mallory = ALICE.model_copy(update={"first_name": "M" * 5000})

    assert len(await scene.says(mallory, "/start")) < 500


async def test_a_message_without_a_sender_is_greeted_without_a_name(scene: Scene) -> None:
    assert (await scene.hears(says(None, "/start"))).startswith("Hello!")


async def test_a_channel_post_is_not_answered(scene: Scene) -> None:
    await scene.hears(posts("/start"))

    assert scene.outbox.sent == []


async def test_the_buttons_lead_to_help_and_privacy(scene: Scene) -> None:
    await scene.says(ALICE, "/start")
    help_data, privacy_data = (scene.outbox.buttons[name] for name in ("Help", "Privacy"))

    assert (await scene.presses(ALICE, help_data)).startswith("I understand:")
    assert (await scene.presses(ALICE, privacy_data)).startswith("<b>What is kept about you</b>")


async def test_a_button_below_a_message_that_is_too_old_says_so(scene: Scene) -> None:
    await scene.hears(presses(ALICE, "help", is_old=True))

    assert scene.outbox.hints == ["This message is too old to be changed; send the command again."]


async def people(database: Database, count: int) -> None:
    """So many people wrote today."""
    await history(database, {NOON.date(): set(range(1, count + 1))})
    audience = Audience(database, clock=Scene.clock)
    await audience.start()
    await audience.stop()


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("line", "\n\n👥 12 monthly users"),
        ("inline", "Hello, <b>Alice</b>! 👥 12 monthly users\n\n"),
    ],
)
async def test_the_greeting_shows_how_many_people_there_are(
    sqlite: Database, place: str, found: str
) -> None:
    await people(sqlite, 12)

    assert found in await Scene(sqlite, mau_display_place=place).says(ALICE, "/start")


@pytest.mark.parametrize(("place", "count"), [("line", 9), ("inline", 9), ("off", 12)])
async def test_the_greeting_shows_no_number_that_is_hidden(
    sqlite: Database, place: str, count: int
) -> None:
    await people(sqlite, count)

    shown = await Scene(sqlite, mau_display_place=place).says(ALICE, "/start")

    assert "👥" not in shown
    assert shown == shown.strip()
