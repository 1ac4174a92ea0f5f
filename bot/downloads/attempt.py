"""One attempt at one download, from the claim to whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

import structlog

from bot.analytics import faults
from bot.analytics.features.downloads import DownloadStarted
from bot.downloads.claims import Claim
from bot.downloads.courier import Sent
from bot.downloads.endings import Endings, LostError
from bot.downloads.excuses import MEGABYTE, MINUTE
from bot.downloads.handover import hand_over
from bot.downloads.media import Choice, Fetched, Limits, Progress
from bot.downloads.records import SentFiles
from bot.downloads.teller import Teller
from bot.downloads.trouble import DownloadError, Trouble

Reason = Literal["cancelled", "lost", "stopped"]

log = structlog.get_logger(__name__)


class Fetcher(Protocol):
    """Whoever downloads; bot/downloads/runner.py has the real one."""

    def fetch(
        self, url: str, choice: Choice, limits: Limits, report: Callable[[Progress], None]
    ) -> AbstractAsyncContextManager[Fetched]:
        """The finished file while the context lasts; raises DownloadError."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What every attempt needs; most: what no plan can exceed."""

    endings: Endings
    sent_files: SentFiles
    fetcher: Fetcher
    most: Limits


class Attempt:
    """Runs once.

    phase: a fetch can be given up, a delivery is better waited for, an end has to be written
    is_express: only to send what Telegram has, past the workers that may download
    """

    def __init__(self, claim: Claim, tools: Tools, *, is_express: bool = False) -> None:
        self.download = claim.download
        self.phase: Literal["fetching", "delivering", "ending"] = "fetching"
        self._due_at = claim.due_at
        self._is_express = is_express
        self._tools = tools
        self._endings = tools.endings
        self._reason: Reason | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Begin; the task raises nothing."""
        self._task = asyncio.create_task(self._run(), name=f"download {self.download.id}")
        return self._task

    def interrupt(self, reason: Reason) -> None:
        """End it early, unless it is too late for that reason."""
        is_early = self.phase == "fetching" or (self.phase, reason) == ("delivering", "lost")
        if self._task and is_early and self._reason is None:
            self._reason = reason
            self._task.cancel()

    async def _run(self) -> None:
        try:
            await self._ended()
        except LostError:
            log.warning("download lost to another worker", download=self.download.id)
        except Exception:
            # The row is still ours and running, so it is taken again.
            log.exception("download left behind", download=self.download.id)

    async def _ended(self) -> None:
        try:
            await self._serve()
        except asyncio.CancelledError:
            await self._interrupted()
        except DownloadError as error:
            await self._stumble(error)
        except LostError:
            raise
        except Exception as exc:
            log.exception("download broke", download=self.download.id)
            at = self._endings.clock()
            fact = faults.raised(exc, at=at, category="job", where="download")
            self._endings.bus.publish(fact)
            await self._stumble(DownloadError(Trouble.internal))

    async def _serve(self) -> None:
        """Send what Telegram has, or else fetch and deliver."""
        download, files = self.download, self._tools.sent_files
        if download.attempts > self._endings.attempts:  # so many lives have ended with it
            raise DownloadError(Trouble.internal)
        if sent := await files.known(download.media_key, download.choice):
            _check(sent, self._limits())
            if await self._resent(sent):
                return
            await files.forget(download.media_key, download.choice)
        if self._is_express:  # no hand is free for a download; it is not known any more
            await self._endings.claims.give_back(download)
        else:
            await self._fetch()

    async def _resent(self, sent: Sent) -> bool:
        """Whether that was all; without facts about a download, because there was none."""
        self.phase = "delivering"
        await self._endings.hold(self.download)
        courier, timing = self._endings.courier, self._endings.timing
        if await hand_over(lambda: courier.resend(self.download, sent), timing):
            self.phase = "ending"
            await self._endings.claims.finish(self.download, sent)
            return True
        self.phase = "fetching"
        return False

    async def _fetch(self) -> None:
        self._tell_start()
        download, courier, timing = self.download, self._endings.courier, self._endings.timing
        fetch, limits = self._tools.fetcher.fetch, self._limits()
        async with (
            Teller(courier, download, timing, partial(self.interrupt, "cancelled")) as teller,
            fetch(download.url, download.choice, limits, teller.report) as fetched,
        ):
            self.phase = "delivering"
            await teller.stop()
            await teller.say(Progress(stage="sending", total_bytes=fetched.size_bytes))
            await self._endings.hold(download)
            sent = await hand_over(lambda: courier.deliver(download, fetched), timing)
            self.phase = "ending"
            await self._endings.succeed(download, sent, fetched)

    async def _stumble(self, error: DownloadError) -> None:
        self.phase = "ending"
        await self._endings.stumble(self.download, error)

    async def _interrupted(self) -> None:
        self.phase = "ending"
        if self._reason == "cancelled":
            await self._endings.fail(self.download, DownloadError(Trouble.cancelled))
        elif self._reason != "lost":
            await self._endings.claims.give_back(self.download)

    def _tell_start(self) -> None:
        now = self._endings.clock()
        wait_seconds = max((now - self._due_at).total_seconds(), 0)
        self._endings.bus.publish(
            DownloadStarted(
                at=now,
                user_id=self.download.user_id,
                format=self.download.choice.format,
                priority=self.download.priority,
                wait_seconds=wait_seconds,
            )
        )

    def _limits(self) -> Limits:
        mine, most = self._endings.plan(self.download).downloads, self._tools.most
        return Limits(
            megabytes=min(mine.megabytes, most.megabytes),
            minutes=min(mine.minutes, most.minutes),
            seconds=most.seconds,
        )


def _check(sent: Sent, limits: Limits) -> None:
    """Nobody may have known how large it is when it was offered; raises DownloadError."""
    if (sent.size_bytes or 0) > limits.megabytes * MEGABYTE:
        raise DownloadError(Trouble.too_large, f"{limits.megabytes}")
    if (sent.duration_seconds or 0) > limits.minutes * MINUTE:
        raise DownloadError(Trouble.too_long, f"{limits.minutes}")
