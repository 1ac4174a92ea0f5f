from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import psutil
import pytest

from bot.downloads import ffmpeg
from bot.downloads.process import run
from bot.downloads.trouble import DownloadError
from tests.downloads.places import place, processes
from tests.waiting import until

ROOT = Path(__file__).parents[2]
BOUNDS = {"file_bytes": 1_000_000, "cpu_seconds": 60, "memory_bytes": 2_000_000_000}
FOREVER = ["-f", "lavfi", "-re", "-i", "sine", "-f", "null", "-"]
PARENT = """
import asyncio, json, sys
from pathlib import Path
from bot.downloads.process import run
asyncio.run(run(json.loads(sys.argv[1]), Path(sys.argv[2])))
"""


def task(*words: str, **bounds: int) -> dict[str, object]:
    """To run ffmpeg with these words."""
    program = ffmpeg.program()
    return {"task": "run", "program": program, "words": words, "limits": BOUNDS | bounds}


def is_ffmpeg(pid: int) -> bool:
    return psutil.pid_exists(pid) and "ffmpeg" in psutil.Process(pid).name()


async def test_what_a_program_says_comes_back_with_its_code(tmp_path: Path) -> None:
    result = await run(task("-version"), tmp_path)

    assert (result["code"], result["said"]) == (0, "")


async def test_cancelling_kills_the_program_as_well(tmp_path: Path) -> None:
    job = asyncio.create_task(run(task(*FOREVER), tmp_path))
    await until(lambda: any(map(is_ffmpeg, processes())))

    job.cancel()
    await asyncio.wait([job])

    await until(lambda: not any(map(is_ffmpeg, processes())))


async def test_a_parent_killed_with_9_leaves_nobody_alive(tmp_path: Path) -> None:
    words = [sys.executable, "-c", PARENT, json.dumps(task(*FOREVER)), str(tmp_path)]
    parent = await asyncio.create_subprocess_exec(*words, cwd=ROOT)
    family = psutil.Process(parent.pid)
    await until(lambda: any(is_ffmpeg(one.pid) for one in family.children(recursive=True)))
    heirs = family.children(recursive=True)

    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    await until(lambda: not any(one.is_running() for one in heirs))
    assert len(heirs) == 2


async def test_a_file_may_not_grow_over_its_bound(tmp_path: Path) -> None:
    words = ["-f", "lavfi", "-i", "sine", "-f", "wav", "file:out.wav"]

    result = await run(task(*words, file_bytes=100_000), tmp_path)

    assert result["code"] != 0
    assert (tmp_path / "out.wav").stat().st_size <= 100_000


async def test_computing_without_an_end_is_a_timeout(tmp_path: Path) -> None:
    words = ["-f", "lavfi", "-i", "testsrc", "-f", "null", "-"]

    result = await run(task(*words, cpu_seconds=1), tmp_path)

    assert result["code"] in {-signal.SIGXCPU, -signal.SIGKILL}


async def test_a_child_that_ends_without_a_word_is_our_own_trouble(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="internal"):
        await run(task("-version") | {"program": "/nowhere"}, tmp_path)


async def test_yt_dlp_reaches_nothing_but_the_door(tmp_path: Path) -> None:
    walls = {"way_out": ["127.0.0.1", 1], "limits": BOUNDS}
    async with place() as other:
        look = {"task": "look", "url": "http://a.example/", "proxy_url": other.url}
        with pytest.raises(DownloadError, match="network"):
            await run(look | walls, tmp_path)

    assert other.visits == []


async def test_another_program_than_the_named_one_is_not_started(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="internal"):
        await run(task("-version") | {"program": None}, tmp_path)
