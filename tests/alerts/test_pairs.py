"""Whatever happens: what is announced is resolved once, and what is resolved was announced."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, CALM, ERRORS, STALLED, Scene, refusing
from tests.databases import opened, sqlite_address

TRAFFIC = {"calm": CALM, "errors": ERRORS, "broken": BROKEN, "stalled": STALLED}
RULES = ("HighErrorRate", "DatabaseIssues", "PollStalled")
DAY = 86_400

acts = st.sampled_from([*TRAFFIC, *TRAFFIC, "offline", "online", "restart", "nap"])


async def act(scene: Scene, name: str) -> None:
    """One thing that may happen to a bot."""
    if name in TRAFFIC:
        await scene.minutes(TRAFFIC[name])
    elif name == "restart":
        scene.restart()
    elif name == "nap":
        scene.wait(1_000)
    else:
        scene.chat.problem = NotifyError("no network") if name == "offline" else None


async def settle(scene: Scene) -> None:
    """Everything is well again for long enough."""
    scene.chat.problem = None
    # What was flapping ends after an hour.
    for _ in range(4):
        await scene.minutes(CALM, CALM)
        scene.wait(3_600)
        await scene.outbox.deliver()


async def lived(story: list[str]) -> Scene:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(sqlite_address(Path(folder))) as database:
            scene = Scene(database)
            for name in story:
                await act(scene, name)
            await settle(scene)
    return scene


def told(scene: Scene, rule: str) -> str:
    """F and R in the order in which the chat heard of firings and resolutions of *rule*."""
    parts = [part for message in scene.chat.sent for part in message.split("\n\n")]
    own = [part for part in parts if f"{rule}</b>" in part.splitlines()[0]]
    return "".join("R" if "RESOLVED" in part else "F" for part in own)


@settings(max_examples=30, deadline=None)
@given(st.lists(acts, max_size=30))
def test_no_firing_is_left_open_and_no_resolution_comes_alone(story: list[str]) -> None:
    scene = asyncio.run(lived(story))

    for rule in RULES:
        # A resolution alone is a fault that came and went while Telegram was away; it says so.
        assert set(told(scene, rule).replace("FR", "").replace("R", "")) == set()
        assert scene.facts.count(f"AlertFired {rule}") == scene.facts.count(
            f"AlertResolved {rule}"
        )


@settings(max_examples=30, deadline=None)
@given(st.lists(acts.filter(lambda name: name != "offline"), max_size=30))
def test_with_telegram_there_every_resolution_follows_its_own_firing(story: list[str]) -> None:
    scene = asyncio.run(lived(story))

    assert {told(scene, rule).replace("FR", "") for rule in RULES} == {""}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["calm", "broken", "refuse"]), max_size=15))
def test_nothing_is_said_twice_when_the_database_comes_and_goes(story: list[str]) -> None:
    scene = asyncio.run(shaken(story))

    assert told(scene, "DatabaseIssues").replace("FR", "") == ""


async def shaken(story: list[str]) -> Scene:
    """As lived(), and the database refuses two checks at each "refuse"."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(sqlite_address(Path(folder))) as database:
            scene = Scene(database)
            for name in story:
                if name == "refuse":
                    async with refusing(database):
                        await scene.refused_check()
                        await scene.refused_check()
                else:
                    await act(scene, name)
            await settle(scene)
    return scene
