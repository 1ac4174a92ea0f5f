"""How many people used the bot in the last 30 days: counted now and then, kept over restarts."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

import msgspec
import structlog

from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.operations import CacheAsked
from bot.analytics.render import mau_text
from bot.analytics.render.words import Words
from bot.analytics.reports.mau import Mau, monthly_users
from bot.clock import Clock
from bot.database.engine import DATABASE_ERRORS, Database
from bot.database.marks import mark_of, put_mark
from bot.report_settings import ReportSettings

MARK = "mau"
# What the command line or another process counted is noticed so soon.
LOOK_SECONDS = 10.0

log = structlog.get_logger(__name__)


class MauLine:
    """The count and the line made of it; all processes on one database share the count.

    monotonic: for how long what the database says is believed without another look
    """

    def __init__(  # noqa: PLR0913  its parts
        self,
        database: Database,
        audience: Audience,
        bus: Bus,
        *,
        settings: ReportSettings,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._audience = audience
        self._bus = bus
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._kept: Mau | None = None
        self._looked = -math.inf
        # Who asks meanwhile waits for the one answer.
        self._turn = asyncio.Lock()

    @property
    def is_complete(self) -> bool:
        """Whether every day is counted; until then the number may be too low."""
        return not self._audience.pending_days

    async def shown(self, words: Words) -> str:
        """The line for people, as HTML; empty where there is none, or none to be had."""
        if self._settings.mau_display_place == "off":
            return ""
        try:
            return mau_text.line((await self.count()).count, self._settings, words)
        except DATABASE_ERRORS:
            # People are greeted whether or not they can be counted.
            log.exception("monthly users not counted")
            return ""

    async def count(self, *, is_fresh: bool = False) -> Mau:
        """The count, at most MAU_CACHE_TIMEOUT old; counted now if it must be fresh."""
        async with self._turn:
            known = None if is_fresh else await self._known()
            result = "miss" if known is None else "hit"
            self._bus.publish(CacheAsked(at=self._clock(), cache="mau", result=result))
            return known or await self._counted()

    async def _known(self) -> Mau | None:
        if self._monotonic() - self._looked >= LOOK_SECONDS:
            self._keep(_read(await mark_of(self._database, MARK)))
        if self._kept is None:
            return None
        # By the wall clock, which also goes on between two lives of the process.
        age = (self._clock() - self._kept.at).total_seconds()
        return self._kept if 0 <= age < self._settings.mau_cache_timeout else None

    async def _counted(self) -> Mau:
        mau = await monthly_users(self._audience, self._clock)
        if self.is_complete:
            await put_mark(self._database, MARK, msgspec.json.encode(mau).decode())
            self._keep(mau)
        return mau

    def _keep(self, mau: Mau | None) -> None:
        self._kept, self._looked = mau, self._monotonic()


def _read(mark: str | None) -> Mau | None:
    try:
        mau = msgspec.json.decode(mark or "null", type=Mau | None)
    except msgspec.DecodeError:  # of another version
        return None
    is_whole = mau is not None and mau.at.tzinfo is not None
    return mau if is_whole else None
