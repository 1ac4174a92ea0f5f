"""A real process whose clock is set by an hour, through libfaketime."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

FAKETIME = shutil.which("faketime")
PATIENCE = 30  # seconds; without the guard it would be an hour

pytestmark = pytest.mark.skipif(FAKETIME is None, reason="needs Debian's package faketime")


@pytest.fixture(scope="module")
def library() -> str:
    """Where libfaketime is; its own command knows."""
    found = subprocess.run(  # noqa: S603  nothing of a user's
        [str(FAKETIME), "-f", "+0", shutil.which("printenv") or "", "LD_PRELOAD"],
        capture_output=True,
        check=True,
        text=True,
    )
    return found.stdout.strip()


class WallClock:
    """The file that says how the process's clock is set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.set("+0")

    def set(self, offset: str) -> None:
        self.path.write_text(offset)


@asynccontextmanager
async def process(library: str, clock: WallClock) -> AsyncIterator[Process]:
    fake = {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock.path),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-m", "tests.clockwork"]
    running = await create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, env={**os.environ, **fake}
    )
    try:
        yield running
    finally:
        await running.communicate(b"")  # an end of the input is its sign to stop


async def three_runs(running: Process, expected: bytes) -> None:
    """Return when three runs of the job saw a clock that is set by *expected* hours."""
    assert running.stdout
    seen = 0
    async with asyncio.timeout(PATIENCE):
        while seen < 3:
            line = (await running.stdout.readline()).strip()
            # A log line may come between; an end of the output never ends the wait well.
            assert line
            seen += line == expected


@pytest.mark.parametrize("hours", ["-1", "+1"])
async def test_a_job_goes_on_when_the_clock_is_set_and_set_again(
    library: str, tmp_path: Path, hours: str
) -> None:
    clock = WallClock(tmp_path / "clock")
    async with process(library, clock) as running:
        await three_runs(running, b"+0")
        clock.set(f"{hours}h")
        await three_runs(running, hours.encode())
        clock.set("+0")
        await three_runs(running, b"+0")
