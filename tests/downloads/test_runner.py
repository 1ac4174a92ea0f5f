from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.downloads.media import AUDIO_QUALITIES, KEY_LENGTH, Choice
from bot.downloads.runner import key_of, missing
from bot.sandbox.server import Sandbox
from tests.downloads.places import MP4, fetched, film, place, runner_to, said_about

ROOT = Path(__file__).parents[2]


def host(sandbox: Sandbox) -> str:
    return sandbox.url.removeprefix("http://")


async def test_a_look_at_a_song_offers_three_bit_rates_with_their_sizes(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        song = await runner.look(f"{sandbox.url}/media/song")

    assert (song.title, song.performer) == ("A synthetic melody", "Telegauge sandbox")
    assert song.duration_seconds == 24
    assert [one.choice.quality for one in song.offers] == list(AUDIO_QUALITIES)
    assert [one.size_bytes for one in song.offers] == [384_000, 576_000, 960_000]


async def test_a_look_brings_a_small_jpeg(sandbox: Sandbox, tmp_path: Path) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        song = await runner.look(f"{sandbox.url}/media/song")

    assert song.thumbnail
    assert song.thumbnail.startswith(b"\xff\xd8\xff")
    assert len(song.thumbnail) <= 200_000


async def test_a_look_at_a_film_offers_its_heights_its_sound_and_its_subtitles(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        found = await runner.look(f"{sandbox.url}/media/film")

    offered = {(one.choice.format, one.choice.quality) for one in found.offers}
    assert offered == {
        *(("mp3", quality) for quality in ("128k", "192k", "320k")),
        *(("mp4", quality) for quality in ("360p", "480p", "720p", "1080p")),
        *(("srt", "en"), ("srt", "de")),
    }


async def test_a_song_becomes_an_mp3_with_title_artist_and_cover(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        choice = Choice(format="mp3", quality="192k")
        file, content, heard = await fetched(runner, f"{sandbox.url}/media/song", choice)

    said = said_about(content, tmp_path)
    assert (file.duration_seconds, file.size_bytes) == (24, len(content))
    assert all(word in said for word in ("A synthetic melody", "Telegauge sandbox", "192 kb/s"))
    assert "attached pic" in said
    assert [heard[0].stage, heard[-1].stage] == ["downloading", "converting"]


async def test_a_film_becomes_an_mp4_of_the_height_that_was_chosen(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        file, content, _ = await fetched(runner, f"{sandbox.url}/media/film", MP4)

    assert (file.width, file.height, file.duration_seconds) == (640, 360, 12)
    assert content[4:8] == b"ftyp"


async def test_subtitles_become_an_srt(sandbox: Sandbox, tmp_path: Path) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        choice = Choice(format="srt", quality="de")
        _, content, _ = await fetched(runner, f"{sandbox.url}/media/film", choice)

    assert content.startswith(b"1\n00:00:")


async def test_a_bare_file_is_looked_into_and_made_smaller_and_playable(tmp_path: Path) -> None:
    async with place() as somewhere, runner_to(tmp_path, somewhere.host) as runner:
        somewhere.pages["/film.mkv"] = ("video/x-matroska", film())
        found = await runner.look(f"{somewhere.url}/film.mkv")
        file, content, _ = await fetched(runner, f"{somewhere.url}/film.mkv", MP4)

    assert [one.choice.quality for one in found.offers][3:] == ["360p", "480p"]
    assert found.duration_seconds == 1
    assert (file.width, file.height) == (640, 360)
    assert "Video: h264" in said_about(content, tmp_path)


async def test_files_of_one_name_in_two_places_are_not_the_same_thing(tmp_path: Path) -> None:
    async with (
        place() as here,
        place() as there,
        runner_to(tmp_path, here.host, there.host) as runner,
    ):
        here.pages["/film.mkv"] = there.pages["/film.mkv"] = ("video/x-matroska", film())
        keys = [(await runner.look(f"{one.url}/film.mkv")).key for one in (here, there, here)]

    assert keys[0] == keys[2] != keys[1]


async def test_films_of_pages_of_one_name_are_not_the_same_thing(tmp_path: Path) -> None:
    async with (
        place() as here,
        place() as there,
        runner_to(tmp_path, here.host, there.host) as runner,
    ):
        for one in (here, there):
            one.pages["/film.mkv"] = ("video/x-matroska", film())
            one.pages["/page"] = ("text/html", b'<title>A</title><video src="/film.mkv"></video>')
        keys = [(await runner.look(f"{one.url}/page")).key for one in (here, there, here)]

    assert keys[0] == keys[2] != keys[1]
    assert keys[0].startswith("html5:")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * KEY_LENGTH])
def test_an_id_that_no_column_takes_is_hashed(name: str) -> None:
    keys = {key_of("https://a.example/", {"extractor": "a", "id": one}) for one in (name, "1")}

    assert "a:1" in keys
    assert all(len(key) <= KEY_LENGTH and key.isprintable() for key in keys)


async def test_progress_counts_up_to_the_size_that_the_site_tells(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with runner_to(tmp_path, host(sandbox)) as runner:
        url = f"{sandbox.url}/media/large?megabytes=30"
        _, _, heard = await fetched(runner, url)

    moving = [one for one in heard[1:] if one.stage == "downloading"]
    assert {one.total_bytes for one in moving} == {30_000_000}
    assert [one.done_bytes for one in moving] == sorted(one.done_bytes for one in moving)


async def test_the_version_is_a_day(tmp_path: Path) -> None:
    async with runner_to(tmp_path) as runner:
        name, day = await runner.version()

    assert name.startswith(f"{day:%Y.%m.%d}")
    assert day > date(2025, 1, 1)


async def test_a_sweep_removes_what_a_killed_life_left_and_nothing_else(tmp_path: Path) -> None:
    async with runner_to(tmp_path) as runner:
        (tmp_path / "jobs" / "telegauge-old").mkdir(parents=True)
        (tmp_path / "jobs" / "telegauge-old" / "part0").touch()
        (tmp_path / "jobs" / "other").mkdir()

        assert runner.sweep() == 1
        (tmp_path / "jobs" / "other").rmdir()


def test_nothing_is_missing_here() -> None:
    assert missing() is None


@pytest.mark.parametrize(
    ("absent", "said"), [("yt_dlp", "yt-dlp missing"), ("imageio_ffmpeg", "ffmpeg missing")]
)
def test_what_is_missing_is_told_with_the_words_that_install_it(absent: str, said: str) -> None:
    code = (
        f"import sys; sys.modules[{absent!r}] = None\nfrom bot.downloads.runner import missing\n"
    )

    printed = _python(code + "print(missing())")

    assert printed == f"{said}: pip install 'telegauge[media]'\n"


def test_the_bot_itself_never_holds_yt_dlp() -> None:
    code = "import sys, bot.downloads.runner\nprint('yt_dlp' in sys.modules)"

    assert _python(code) == "False\n"


def _python(code: str) -> str:
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout
