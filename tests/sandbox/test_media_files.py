"""The media site's files are made once, when somebody asks, and leave nothing behind."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.sandbox.media_files import CLIP, MELODY, SONG, MediaError, MediaFiles, find_ffmpeg
from bot.sandbox.media_melody import SECONDS, melody, silent_header
from tests.waiting import until


@pytest.fixture
async def files() -> AsyncIterator[MediaFiles]:
    one = MediaFiles()
    yield one
    await one.close()


class Searches:
    """Finds ffmpeg, or nothing while it is lost, and counts."""

    def __init__(self, *, is_lost: bool = False) -> None:
        self.count = 0
        self.is_lost = is_lost

    def __call__(self) -> str | None:
        self.count += 1
        return None if self.is_lost else find_ffmpeg()


def program(folder: Path, does: str) -> str:
    """Something in the place of ffmpeg; its address."""
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return str(path)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_melody_lasts_as_long_as_it_says() -> None:
    with wave.open(io.BytesIO(melody())) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(SECONDS)


def test_silence_of_any_size_is_a_sound_file() -> None:
    content = silent_header(2_000).ljust(2_000, b"\0")

    with wave.open(io.BytesIO(content)) as sound:
        assert len(sound.readframes(sound.getnframes())) == 2_000 - 44


async def test_a_song_is_encoded_once_however_many_ask() -> None:
    searches = Searches()
    files = MediaFiles(searches)

    paths = await asyncio.gather(*(files.path(SONG) for _ in range(10)))

    await files.close()
    assert len(set(paths)) == 1
    assert searches.count == 2  # the song, and its cover


async def test_one_who_goes_away_does_not_stop_it_for_the_others(files: MediaFiles) -> None:
    first, second = (asyncio.create_task(files.path(SONG)) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()

    path = await second
    assert path is not None and path.is_file()


@pytest.mark.parametrize("name", ["", "x.mp3", "../melody.wav", "film-361p.m3u8", "film-360p-00"])
async def test_other_names_are_no_files(files: MediaFiles, name: str) -> None:
    assert await files.path(name) is None


async def test_without_an_encoder_the_melody_stays(files: MediaFiles) -> None:
    bare = MediaFiles(lambda: None)

    path = await bare.path(MELODY)
    with pytest.raises(MediaError, match="takes ffmpeg"):
        await bare.path(SONG)

    assert path is not None and path.is_file()
    await bare.close()


async def test_an_encoder_that_comes_later_is_found() -> None:
    searches = Searches(is_lost=True)
    files = MediaFiles(searches)
    with pytest.raises(MediaError):
        await files.path(SONG)

    searches.is_lost = False

    assert await files.path(SONG) is not None
    await files.close()


async def test_an_encoder_that_fails_is_told_of(tmp_path: Path) -> None:
    encoder = program(tmp_path, "echo 'out of paint' >&2; exit 3")
    files = MediaFiles(lambda: encoder)

    with pytest.raises(MediaError, match="out of paint"):
        await files.path(SONG)

    await files.close()


async def test_the_end_kills_the_encoder_and_removes_the_folder(tmp_path: Path) -> None:
    home, started = tmp_path / "home", tmp_path / "started"
    home.mkdir()
    encoder = program(tmp_path, f"echo $$ >{started}; exec sleep 60")
    files = MediaFiles(lambda: encoder, home)
    asked = asyncio.create_task(files.path(CLIP))
    await until(lambda: started.exists() and started.read_text().strip())

    await files.close()

    await asyncio.wait({asked})
    assert not psutil.pid_exists(int(started.read_text()))
    assert names(home) == []


async def test_nothing_is_made_before_somebody_asks(tmp_path: Path) -> None:
    files = MediaFiles(parent=tmp_path)
    before = names(tmp_path)

    await files.path(MELODY)

    assert (before, len(names(tmp_path))) == ([], 1)
    await files.close()
