"""Who blocked the bot and is heard of again gets at once what waits for them."""

from __future__ import annotations

import pytest

from bot.alerts.knocks import Knocks
from bot.alerts.outbox import FIRST_WAIT, WAKING_WAIT
from bot.analytics.bus import Bus
from bot.analytics.events import BotUnblocked, ChatJoined, Event, MessageReceived, UserSeen
from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, NOON, Scene

GROUP = -100
BLOCKED = NotifyError("bot was blocked; press Start", refused=True)
WROTE = MessageReceived(
    at=NOON, user_id=5, chat_id=GROUP, chat_type="group", content_type="text", length=1
)


@pytest.mark.parametrize(
    ("fact", "woken"),
    [
        (BotUnblocked(at=NOON, user_id=7), ["admin:7"]),
        (WROTE, ["chat", "admin:-100"]),
        (
            ChatJoined(at=NOON, chat_id=GROUP, chat_type="group", title=None),
            ["chat", "admin:-100"],
        ),
        (UserSeen(at=NOON, user_id=7, kind="message"), []),
    ],
)
def test_a_sign_of_life_wakes_the_lanes_that_end_there(fact: Event, woken: list[str]) -> None:
    heard: list[str] = []

    Bus(Knocks(heard.append, lambda chat_id: chat_id == GROUP)).publish(fact)

    assert heard == woken


async def refused(scene: Scene) -> None:
    """The admins' chat does not let the bot in, then it does."""
    scene.chat.problem = BLOCKED
    await scene.minutes(BROKEN)
    scene.chat.problem = None


async def test_what_was_refused_goes_out_as_soon_as_somebody_is_heard_of(
    small_scene: Scene,
) -> None:
    await refused(small_scene)
    small_scene.wait(WAKING_WAIT)
    await small_scene.outbox.deliver()
    before = list(small_scene.titles)

    small_scene.outbox.wake()
    await small_scene.outbox.deliver()

    assert (before, small_scene.titles) == ([], ["CRITICAL: DatabaseIssues"])


async def test_a_chat_full_of_words_is_not_asked_again_with_each_of_them(
    small_scene: Scene,
) -> None:
    await refused(small_scene)
    small_scene.wait(WAKING_WAIT - 1)

    small_scene.outbox.wake()
    await small_scene.outbox.deliver()

    assert small_scene.titles == []


async def test_who_asked_for_patience_is_not_hurried(small_scene: Scene) -> None:
    small_scene.chat.problem = NotifyError("too many", retry_after=100)
    await small_scene.minutes(BROKEN)
    small_scene.chat.problem = None
    small_scene.wait(WAKING_WAIT + FIRST_WAIT)

    small_scene.outbox.wake()
    await small_scene.outbox.deliver()

    assert small_scene.titles == []
