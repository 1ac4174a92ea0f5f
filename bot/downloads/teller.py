"""Tells the person how far a download is, while it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from bot.downloads.courier import Courier, Download
from bot.downloads.media import Progress
from bot.downloads.timing import Timing
from bot.downloads.trouble import DownloadError, Trouble

log = structlog.get_logger(__name__)


class Teller:
    """`async with Teller(…) as teller:` shows what is reported, always the newest.

    Words that are on their way when it ends are waited for, so that they cannot arrive after
    the file and spoil it.
    on_gone: called when the message is gone, and with it whoever waits for the file
    """

    def __init__(
        self, courier: Courier, download: Download, timing: Timing, on_gone: Callable[[], object]
    ) -> None:
        self._courier = courier
        self._download = download
        self._timing = timing
        self._on_gone = on_gone
        self._newest: Progress | None = None
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        self._task = asyncio.create_task(self._go_on(), name="teller")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Be silent from now on."""
        await self.stop()

    def report(self, progress: Progress) -> None:
        """Show this soon, unless something newer comes first."""
        self._newest = progress

    async def stop(self) -> None:
        """Let what is being said arrive, and say nothing more."""
        if (task := self._task) is None:
            return
        self._task = None
        try:
            async with self._turn:  # say() is bounded
                task.cancel()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def say(self, progress: Progress) -> None:
        """Show this now; trouble with it is no trouble of the download."""
        try:
            async with asyncio.timeout(self._timing.say):
                await self._courier.show(self._download, progress)
        except DownloadError as error:
            if error.trouble is Trouble.cancelled:
                self._on_gone()
        except TimeoutError:
            log.info("progress not shown in time", download=self._download.id)
        except Exception:
            log.exception("progress not shown")

    async def _go_on(self) -> None:
        while True:
            if self._newest:
                progress, self._newest = self._newest, None
                async with self._turn:
                    await self.say(progress)
            await asyncio.sleep(self._timing.show)
