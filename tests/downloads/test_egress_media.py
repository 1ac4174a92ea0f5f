"""What hostile pages and playlists name reaches nothing: yt-dlp behind a real guard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.downloads.runner import Runner
from bot.downloads.trouble import DownloadError
from tests.downloads.places import MP3, MP4, Place, fetched, film, place, runner_to

HLS = "application/vnd.apple.mpegurl"
MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{}/low.m3u8\n"
KEY = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-KEY:METHOD=AES-128,URI="{}/key"\n'
PIECE = "#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"
PIECES = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n" + PIECE
DASH = (
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S">'
    '<Period><BaseURL>{}/</BaseURL><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1" bandwidth="1" codecs="avc1" width="640" height="360">'
    "<BaseURL>film.mkv</BaseURL></Representation></AdaptationSet></Period></MPD>"
)
SMUGGLED = "#__youtubedl_smuggle=" + quote(json.dumps({"to_generic": True, "referer": "x"}))


@pytest.fixture
async def somewhere() -> AsyncIterator[Place]:
    """Where the runner may go."""
    async with place() as one:
        one.pages["/film.mkv"] = ("video/x-matroska", film())
        yield one


@pytest.fixture
async def runner(somewhere: Place, tmp_path: Path) -> AsyncIterator[Runner]:
    async with runner_to(tmp_path, somewhere.host) as one:
        yield one


@pytest.mark.parametrize(
    "html",
    [
        '<video src="{}/film.mkv"></video>',
        '<audio><source src="{}/film.mkv" type="audio/mpeg"></audio>',
        '<meta property="og:video" content="{}/film.mkv">',
        '<meta http-equiv="refresh" content="0;url={}/film.mkv">',
        "<script>jwplayer('a').setup({{file: '{}/film.mkv'}})</script>",
    ],
)
async def test_what_a_page_embeds_from_the_house_is_not_asked(
    runner: Runner, somewhere: Place, secret: Place, html: str
) -> None:
    body = f"<title>A</title>{html.format(secret.url)}"
    somewhere.pages["/page"] = ("text/html", body.encode())

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, f"{somewhere.url}/page", MP3)

    assert (somewhere.visits[0], secret.visits) == ("/page", [])


@pytest.mark.parametrize("playlist", [MASTER, KEY + PIECE.format("/film.mkv")])
async def test_lists_and_keys_of_a_stream_in_the_house_are_refused(
    runner: Runner, somewhere: Place, secret: Place, playlist: str
) -> None:
    somewhere.pages["/film.m3u8"] = (HLS, playlist.format(secret.url).encode())

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, f"{somewhere.url}/film.m3u8", MP4)

    assert (somewhere.visits[0], secret.visits) == ("/film.m3u8", [])


async def test_pieces_of_a_dash_stream_in_the_house_are_refused(
    runner: Runner, somewhere: Place, secret: Place
) -> None:
    somewhere.pages["/film.mpd"] = ("application/dash+xml", DASH.format(secret.url).encode())

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, f"{somewhere.url}/film.mpd", MP4)

    assert (somewhere.visits[0], secret.visits) == ("/film.mpd", [])


async def test_subtitles_in_the_house_are_refused(
    runner: Runner, somewhere: Place, secret: Place
) -> None:
    html = (
        f'<video src="/film.mkv"><track kind="subtitles" srclang="de" src="{secret.url}/de.vtt">'
    )
    somewhere.pages["/page"] = ("text/html", f"<title>A</title>{html}</video>".encode())
    choice = (await runner.look(f"{somewhere.url}/page")).offers[-1].choice

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, f"{somewhere.url}/page", choice)

    assert (choice.format, secret.visits) == ("srt", [])


@pytest.mark.parametrize("host", ["", "localhost"])
async def test_a_redirect_to_a_file_of_the_machine_brings_nothing(
    runner: Runner, somewhere: Place, tmp_path: Path, host: str
) -> None:
    (tmp_path / "film.mkv").write_bytes(film())
    target = f"file://{host}{tmp_path}/film.mkv"

    with pytest.raises(DownloadError):
        await fetched(runner, f"{somewhere.url}/to/film?url={quote(target)}")

    assert somewhere.visits == ["/to/film"]


async def test_a_redirect_to_a_place_on_a_page_is_followed(
    runner: Runner, somewhere: Place
) -> None:
    target = f"{somewhere.url}/film.mkv#t=1"

    found = await runner.look(f"{somewhere.url}/to/film?url={quote(target)}")

    assert (found.duration_seconds, somewhere.visits[:2]) == (1, ["/to/film", "/film.mkv"])


async def test_a_stream_brings_no_file_of_the_machine(
    runner: Runner, somewhere: Place, tmp_path: Path
) -> None:
    (tmp_path / "film.mkv").write_bytes(film())
    playlist = PIECES.format(f"file://{tmp_path}/film.mkv")
    somewhere.pages["/film.m3u8"] = (HLS, playlist.encode())

    with pytest.raises(DownloadError):
        await fetched(runner, f"{somewhere.url}/film.m3u8", MP4)

    assert somewhere.visits[0] == "/film.m3u8"


@pytest.mark.parametrize("page", ["redirect", "embed"])
async def test_orders_for_yt_dlp_that_a_page_hides_in_an_address_open_nothing(
    runner: Runner, somewhere: Place, secret: Place, page: str
) -> None:
    target = f"{secret.url}/film.mkv{SMUGGLED}"
    html = f'<title>A</title><video src="{target}"></video>'
    somewhere.pages["/embed"] = ("text/html", html.encode())
    url = f"{somewhere.url}/to/film?url={quote(target)}"

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, url if page == "redirect" else f"{somewhere.url}/embed", MP3)

    assert somewhere.visits
    assert secret.visits == []
