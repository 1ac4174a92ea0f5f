"""Each process has a folder of its own, and what the dead left is swept away."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.downloads.egress import EgressGuard
from bot.downloads.folders import LOCK, OwnFolder
from bot.downloads.station import Grounds, Station
from bot.downloads.trouble import DownloadError, Trouble
from bot.errors import ConfigError
from tests.downloads.queue_scene import MOST, MP3

LIVE = """
import sys
from pathlib import Path
from bot.downloads.folders import OwnFolder
folder = OwnFolder(Path(sys.argv[1]))
(folder.open() / "half.mp3").write_text("half")
print(folder.path, flush=True)
sys.stdin.read()
"""


def test_two_lives_do_not_share(tmp_path: Path) -> None:
    one, other = OwnFolder(tmp_path / "new"), OwnFolder(tmp_path / "new")

    assert one.open() != other.open()
    assert one.path.is_dir()

    one.close()
    other.close()
    assert list((tmp_path / "new").iterdir()) == []


def test_those_who_begin_at_once_do_not_sweep_each_other_away(tmp_path: Path) -> None:
    for _ in range(20):
        folders = [OwnFolder(tmp_path) for _ in range(8)]
        with ThreadPoolExecutor(8) as threads:
            paths = list(threads.map(OwnFolder.open, folders))

        assert all((path / LOCK).exists() for path in paths)
        for folder in folders:
            folder.close()


def test_it_opens_once(tmp_path: Path) -> None:
    folder = OwnFolder(tmp_path)

    assert folder.open() == folder.open()

    folder.close()
    folder.close()


def test_what_a_killed_process_left_is_gone_and_what_the_living_has_stays(tmp_path: Path) -> None:
    living = OwnFolder(tmp_path)
    living.open()
    command = [sys.executable, "-c", LIVE, str(tmp_path)]
    with subprocess.Popen(  # noqa: S603  our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        left = Path(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
    assert (left / "half.mp3").exists()

    folder = OwnFolder(tmp_path)
    folder.open()

    assert not left.exists()
    assert living.path.exists()
    folder.close()
    living.close()


def test_other_peoples_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "telegauge-downloads-notes.txt").touch()

    folder = OwnFolder(tmp_path)
    folder.open()
    folder.close()

    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "letters",
        "telegauge-downloads-notes.txt",
    ]


async def test_a_station_works_only_between_start_and_stop(tmp_path: Path) -> None:
    guard = EgressGuard()
    station = Station(Grounds(guard=guard, folder=tmp_path / "work", min_free_bytes=0))
    with pytest.raises(DownloadError) as before:
        await station.look("https://site.example/")

    await station.start()
    await station.start()
    assert len(list((tmp_path / "work").iterdir())) == 1
    await station.stop()

    with pytest.raises(DownloadError):
        async with station.fetch("https://site.example/", MP3, MOST, lambda _: None):
            pass
    assert before.value.trouble is Trouble.internal
    assert list((tmp_path / "work").iterdir()) == []


async def test_a_look_that_is_cut_off_by_the_stop_is_cancelled(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    site = await asyncio.start_server(hang, "127.0.0.1", 0)
    place = f"127.0.0.1:{site.sockets[0].getsockname()[1]}"
    guard = EgressGuard(allowed=[place])
    station = Station(Grounds(guard=guard, folder=tmp_path, min_free_bytes=0))
    await station.start()
    looking = asyncio.create_task(station.look(f"http://{place}/"))
    async with asyncio.timeout(60):
        await asked.wait()

    await station.stop()

    with pytest.raises(DownloadError) as error:
        await looking
    site.close()
    assert error.value.trouble is Trouble.cancelled


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    station = Station(Grounds(guard=EgressGuard(), folder=tmp_path / "file", min_free_bytes=0))

    with pytest.raises(ConfigError, match=r"^DOWNLOAD_FOLDER: '.*file' cannot be used: File ex"):
        await station.start()


async def test_a_station_has_no_room_on_a_full_disk(tmp_path: Path) -> None:
    station = Station(Grounds(guard=EgressGuard(), folder=tmp_path, min_free_bytes=10**18))
    await station.start()

    with pytest.raises(DownloadError) as error:
        async with station.fetch("https://site.example/", MP3, MOST, lambda _: None):
            pass

    assert (error.value.trouble, error.value.is_passing) == (Trouble.disk, True)
    await station.stop()
