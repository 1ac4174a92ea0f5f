from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.downloads.media import Choice, Limits
from bot.downloads.runner import Runner
from bot.downloads.trouble import DownloadError, Trouble
from bot.sandbox.server import Sandbox
from tests.downloads.places import (
    MP3,
    MP4,
    USUAL,
    Place,
    fetched,
    film,
    made,
    place,
    processes,
    runner_to,
)
from tests.waiting import until

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"
LARGE = Limits(megabytes=2000, minutes=60, seconds=120)
CONCAT = "ffconcat version 1.0\nfile {}\n"


@pytest.fixture
async def somewhere() -> AsyncIterator[Place]:
    """Where the runner may go."""
    async with place() as one:
        yield one


@pytest.fixture
async def runner(somewhere: Place, tmp_path: Path) -> AsyncIterator[Runner]:
    async with runner_to(tmp_path, somewhere.host) as one:
        yield one


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("live", (Trouble.live, False)),
        ("private", (Trouble.private, False)),
        ("missing", (Trouble.unavailable, False)),
        ("broken", (Trouble.site, True)),
        ("protected", (Trouble.protected, False)),
        ("nothing", (Trouble.unsupported, False)),
    ],
)
async def test_a_site_s_refusal_has_its_name(
    sandbox: Sandbox, tmp_path: Path, page: str, told: tuple[Trouble, bool]
) -> None:
    async with runner_to(tmp_path, sandbox.url.removeprefix("http://")) as runner:
        with pytest.raises(DownloadError) as raised:
            await runner.look(f"{sandbox.url}/media/{page}")

    assert (raised.value.trouble, raised.value.is_passing) == told


async def test_what_lasts_too_long_is_refused_with_the_limit(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, sandbox.url.removeprefix("http://")) as runner:
        with pytest.raises(DownloadError, match="too_long 60"):
            await fetched(runner, f"{sandbox.url}/media/long")


async def test_a_film_that_hides_its_length_is_too_long_when_it_is_here(
    runner: Runner, somewhere: Place
) -> None:
    somewhere.pages["/film.mkv"] = ("video/x-matroska", film())
    limits = Limits(megabytes=50, minutes=0, seconds=60)

    with pytest.raises(DownloadError, match="too_long 0"):
        await fetched(runner, f"{somewhere.url}/film.mkv", MP4, limits)


