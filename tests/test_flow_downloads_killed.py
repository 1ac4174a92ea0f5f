"""kill -9 in the middle of a download: the person gets the file all the same, and once."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads import ffmpeg
from bot.downloads.folders import PREFIX
from bot.sandbox.server import Sandbox
from tests.databases import sqlite_address
from tests.driver import Driver, Json
from tests.process import BotProcess, bot_process, living_in
from tests.rows import rows_of

PATIENCE = 60


def settings_of(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """A bot that downloads from the sandbox only."""
    return living_in(
        sandbox,
        FEATURES="downloads",
        DATABASE_URL=sqlite_address(folder),
        DOWNLOAD_ALLOWED_HOSTS=sandbox.url.removeprefix("http://"),
        DOWNLOAD_FOLDER=str(folder),
        DOWNLOAD_FREE_MEGABYTES="0",
    )


def is_file(message: Json) -> bool:
    """Whether it holds what was downloaded."""
    return "audio" in message


async def pick(driver: Driver, person: int, link: str) -> None:
    """Send a link and choose the first mp3 that is offered."""

    def is_offer(message: Json) -> bool:
        return bool(_mp3(message))

    written = await driver.write(person, link)
    offer = await driver.wait_for(person, is_offer, after=written["message_id"], seconds=PATIENCE)
    await driver.press(person, offer, data=_mp3(offer))


def leftovers(folder: Path) -> list[Path]:
    """What downloads left on the disk."""
    return list(folder.glob(f"{PREFIX}*"))


def _mp3(message: Json) -> str | None:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    found = (button.get("callback_data", "") for row in rows for button in row)
    return next((data for data in found if ":mp3:" in data), None)


async def killed(bot: BotProcess, folder: Path) -> list[str]:
    """Kill it; the states of its downloads at that moment."""
    bot.send(signal.SIGKILL)
    await bot.ended()
    database = Database(sqlite_address(folder))
    states = [row["state"] for row in await rows_of(database, downloads)]
    await database.close()
    return states


async def files_after_another_life(
    sandbox: Sandbox, driver: Driver, folder: Path, person: int
) -> list[Json]:
    """Start the bot again in *folder*, until the file is there; all files in the chat."""
    async with bot_process(folder, **settings_of(sandbox, folder)) as again:
        await again.ready()
        await driver.wait_for(person, is_file, seconds=PATIENCE)
        # Its queue is empty, so nothing else can come.
        await driver.say(person, "/queue")
        again.send(signal.SIGTERM)
        assert await again.ended() == 0
    return [one for one in await driver.messages(person) if is_file(one)]


async def test_a_download_that_was_killed_arrives_once(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with bot_process(tmp_path, **settings_of(sandbox, tmp_path)) as bot:
        await bot.ready()
        await pick(driver, ann, f"{sandbox.url}/media/slow?speed=400000")
        await driver.wait_for(ann, lambda one: "%" in str(one.get("caption", one.get("text"))))
        assert await killed(bot, tmp_path) == ["running"]

    files = await files_after_another_life(sandbox, driver, tmp_path, ann)

    assert len(files) == 1
    assert leftovers(tmp_path) == []


async def test_a_file_that_telegram_took_before_the_kill_is_still_one(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    await driver.fault("editMessageMedia", "lost", times=1)
    async with bot_process(tmp_path, **settings_of(sandbox, tmp_path)) as bot:
        await bot.ready()
        await pick(driver, ann, f"{sandbox.url}/media/song")
        await driver.wait_for(ann, is_file, seconds=PATIENCE)
        assert await killed(bot, tmp_path) == ["running"]

    assert len(await files_after_another_life(sandbox, driver, tmp_path, ann)) == 1


async def test_what_waited_in_the_queue_is_not_forgotten(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    settings = settings_of(sandbox, tmp_path) | {"DOWNLOAD_WORKERS": "1"}
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        for speed in (400_000, 401_000):
            await pick(driver, ann, f"{sandbox.url}/media/slow?speed={speed}")
        assert await killed(bot, tmp_path) == ["running", "queued"]

    async with bot_process(tmp_path, **settings) as again:
        await again.ready()
        first = await driver.wait_for(ann, is_file, seconds=PATIENCE)

        def is_other(message: Json) -> bool:
            return is_file(message) and message["message_id"] != first["message_id"]

        await driver.wait_for(ann, is_other, seconds=PATIENCE)

    assert sum(is_file(one) for one in await driver.messages(ann)) == 2


def path_to_a_slow_ffmpeg(folder: Path) -> str:
    """A PATH on which ffmpeg is in no hurry to make an mp3: a song would be done in a blink."""
    folder.mkdir()
    script = folder / "ffmpeg"
    program = shlex.quote(str(ffmpeg.program()))
    words = f'case "$*" in *mp3*) sleep 20;; esac\nexec {program} "$@"\n'
    script.write_text(f"#!/bin/sh\n{words}", encoding="utf-8")
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


async def test_a_conversion_that_was_killed_arrives_once(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    slow = {"PATH": path_to_a_slow_ffmpeg(tmp_path / "slow")}
    async with bot_process(tmp_path, **settings_of(sandbox, tmp_path), **slow) as bot:
        await bot.ready()
        await pick(driver, ann, f"{sandbox.url}/media/song")
        await driver.wait_for(ann, "Converting", seconds=PATIENCE)
        assert await killed(bot, tmp_path) == ["running"]

    files = await files_after_another_life(sandbox, driver, tmp_path, ann)

    assert len(files) == 1
    assert leftovers(tmp_path) == []
