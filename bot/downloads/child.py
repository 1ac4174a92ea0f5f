"""A process of its own for what is not to be trusted: yt-dlp, or ffmpeg, behind walls.

Started by bot/downloads/process.py.  One line of JSON comes in (the task), lines of JSON go out:
{"progress": …} as often as there is news, and at the end {"result": …} or {"trouble": …}.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from typing import Any, BinaryIO

from bot.downloads.child_walls import die_with_parent, raise_walls, set_limits
from bot.downloads.trouble import DownloadError

Json = dict[str, Any]
Tell = Callable[[Json], None]
SAID_LINES = 200


def main() -> None:
    """Do the one task that standard input names."""
    tell = _claimed_output()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    request = json.loads(_line())
    die_with_parent()
    set_limits(request["limits"])
    way_out = tuple(request["way_out"]) if request.get("way_out") else None
    raise_walls(way_out, request.get("program"))
    tell(_answer(request, tell))


def _answer(request: Json, tell: Tell) -> Json:
    try:
        return {"result": _task(request["task"])(request, tell)}
    except DownloadError as error:
        return _trouble(error)
    except Exception as error:  # the border: the parent must hear how it ended
        logging.getLogger(__name__).exception("the task failed")
        return _trouble(_meaning(request["task"], error))


def _task(name: str) -> Callable[[Json, Tell], Json]:
    if name == "run":
        return _run
    # Only now, with the walls up, and never for ffmpeg's sake.
    from bot.downloads import child_site  # noqa: PLC0415  as said

    tasks = {"look": child_site.look, "fetch": child_site.fetch, "version": child_site.version}
    return tasks[name]


def _meaning(task: str, error: Exception) -> DownloadError:
    if task == "run":
        raise error
    from bot.downloads.child_troubles import meaning  # noqa: PLC0415  it knows yt-dlp

    return meaning(error)


def _trouble(error: DownloadError) -> Json:
    return {"trouble": error.trouble, "limit": error.limit, "passing": error.is_passing}


def _run(request: Json, tell: Tell) -> Json:  # noqa: ARG001  every task is called alike
    """Run the one allowed program; its exit code and the end of what it said."""
    said: deque[str] = deque(maxlen=SAID_LINES)
    with subprocess.Popen(  # noqa: S603  the program is walled in, the words are our own
        [request["program"], *request["words"]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stderr is not None  # noqa: S101  we asked for the pipe
        # Bounded, since a hostile file may say one line without an end.
        while line := process.stderr.readline(1000):
            said.append(line)
    return {"code": process.returncode, "said": "".join(said)}


def _claimed_output() -> Tell:
    """Keep standard output for ourselves: whatever a library prints goes to the log."""
    output: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def tell(news: Json) -> None:
        output.write(json.dumps(news).encode() + b"\n")
        output.flush()

    return tell


def _line() -> bytes:
    """One line of standard input, unbuffered: what follows is read elsewhere."""
    read = bytearray()
    while not read.endswith(b"\n"):
        piece = os.read(0, 65536)
        if not piece:
            raise SystemExit(1)
        read += piece
    return bytes(read)


if __name__ == "__main__":
    main()
