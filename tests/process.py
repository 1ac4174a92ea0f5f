"""The bot as its operator runs it: a process with an environment, signals and an exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from bot.sandbox.server import Sandbox

START_SECONDS = 60
STOP_SECONDS = 40
# Nothing of the operator who runs the tests may leak in.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


class BotProcess:
    """`telegauge run` with *settings* in *folder*.

    output: what it said so far, errors and log lines among it
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self._settings = {"METRICS_PORT": "0", **settings}
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._said = asyncio.Event()
        self.output = ""

    async def start(self) -> None:
        """Begin; does not wait for anything."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        root = Path(__file__).parents[1]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self._folder,
            env=inherited | {"PYTHONPATH": str(root), **self._settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())

    async def ready(self) -> str:
        """Wait until it tells where its health is; the side server's address."""
        line = await self.says("health   ")
        return line.split()[-1].removesuffix("/health")

    async def says(self, words: str) -> str:
        """Wait for a line with *words*."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                for line in self.output.splitlines():
                    if words in line:
                        return line
                assert self._process
                assert self._process.returncode is None, self.output
                self._said.clear()
                await self._said.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the end; the exit code."""
        assert self._process
        async with asyncio.timeout(STOP_SECONDS):
            code = await self._process.wait()
        if self._reader:
            await self._reader
        return code

    async def _read(self) -> None:
        assert self._process
        assert self._process.stdout
        async for line in self._process.stdout:
            self.output += line.decode()
            self._said.set()
        self._said.set()


@asynccontextmanager
async def bot_process(folder: Path, **settings: str) -> AsyncIterator[BotProcess]:
    """A bot that is asked to stop at the end, if it still runs."""
    bot = BotProcess(folder, settings)
    await bot.start()
    try:
        yield bot
    finally:
        if bot._process and bot._process.returncode is None:  # noqa: SLF001  its own factory
            bot.send(signal.SIGKILL)
        await bot.ended()


def living_in(sandbox: Sandbox, **settings: str) -> dict[str, str]:
    """The settings of a bot whose Telegram is *sandbox*."""
    return {
        "BOT_TOKEN": sandbox.token,
        "TELEGRAM_API_URL": sandbox.url,
        "THROTTLE_RATE": "1000",
        "THROTTLE_BURST": "10000",
        **settings,
    }


async def fetched(url: str) -> tuple[int, str]:
    """The status and text of a page."""
    async with ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()
