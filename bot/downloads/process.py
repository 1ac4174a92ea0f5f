"""Runs bot/downloads/child.py for one task, hears it out, and leaves nothing of it alive."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from bot.downloads.trouble import DownloadError, Trouble

Json = dict[str, Any]
Hear = Callable[[Json], None]

LINE_BYTES = 1_000_000
STDERR_CHUNKS = 16
CHUNK_BYTES = 1024
# An isolated Python knows neither PYTHONPATH nor the current folder, which is full of strangers'
# files.  So it is told where the bot and yt-dlp are, and nothing else.
BEGIN = "import sys; sys.path[:0] = sys.argv[1:]; from bot.downloads.child import main; main()"
log = structlog.get_logger(__name__)


async def run(task: Json, folder: Path, hear: Hear | None = None) -> Json:
    """Do *task* in a process of its own whose current folder is *folder*; its result.

    hear: is given each "progress".  Raises DownloadError for what the child tells, or Trouble
    internal if it died without a word.  However this ends, cancelled or not, the process and
    whatever it started are gone.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-I", "-B", "-c", BEGIN, *_places()),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=LINE_BYTES,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,  # a group of its own, to be killed with all it started
    )
    said: deque[bytes] = deque(maxlen=STDERR_CHUNKS)
    listening = asyncio.create_task(_collect(process, said))
    try:
        return await _heard_out(process, task, hear or _ignore)
    except DownloadError as error:
        if error.trouble is Trouble.internal:
            log.warning("child_failed", task=task["task"], said=_text(said))
        raise
    finally:
        _kill(process)
        await process.wait()
        await listening


async def _heard_out(process: Process, task: Json, hear: Hear) -> Json:
    assert process.stdin is not None  # noqa: S101  we asked for the pipes
    assert process.stdout is not None  # noqa: S101  as above
    # The pipe stays open: its end would tell the child that we are dead.
    process.stdin.write(json.dumps(task).encode() + b"\n")
    try:
        while line := await process.stdout.readline():
            news = json.loads(line)
            if "progress" in news:
                hear(news["progress"])
            elif "result" in news:
                return dict(news["result"])
            else:
                raise _trouble(news)
    except ValueError:  # no JSON, or a line without an end
        raise DownloadError(Trouble.internal) from None
    raise _silent_end(await process.wait())


def _trouble(news: Mapping[str, Any]) -> DownloadError:
    return DownloadError(Trouble(news["trouble"]), news["limit"], passing=news["passing"])


def _silent_end(code: int) -> DownloadError:
    """What a death without a last word means; signals count below zero."""
    deaths = {-signal.SIGXCPU: Trouble.timeout, -signal.SIGXFSZ: Trouble.too_large}
    return DownloadError(deaths.get(code, Trouble.internal))


async def _collect(process: Process, said: deque[bytes]) -> None:
    """Keep the end of what the child logs, and let it never wait for us."""
    assert process.stderr is not None  # noqa: S101  we asked for the pipe
    while chunk := await process.stderr.read(CHUNK_BYTES):
        said.append(chunk)


def _kill(process: Process) -> None:
    # Also when the child has ended: what it started may have outlived it.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _ignore(_: Json) -> None:
    pass


def _text(said: deque[bytes]) -> str:
    return b"".join(said).decode(errors="replace")


def _places() -> list[str]:
    places = [str(Path(__file__).parents[2])]
    found = importlib.util.find_spec("yt_dlp")
    if found and found.origin:
        places.append(str(Path(found.origin).parents[1]))
    return places


def _environment(folder: Path) -> dict[str, str]:
    """Built from nothing: no token, no proxy of the operator's, no NO_PROXY."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder),
        "HOME": str(folder),
        "YTDLP_NO_PLUGINS": "1",
    }