async def test_an_mp3_that_would_be_too_large_is_not_even_begun(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    limits = Limits(megabytes=1, minutes=60, seconds=60)
    heard: list[object] = []
    async with runner_to(tmp_path, sandbox.url.removeprefix("http://")) as runner:
        job = runner.fetch(f"{sandbox.url}/media/large?megabytes=9", MP3, limits, heard.append)
        with pytest.raises(DownloadError, match="too_large 1"):
            await job.__aenter__()

    assert len(heard) == 1


async def test_what_grows_without_an_end_is_stopped_at_the_limit(
    runner: Runner, somewhere: Place
) -> None:
    limits = Limits(megabytes=1, minutes=60, seconds=60)

    with pytest.raises(DownloadError, match="too_large 1"):
        await fetched(runner, f"{somewhere.url}/endless.wav", MP3, limits)


async def test_an_mp3_that_became_too_large_is_not_handed_over(
    runner: Runner, somewhere: Place
) -> None:
    quiet = made("-f", "lavfi", "-i", "sine", "-t", "30", "-b:a", "32k", "-f", "adts")
    somewhere.pages["/song.aac"] = ("audio/aac", quiet)
    limits = Limits(megabytes=1, minutes=60, seconds=60)
    choice = Choice(format="mp3", quality="320k")

    with pytest.raises(DownloadError, match="too_large 1"):
        await fetched(runner, f"{somewhere.url}/song.aac", choice, limits)


async def test_a_film_with_a_piece_missing_is_no_film(runner: Runner, somewhere: Place) -> None:
    pieces = "/film.mkv\n#EXTINF:5,\n/gone.mkv"
    somewhere.pages["/film.mkv"] = ("video/x-matroska", film())
    content = PLAYLIST.format(pieces).encode()
    somewhere.pages["/film.m3u8"] = ("application/vnd.apple.mpegurl", content)

    with pytest.raises(DownloadError, match="unavailable"):
        await fetched(runner, f"{somewhere.url}/film.m3u8", MP4)


async def test_what_takes_too_long_ends_with_the_limit(runner: Runner, somewhere: Place) -> None:
    limits = Limits(megabytes=50, minutes=60, seconds=3)

    with pytest.raises(DownloadError, match="timeout 3"):
        await fetched(runner, f"{somewhere.url}/stuck.wav", MP3, limits)


async def test_a_page_that_takes_too_long_is_no_question_of_quality(
    somewhere: Place, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, somewhere.host, timeout_seconds=3) as runner:
        with pytest.raises(DownloadError) as raised:
            await runner.look(f"{somewhere.url}/stuck.html")

    assert (raised.value.trouble, raised.value.limit) == (Trouble.timeout, "")


async def test_a_full_disk_refuses_before_anything_is_asked(
    somewhere: Place, tmp_path: Path
) -> None:
    total = shutil.disk_usage(tmp_path).total
    async with runner_to(tmp_path, somewhere.host, min_free_bytes=total) as runner:
        with pytest.raises(DownloadError) as raised:
            await fetched(runner, f"{somewhere.url}/film.mkv")

    assert (raised.value.trouble, raised.value.is_passing) == (Trouble.disk, True)
    assert somewhere.visits == []


async def test_a_download_counts_the_room_that_others_were_promised(
    somewhere: Place, tmp_path: Path
) -> None:
    somewhere.pages["/film.mkv"] = ("video/x-matroska", film())
    free, link = shutil.disk_usage(tmp_path).free, f"{somewhere.url}/film.mkv"
    # Room for one and a half: other processes may write meanwhile.
    enough = free - 3 * LARGE.megabytes * 1_000_000
    async with runner_to(tmp_path, somewhere.host, min_free_bytes=enough) as runner:
        async with runner.fetch(link, MP3, LARGE, lambda _: None):
            with pytest.raises(DownloadError) as crowded:
                await fetched(runner, link, limits=LARGE)
        with pytest.raises(DownloadError) as alone:
            await fetched(runner, f"{somewhere.url}/missing", limits=LARGE)

    assert (crowded.value.trouble, alone.value.trouble) == (Trouble.disk, Trouble.unavailable)


async def test_a_server_that_is_away_may_come_back(tmp_path: Path) -> None:
    # Held and not listened on, or somebody else of this machine may be given the port.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        gone = f"127.0.0.1:{held.getsockname()[1]}"
        async with runner_to(tmp_path, gone) as runner:
            with pytest.raises(DownloadError) as raised:
                await runner.look(f"http://{gone}/film.mkv")

    assert (raised.value.trouble, raised.value.is_passing) == (Trouble.network, True)


async def test_a_page_without_an_end_harms_only_the_child(
    runner: Runner, somewhere: Place
) -> None:
    with pytest.raises(DownloadError, match="unsupported"):
        await runner.look(f"{somewhere.url}/endless.html")


async def test_a_link_into_the_house_is_refused(runner: Runner, secret: Place) -> None:
    with pytest.raises(DownloadError, match="refused_address"):
        await runner.look(f"{secret.url}/film.mkv")

    assert secret.visits == []


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
async def test_the_operator_s_environment_opens_no_way_around_the_guard(
    runner: Runner, secret: Place, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "*")

    with pytest.raises(DownloadError, match="refused_address"):
        await runner.look(f"{secret.url}/film.mkv")

    assert secret.visits == []


async def test_a_redirect_into_the_house_is_refused(
    runner: Runner, somewhere: Place, secret: Place
) -> None:
    with pytest.raises(DownloadError, match="refused_address"):
        await runner.look(f"{somewhere.url}/to/film?url={quote(secret.url)}/film.mkv")

    assert secret.visits == []


async def test_a_page_s_file_in_the_house_is_refused(
    runner: Runner, somewhere: Place, secret: Place
) -> None:
    url = somewhere.page_about("/page", f"{secret.url}/film.mkv")

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, url, MP4)

    assert secret.visits == []


async def test_a_playlist_of_pieces_in_the_house_is_refused(
    runner: Runner, somewhere: Place, secret: Place
) -> None:
    content = PLAYLIST.format(f"{secret.url}/film.mkv").encode()
    somewhere.pages["/film.m3u8"] = ("application/vnd.apple.mpegurl", content)

    with pytest.raises(DownloadError, match="refused_address"):
        await fetched(runner, f"{somewhere.url}/film.m3u8", MP4)

    assert secret.visits == []


@pytest.mark.parametrize("disguise", [PLAYLIST, CONCAT])
@pytest.mark.parametrize("target", ["secret", "file:///etc/passwd", "/etc/passwd"])
async def test_a_playlist_disguised_as_a_film_opens_nothing(
    runner: Runner, somewhere: Place, secret: Place, disguise: str, target: str
) -> None:
    named = f"{secret.url}/film.mkv" if target == "secret" else target
    somewhere.pages["/film.mp4"] = ("video/mp4", disguise.format(named).encode())
    url = somewhere.page_about("/page", f"{somewhere.url}/film.mp4")

    with pytest.raises(DownloadError, match="unsupported"):
        await fetched(runner, url, MP4)

    assert "/film.mp4" in somewhere.visits
    assert secret.visits == []


async def test_a_picture_in_the_house_costs_only_the_picture(
    runner: Runner, somewhere: Place, secret: Place
) -> None:
    somewhere.pages["/film.mkv"] = ("video/x-matroska", film())
    picture = f"{secret.url}/film.mkv"
    url = somewhere.page_about("/page", f"{somewhere.url}/film.mkv", thumbnailUrl=picture)

    assert (await runner.look(url)).thumbnail is None
    assert secret.visits == []


async def test_cancelling_leaves_neither_a_process_nor_a_file(
    runner: Runner, somewhere: Place, tmp_path: Path
) -> None:
    before = processes()
    job = asyncio.create_task(fetched(runner, f"{somewhere.url}/stuck.wav", MP3, USUAL))
    await until(lambda: "/stuck.wav" in somewhere.visits)

    job.cancel()
    await asyncio.wait([job])

    assert job.cancelled()
    assert processes() == before
    assert list((tmp_path / "jobs").iterdir()) == []
