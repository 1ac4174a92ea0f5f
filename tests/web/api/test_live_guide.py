"""The guide to facts as they happen says what is so, and its client works."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot.analytics.events import CommandUsed
from bot.analytics.feed import KEPT
from bot.analytics.online import WINDOW_SECONDS
from bot.analytics.telling import OURSELVES, PERSONAL
from bot.database.engine import Database
from bot.tokens import Scope
from bot.web.api import live_endings
from bot.web.api.live_endings import BY_STATUS, Ending
from bot.web.api.live_terms import Limits
from bot.web.api.openapi import description
from tests.analytics.moments import ANN, NOON
from tests.house import ROOT
from tests.waiting import PATIENCE
from tests.web.api.watching import Stage, staged
from tests.web.conftest import Serve

GUIDE = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")


@pytest.fixture
async def stage(serve: Serve, sqlite: Database) -> AsyncIterator[Stage]:
    async with staged(serve, sqlite) as one:
        yield one


def part(heading: str) -> str:
    return GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


async def test_the_client_of_the_guide_hears_of_a_command(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "client.py"
    file.write_text(re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)[0], encoding="utf-8")
    secret = await stage.token(Scope.READ)
    settings = {"TELEGAUGE_URL": stage.running.server.url, "TELEGAUGE_TOKEN": secret}
    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", str(file)), stdout=-1, env=os.environ | settings
    )
    assert client.stdout
    line = asyncio.create_task(client.stdout.readline())

    async with asyncio.timeout(PATIENCE):
        # Until it watches: what happened before is not told.
        while not line.done():
            stage.publish(CommandUsed(at=NOON, user_id=ANN, chat_id=ANN, command="help"))
            await asyncio.sleep(0.05)

    await stage.running.server.stop()
    assert await line == b"2026-01-01T12:00:00Z CommandUsed help\n"
    await client.communicate()
    assert client.returncode == 0


def test_the_guide_names_every_field_that_admins_alone_see() -> None:
    told = part("Who may watch").rpartition("Only with the scope admin")[2]

    assert set(re.findall(r"`(\w+)`", told)) == PERSONAL


def test_the_guide_names_the_kinds_that_have_to_be_asked_for() -> None:
    told = part("What is told").rpartition("about\nitself:")[2].partition(".")[0]

    assert set(re.findall(r"`(\w+)`", told)) == OURSELVES


def test_the_guide_explains_every_code() -> None:
    endings = [one for one in vars(live_endings).values() if isinstance(one, Ending)]
    codes = {int(one.code) for one in [*endings, *BY_STATUS.values()]} - {1000}

    named = {int(code) for code in re.findall(r"\b[13]0\d\d\b", part("How it ends"))}

    # aiohttp closes with these by itself.
    assert named == codes | {1007, 1009}


def test_the_guides_figures_are_the_limits() -> None:
    limits = Limits()

    assert len(fields(limits)) == 14
    assert (limits.facts, 1 / limits.pace_seconds, limits.readers, limits.guests) == (
        50,
        4,
        50,
        10,
    )
    assert (limits.opening_seconds, limits.online_seconds, limits.ping_seconds) == (5, 5, 20)
    assert (limits.each, limits.kept) == (5, 5)
    assert (KEPT, WINDOW_SECONDS) == (10_000, 300)


def test_the_description_says_how_kinds_are_written(stage: Stage) -> None:
    (path,) = description(stage.doors.endpoints(), "1").get("paths", {}).values()

    (kinds,) = path["get"]["parameters"]
    assert {"101", "200", "400", "401", "403", "429", "503"} == path["get"]["responses"].keys()
    assert re.search(kinds["schema"]["pattern"], "UserSeen,CommandUsed")
    assert not re.search(kinds["schema"]["pattern"], "UserSeen,Nonsense")
    assert re.search(kinds["schema"]["pattern"], kinds["schema"]["default"])
