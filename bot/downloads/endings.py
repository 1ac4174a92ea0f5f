"""What becomes of an attempt: it is told to the person, written down and published."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.analytics.bus import Bus
from bot.analytics.features.downloads import DownloadFailed, DownloadRetried, DownloadSucceeded
from bot.clock import Clock
from bot.downloads.claims import Claims
from bot.downloads.courier import Courier, DeliveryError, Download, Sent
from bot.downloads.handover import say
from bot.downloads.media import Fetched
from bot.downloads.queue import quality_label
from bot.downloads.timing import Timing, back_off
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan, Plans

DISK_PATIENCE = 24 * 3600

log = structlog.get_logger(__name__)


class LostError(Exception):
    """The claim is somebody else's by now, or nobody's."""


@dataclass(frozen=True, kw_only=True)
class Endings:
    """Ends attempts.  Words come before the commit: a crash in between repeats them, in place.

    attempts: how often one download is tried
    """

    claims: Claims
    courier: Courier
    plans: Plans
    attempts: int
    bus: Bus
    clock: Clock
    timing: Timing

    async def hold(self, download: Download) -> None:
        """Make sure that it is still ours, for another minute; raises LostError."""
        if not await self.claims.held(frozenset({download.id}), renew=True):
            raise LostError

    async def succeed(self, download: Download, sent: Sent, fetched: Fetched) -> None:
        """The file that was fetched is with the person."""
        if not await self.claims.finish(download, sent):
            return
        now = self.clock()
        self.bus.publish(
            DownloadSucceeded(
                at=now,
                user_id=download.user_id,
                format=download.choice.format,
                quality=quality_label(download.choice),
                site=download.site,
                seconds=(now - (download.started_at or now)).total_seconds(),
                size_bytes=fetched.size_bytes,
            )
        )

    async def stumble(self, download: Download, error: DownloadError) -> None:
        """There is no file: plan another attempt, or give up; raises LostError."""
        wait = self._wait(download, error)
        if wait is None:
            await self.fail(download, error)
            return
        await self.hold(download)
        await say(lambda: self.courier.retry(download, error, wait), self.timing)
        is_counted = error.trouble is not Trouble.disk
        if await self.claims.postpone(download, error.trouble, wait, is_counted=is_counted):
            log.info("download retried", download=download.id, error=error.trouble)
            self.bus.publish(
                DownloadRetried(
                    at=self.clock(),
                    user_id=download.user_id,
                    format=download.choice.format,
                    error=error.trouble,
                )
            )

    async def fail(self, download: Download, error: DownloadError) -> None:
        """There will be no file; raises LostError."""
        await self.hold(download)
        plan = self.plan(download)
        await say(lambda: self.courier.fail(download, error, plan), self.timing)
        if await self.claims.fail(download, error.trouble):
            log.info("download failed", download=download.id, error=error.trouble)
            self.bus.publish(
                DownloadFailed(
                    at=self.clock(),
                    user_id=download.user_id,
                    format=download.choice.format,
                    error=error.trouble,
                )
            )

    def plan(self, download: Download) -> Plan:
        """The plan it was chosen on, or the free one if there is no such plan any more."""
        return self.plans.get(download.plan) or self.plans.free

    def _wait(self, download: Download, error: DownloadError) -> float | None:
        """Seconds until another attempt; None if there is none."""
        if not error.is_passing:
            return None
        if error.trouble is Trouble.disk:  # not the download's fault, but not for ever either
            waited = (self.clock() - download.queued_at).total_seconds()
            return self.timing.disk_wait if waited < DISK_PATIENCE else None
        if download.attempts >= self.attempts:
            return None
        asked = error.retry_after if isinstance(error, DeliveryError) else 0.0
        return max(
            asked, back_off(download.attempts, self.timing.first_wait, self.timing.longest_wait)
        )
