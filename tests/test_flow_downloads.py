"""From a link to a file that plays, with the real yt-dlp and ffmpeg, in the sandbox."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import App
from bot.downloads import ffmpeg
from bot.sandbox.server import Sandbox
from tests.driver import Driver, Json, message_text
from tests.living import living
from tests.waiting import until

PATIENCE = 60


@pytest.fixture
async def app(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[App]:
    settings = {
        "features": ("downloads",),
        "download_allowed_hosts": (sandbox.url.removeprefix("http://"),),
        "download_folder": tmp_path,
        "download_free_megabytes": 0,
    }
    async with living(sandbox, tmp_path, **settings) as one:
        yield one


@pytest.fixture
async def ann(driver: Driver) -> int:
    return await driver.person("Ann", language_code="en")


async def had(driver: Driver, person: int, link: str, wanted: str, kind: str) -> Json:
    """The message once the choice that *wanted* names has come as a file of that kind."""
    written = await driver.write(person, link)

    def has(message: Json) -> bool:
        return bool(_data(message, wanted))

    offer = await driver.wait_for(person, has, after=written["message_id"], seconds=PATIENCE)
    await driver.press(person, offer, data=_data(offer, wanted))
    return await driver.wait_for(
        person,
        lambda one: one["message_id"] == offer["message_id"] and kind in one,
        seconds=PATIENCE,
    )


def _data(message: Json, wanted: str) -> str | None:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    found = (button["callback_data"] for row in rows for button in row)
    return next((data for data in found if data.endswith(wanted)), None)


async def content(sandbox: Sandbox, message: Json, kind: str) -> bytes:
    """The bytes of a message's file, as the chat's page would play them."""
    address = f"{sandbox.url}/sandbox/files/{message[kind]['file_id']}"
    async with ClientSession() as session, session.get(address) as response:
        return await response.read()


def decoded(path: Path) -> str:
    """What ffmpeg says when it plays the whole file; empty when nothing is wrong with it."""
    program = ffmpeg.program()
    assert program
    words = [program, "-v", "error", "-i", str(path), "-f", "null", "-"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  ours
    return ended.stderr if ended.returncode == 0 else f"{ended.returncode}: {ended.stderr}"


async def test_a_link_becomes_an_mp3_that_plays(
    app: App, sandbox: Sandbox, driver: Driver, ann: int, tmp_path: Path
) -> None:
    song = await had(driver, ann, f"{sandbox.url}/media/song", ":mp3:192k", "audio")

    path = tmp_path / "song.mp3"
    path.write_bytes(await content(sandbox, song, "audio"))
    about = {"title": "A synthetic melody", "duration": 24, "mime_type": "audio/mpeg"}
    assert song["audio"].items() >= about.items()
    assert song["audio"]["thumbnail"]["width"] > 0
    assert decoded(path) == ""
    await until(lambda: succeeded(app, "mp3", "192k") == 1)


def succeeded(app: App, kind: str, quality: str) -> float:
    registry = app.core.metrics.registry
    labels = {"format": kind, "quality": quality}
    return registry.get_sample_value("bot_downloads_succeeded_total", labels) or 0


@pytest.mark.usefixtures("app")
async def test_a_link_becomes_a_film_of_720_lines(
    sandbox: Sandbox, driver: Driver, ann: int, tmp_path: Path
) -> None:
    film = await had(driver, ann, f"{sandbox.url}/media/film", ":mp4:720p", "video")

    path = tmp_path / "film.mp4"
    path.write_bytes(await content(sandbox, film, "video"))
    assert (film["video"]["width"], film["video"]["height"]) == (1280, 720)
    assert film["video"]["mime_type"] == "video/mp4"
    assert decoded(path) == ""


@pytest.mark.usefixtures("app")
async def test_a_link_becomes_subtitles(sandbox: Sandbox, driver: Driver, ann: int) -> None:
    words = await had(driver, ann, f"{sandbox.url}/media/film", ":srt:de", "document")

    text = (await content(sandbox, words, "document")).decode()
    assert words["document"]["file_name"] == "A synthetic film.de.srt"
    assert text.startswith("1\n00:00:0")
    assert " --> " in text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("private", "This is private"),
        ("missing", "There is nothing behind this link"),
        ("live", "This is live"),
        ("protected", "protected against copying"),
        ("nothing", "I find nothing to hear or see"),
        ("broken", "The site has a fault now"),
    ],
)
async def test_each_trouble_of_a_site_is_a_sentence(
    sandbox: Sandbox, driver: Driver, ann: int, path: str, told: str
) -> None:
    written = await driver.write(ann, f"{sandbox.url}/media/{path}")

    answer = await driver.wait_for(ann, "✖️", after=written["message_id"], seconds=PATIENCE)

    assert told in message_text(answer)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("link", ["http://127.0.0.1:9/x", "http://169.254.169.254/meta-data"])
async def test_a_link_into_the_machine_s_own_network_is_refused(
    driver: Driver, ann: int, link: str
) -> None:
    written = await driver.write(ann, link)

    answer = await driver.wait_for(ann, "✖️", after=written["message_id"], seconds=PATIENCE)

    assert "a place where I must not go" in message_text(answer)


@pytest.mark.usefixtures("app")
async def test_a_slow_download_shows_a_bar_and_can_be_cancelled(
    sandbox: Sandbox, driver: Driver, ann: int
) -> None:
    written = await driver.write(ann, f"{sandbox.url}/media/slow")
    offer = await driver.wait_for(
        ann, lambda one: bool(_data(one, "128k")), after=written["message_id"], seconds=PATIENCE
    )
    await driver.press(ann, offer, data=_data(offer, "128k"))
    shown = await driver.wait_for(ann, "░", seconds=PATIENCE)

    await driver.press(ann, shown, "Cancel")

    ended = await driver.wait_for(ann, "✖️ Cancelled.", seconds=PATIENCE)
    assert ended["message_id"] == offer["message_id"]
    assert "reply_markup" not in ended
