"""The bot as its operator runs it: a process with an environment, signals and an exit code."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import ClientSession

from bot.__main__ import main
from bot.sandbox.server import Sandbox
from tests.databases import prepare

START_SECONDS = 60
STOP_SECONDS = 40
# Nothing of the operator who runs the tests may leak in.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


# Starts processes that have the bot's modules already: to import them takes three seconds.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.preloaded"])


class BotProcess:
    """`telegauge run` with *settings* in *folder*, or another command in *words*.

    output: what it said so far, errors and log lines among it
    """

    def __init__(
        self, folder: Path, settings: dict[str, str], words: Sequence[str] = ("run",)
    ) -> None:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment = inherited | {"METRICS_PORT": "0", **settings}
        said, says = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=_live, args=(str(folder), environment, words, says))
        self._says = says
        self._said_pipe = said
        self._reader: asyncio.Task[None] | None = None
        self._said = asyncio.Event()
        self.output = ""

    async def start(self) -> None:
        """Begin; does not wait for anything."""
        await asyncio.to_thread(self._process.start)
        self._says.close()
        self._reader = asyncio.create_task(self._read())

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._process.is_alive()

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
                assert self._reader
                assert not self._reader.done(), self.output
                self._said.clear()
                await self._said.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process.pid
        os.kill(self._process.pid, number)

    async def ended(self) -> int:
        """Wait for the end; the exit code, or the number of the signal, negative."""
        async with asyncio.timeout(STOP_SECONDS):
            if self._reader:
                await self._reader
            await asyncio.to_thread(self._process.join, STOP_SECONDS)
        assert self._process.exitcode is not None
        return self._process.exitcode

    async def _read(self) -> None:
        stream = asyncio.StreamReader()
        pipe = os.fdopen(os.dup(self._said_pipe.fileno()), "rb")
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), pipe
        )
        async for line in stream:
            self.output += line.decode()
            self._said.set()
        transport.close()
        self._said_pipe.close()
        self._said.set()


def _live(
    folder: str, environment: dict[str, str], words: Sequence[str], says: Connection
) -> None:
    """Become `telegauge` with *words*; what is said goes to *says*."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(says.fileno(), stream.fileno())
    says.close()
    sys.argv = ["telegauge", *words]
    main()


@asynccontextmanager
async def bot_process(folder: Path, **settings: str) -> AsyncIterator[BotProcess]:
    """A bot that is asked to stop at the end, if it still runs."""
    if "BOT_TOKEN" in settings:
        await prepare(settings.get("DATABASE_URL", "sqlite:///data/telegauge.db"), folder)
    bot = BotProcess(folder, settings)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.is_running:
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
