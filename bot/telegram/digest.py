"""Sends the weekly digest to the admins' chat: its pages, then its picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import BufferedInputFile

from bot.alerts.notifier import Notifier
from bot.analytics.digest import Digests
from bot.analytics.render import sheet_chart
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.sheet_drawing import DrawingError
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from bot.errors import NotifyError
from bot.telegram.backoff import summary

log = structlog.get_logger(__name__)


class DigestPost:
    """Carries each week's digest to one chat.

    notifier: writes to that chat; words: the language its people read, asked each time
    """

    def __init__(
        self,
        digests: Digests,
        notifier: Notifier,
        bot: Bot,
        chat_id: int,
        words: Callable[[], Words],
    ) -> None:
        self._digests = digests
        self._notifier = notifier
        self._bot = bot
        self._chat_id = chat_id
        self._words = words

    async def deliver(self) -> None:
        """Job, every minute: send the digest when its time has come."""
        due = await self._digests.claim()
        if due is None:
            return
        words = self._words()
        try:
            sheet = await self._digests.sheet(due, words)
        except BaseException:
            # Whatever kept it from being computed, the next run begins anew.
            await self._digests.give_back(due)
            raise
        if await self._write(due, pages(sheet, words)):
            await self._draw(sheet, words)

    async def _write(self, due: datetime, texts: list[str]) -> bool:
        """Whether the chat has all pages.  Nothing is repeated once something arrived."""
        for number, text in enumerate(texts):
            try:
                await self._notifier.send(text)
            except NotifyError as exc:
                log.warning("digest not sent", page=number + 1, error=str(exc))
                if number == 0 and not exc.permanent:
                    await self._digests.give_back(due)
                return False
        return True

    async def _draw(self, sheet: Sheet, words: Words) -> None:
        try:
            for chart in sheet.charts:
                picture = await asyncio.to_thread(
                    sheet_chart.draw, sheet, chart, words, is_dark=False
                )
                file = BufferedInputFile(picture, f"{sheet.name}.png")
                await self._bot.send_photo(self._chat_id, file, caption=sheet.title)
        except DrawingError as exc:
            log.info("digest without its picture", reason=str(exc))
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.warning("digest's picture not sent", error=summary(exc))
