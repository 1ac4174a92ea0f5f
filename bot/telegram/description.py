"""The bot's description on Telegram, with the number of its monthly users in it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from bot.analytics.mau import MauLine
from bot.analytics.render import mau_text
from bot.analytics.render.words import Words
from bot.clock import Clock, to_milliseconds
from bot.database.engine import Database
from bot.database.marks import mark_of, put_mark
from bot.report_settings import ReportSettings
from bot.telegram.backoff import PASSING, summary

MARK = "description"
EVERY_SECONDS = 3600
TRIES = 3
PAUSE_SECONDS = 60

log = structlog.get_logger(__name__)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How it went.  message: one sentence for the operator."""

    success: bool
    message: str


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What Telegram took last.  at: UTC milliseconds"""

    bot_id: int
    text: str
    at: int


class Description:
    """Keeps the description like BOT_DESCRIPTION_TEMPLATE; without one, leaves it alone.

    sleep: waits so many seconds between two tries
    """

    def __init__(  # noqa: PLR0913  its parts
        self,
        bot: Bot,
        database: Database,
        mau: MauLine,
        *,
        settings: ReportSettings,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._database = database
        self._mau = mau
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._rests_until = -math.inf

    async def keep(self) -> None:
        """Job: update, and after a failure leave Telegram in peace for an hour."""
        if self._monotonic() < self._rests_until:
            return
        result = await self.update()
        if result.success:
            log.debug("bot description", outcome=result.message)
            return
        self._rests_until = self._monotonic() + EVERY_SECONDS
        log.warning("bot description not updated", outcome=result.message)

    async def update(self) -> Result:
        """Change the description if it says something else, at most once an hour.

        Telegram is asked TRIES times, PAUSE_SECONDS apart, unless it says that there is no use.
        """
        template = self._settings.bot_description_template
        if template is None:
            return Result(success=False, message="BOT_DESCRIPTION_TEMPLATE is not set")
        if not self._mau.is_complete:
            return Result(success=True, message="unchanged: old days are still being counted")
        count = (await self._mau.count()).count
        if mau_text.is_low(count, self._settings):
            return Result(success=True, message="unchanged: so few people are not shown")
        text = template.format(count=mau_text.number(count, self._settings, Words()))
        if reason := await self._unneeded(text):
            return Result(success=True, message=f"unchanged: {reason}")
        return await self._put(text)

    async def _unneeded(self, text: str) -> str:
        """Why Telegram need not be called; empty if it must."""
        known = _read(await mark_of(self._database, MARK))
        if known is None or known.bot_id != self._bot.id:
            return ""
        if known.text == text:
            return "it says so already"
        wait = known.at + EVERY_SECONDS * 1000 - to_milliseconds(self._clock())
        # A clock that was set back must not keep it for longer than an hour.
        if 0 < wait <= EVERY_SECONDS * 1000:
            return f"updated lately, next in {timedelta(seconds=math.ceil(wait / 1000))}"
        return ""

    async def _put(self, text: str) -> Result:
        problem = ""
        for attempt in range(TRIES):
            if attempt:
                await self._sleep(PAUSE_SECONDS)
            try:
                await self._bot.set_my_description(description=text)
            except PASSING as exc:
                problem = summary(exc)
            except (TelegramAPIError, ClientDecodeError) as exc:
                return Result(success=False, message=f"refused: {summary(exc)}")
            else:
                await self._note(text)
                return Result(success=True, message=f"updated: {text}")
        return Result(success=False, message=f"failed {TRIES} times: {problem}")

    async def _note(self, text: str) -> None:
        at = to_milliseconds(self._clock())
        described = Described(bot_id=self._bot.id, text=text, at=at)
        await put_mark(self._database, MARK, msgspec.json.encode(described).decode())


def _read(mark: str | None) -> Described | None:
    try:
        return msgspec.json.decode(mark or "null", type=Described | None)
    except msgspec.DecodeError:  # of another version
        return None
