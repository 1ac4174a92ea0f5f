"""Whether yt-dlp works: how old it is, and whether it can still read a page."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import structlog

from bot.analytics.health import Reading
from bot.clock import Clock, utc_now
from bot.downloads.media import Media
from bot.downloads.trouble import DownloadError, Trouble

PACKAGE = "yt-dlp"
# Sites change every few weeks, and what cannot follow them ends with "unsupported".
OLD_DAYS = 90

log = structlog.get_logger(__name__)


class YtdlpHealth:
    """Looks at a page now and then; without *test_url* only the version is known.

    look: raises DownloadError
    """

    def __init__(
        self,
        look: Callable[[str], Awaitable[Media]],
        test_url: str | None,
        clock: Clock = utc_now,
        version: Callable[[], str] = lambda: importlib.metadata.version(PACKAGE),
    ) -> None:
        self._look = look
        self._test_url = test_url
        self._clock = clock
        self._version = version
        self._problem: str | None = None
        self._is_up: bool | None = None

    async def check(self) -> None:
        """Read the test page, if there is one."""
        if self._test_url is None:
            return
        try:
            await self._look(self._test_url)
        except DownloadError as error:
            if error.trouble is Trouble.cancelled:  # by the end of the process
                return
            self._is_up, self._problem = False, error.trouble
            log.warning(
                "yt-dlp cannot read its test page", url=self._test_url, error=error.trouble
            )
        else:
            self._is_up, self._problem = True, None

    def up(self) -> float | None:
        """1 or 0 after the first check, None while nobody knows."""
        return None if self._is_up is None else float(self._is_up)

    async def probe(self) -> Reading:
        """Days since yt-dlp was made, or that it is down; both only warn."""
        version = self._version()
        if self._is_up is False:
            output = f"{version} cannot read its test page: {self._problem}"
            return Reading(value=0, unit="up", warn_at=0, is_low_bad=True, output=output)
        made = _day(version)
        age = None if made is None else (self._clock().date() - made).days
        return Reading(value=age, unit="days", warn_at=OLD_DAYS, output=self._words(version))

    def _words(self, version: str) -> str:
        if self._is_up:
            return f"{version} reads its test page"
        return f"{version}; not tried yet" if self._test_url else f"{version}; no test address"


def _day(version: str) -> date | None:
    """The day in a version like 2026.10.26 or 2026.10.26.232914.dev0."""
    try:
        year, month, day = (int(part) for part in version.split(".")[:3])
        return datetime(year, month, day, tzinfo=UTC).date()
    except ValueError:
        return None
