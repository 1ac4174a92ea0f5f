"""A song, a film and its subtitles can be had from the sandbox, by browsers and by yt-dlp."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from bot.sandbox import media_site
from bot.sandbox.bodies import errors_as_json
from bot.sandbox.media_files import MELODY, MediaFiles
from bot.sandbox.media_words import subtitles
from bot.sandbox.server import Sandbox, build_app
from bot.sandbox.world import World
from tests.sandbox.extraction import fetch, look
from tests.sandbox.plain import Api


@pytest.fixture
async def bare() -> AsyncIterator[str]:
    """The address of a media site on a machine without ffmpeg."""
    app = web.Application(middlewares=[errors_as_json])
    app[media_site.FILES] = MediaFiles(lambda: None)
    app.add_routes(media_site.routes())
    app.cleanup_ctx.append(media_site.keeping)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/media"
    await runner.cleanup()


def addresses() -> set[str]:
    routes = build_app(World("9:x", {"id": 9})).router.routes()
    return {one.resource.canonical for one in routes if one.resource}


async def test_the_index_names_addresses_that_are_there(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/media/") as response:
        text = await response.text()

    assert "Everything here is synthetic" in text
    named = re.findall(r"<code>([^<]+)</code>", text)
    paths = {one.removeprefix(sandbox.url).partition("?")[0] for one in named}
    assert paths - addresses() == {"/media/files/film.mp4"}  # which is a {name}


async def test_an_address_without_its_slash_leads_to_the_index(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/media") as response:
        assert (response.status, response.url.path) == (200, "/media/")


async def test_the_song_says_what_it_is(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/song")

    told = {name: found[name] for name in ("title", "artist", "uploader", "duration", "ext")}
    assert told == {
        "title": "A synthetic melody",
        "artist": "Telegauge sandbox",
        "uploader": "Telegauge sandbox",
        "duration": 24,
        "ext": "m4a",
    }
    assert found["thumbnail"] == f"{sandbox.url}/media/files/song.jpg"


async def test_the_songs_size_is_the_one_told(sandbox: Sandbox, tmp_path: Path) -> None:
    found = await look(f"{sandbox.url}/media/song")

    (file,) = await fetch(f"{sandbox.url}/media/song", tmp_path)

    assert file.stat().st_size == found["filesize"]


async def test_the_song_becomes_an_mp3(sandbox: Sandbox, tmp_path: Path) -> None:
    convert = {"key": "FFmpegExtractAudio", "preferredcodec": "mp3", "preferredquality": "128"}

    (file,) = await fetch(f"{sandbox.url}/media/song", tmp_path, postprocessors=[convert])

    # 24 seconds of 128 kbit/s
    assert file.suffix == ".mp3"
    assert 370_000 < file.stat().st_size < 400_000


async def test_the_film_has_four_heights_and_two_languages(sandbox: Sandbox) -> None:
    found = await look(f"{sandbox.url}/media/film")

    assert [one["height"] for one in found["formats"]] == [360, 480, 720, 1080]
    assert sorted(found["subtitles"]) == ["de", "en"]
    assert (found["title"], found["duration"]) == ("A synthetic film", 12)
    assert found["thumbnail"] == f"{sandbox.url}/media/files/film.jpg"


async def test_a_film_comes_with_its_subtitles(sandbox: Sandbox, tmp_path: Path) -> None:
    wanted = {"format": "best[height<=360]", "writesubtitles": True, "subtitleslangs": ["de"]}

    film_words, film = await fetch(f"{sandbox.url}/media/film", tmp_path, **wanted)

    assert film_words.read_text(encoding="utf-8") == subtitles("de")
    assert (film.name, film.read_bytes()[4:8]) == ("film.mp4", b"ftyp")


async def test_the_still_and_the_clip_are_what_they_are_called(api: Api, sandbox: Sandbox) -> None:
    starts = {}
    for name in ("film.jpg", "film.mp4"):
        async with api.session.get(f"{sandbox.url}/media/files/{name}") as response:
            starts[response.content_type] = (await response.read())[:8]

    assert starts["image/jpeg"].startswith(b"\xff\xd8")
    assert starts["video/mp4"].endswith(b"ftyp")


async def test_a_range_of_a_file_is_its_part(api: Api, sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/media/files/{MELODY}"

    async with api.session.get(address, headers={"Range": "bytes=8-11"}) as response:
        assert (response.status, await response.read()) == (206, b"WAVE")


@pytest.mark.parametrize("path", ["files/x.mp3", "files/film.fr.vtt", "files/film-144p.m3u8", "x"])
async def test_what_is_not_there_is_not_found(api: Api, sandbox: Sandbox, path: str) -> None:
    async with api.session.get(f"{sandbox.url}/media/{path}") as response:
        assert response.status == 404


async def test_pages_may_run_nothing(api: Api, sandbox: Sandbox) -> None:
    async with api.session.get(f"{sandbox.url}/media/") as response:
        policy = response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script" not in policy


async def test_a_strange_host_is_not_led_anywhere(api: Api, sandbox: Sandbox) -> None:
    headers = {"Host": "evil.example"}

    async with api.session.get(f"{sandbox.url}/media/song", headers=headers) as response:
        assert response.status == 403


async def test_without_ffmpeg_the_song_is_the_melody_itself(bare: str, tmp_path: Path) -> None:
    (file,) = await fetch(f"{bare}/song", tmp_path)

    assert (file.name, file.read_bytes()[8:12]) == ("song.wav", b"WAVE")


async def test_without_ffmpeg_the_film_says_what_is_missing(bare: str) -> None:
    async with ClientSession() as session, session.get(f"{bare}/film") as response:
        told = await response.json()

    assert response.status == 503
    assert "takes ffmpeg, and this machine has none" in told["error"]
