"""A link somebody sent: looked at in the background, then offered in the message that said so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

import structlog
from aiogram.enums import ChatAction, MessageEntityType, ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputMediaPhoto, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import units
from bot.analytics.render.words import Words
from bot.downloads import wording
from bot.downloads.counter import Counter
from bot.downloads.excuses import WORTH_ANOTHER, sentence
from bot.downloads.links import link_in
from bot.downloads.looks import Look
from bot.downloads.media import Media
from bot.downloads.messages.telegram import Messages, Rows, Step, again, button, cancel, is_gone
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan

LINKS = {MessageEntityType.URL, MessageEntityType.TEXT_LINK}
COLUMNS = 2  # of buttons; a telephone cuts the texts of three
COVER = "cover.jpg"
PAUSES = (0.5, 2.0)  # seconds between attempts to show an offer
PASSING = (TelegramNetworkError, TelegramServerError)

log = structlog.get_logger(__name__)


def link_of(message: Message) -> str | None:
    """The link in a text or caption, made plain; raises DownloadError(unsupported)."""
    return link_in(message.text or message.caption or "", [url for url, _size in _urls(message)])


def is_mostly_link(message: Message) -> bool:
    """Whether links are at least half of what was written; a question about one is more."""
    text = message.text or message.caption or ""
    return bool(text) and 2 * sum(size for _url, size in _urls(message)) >= units(text)


def _urls(message: Message) -> Iterator[tuple[str, int]]:
    """Each address that Telegram marks, and how much of the text it takes."""
    text = message.text or message.caption or ""
    for entity in message.entities or message.caption_entities or ():
        if entity.type in LINKS:
            yield entity.url or entity.extract_from(text), entity.length


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """What is done for one link; *words* are its person's."""

    user_id: int
    link: str
    counter: Counter
    messages: Messages
    words: Words

    async def answer(self, look: Look, asked: Message) -> None:
        """Reply to the message that has the link, and turn the reply into the offer."""
        reply = await asked.reply(
            self._looking(),
            parse_mode=ParseMode.HTML,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=_stop()),
            allow_sending_without_reply=True,
        )
        self.messages.note(reply.chat.id, reply.message_id, is_text=True)
        await self._serve(look, reply.chat.id, reply.message_id)

    async def repeat(self, look: Look, shown: Message) -> None:
        """Turn a message of ours, which told of a failure, into an offer."""
        look.place = shown.chat.id, shown.message_id
        with suppress(TelegramAPIError, ClientDecodeError):
            await self.messages.write(*look.place, self._looking(), _stop())
        await self._serve(look, shown.chat.id, shown.message_id)

    def _looking(self) -> str:
        return "🔎 " + _("Looking at the link …")

    async def _serve(self, look: Look, chat_id: int, message_id: int) -> None:
        """Look, and offer; whatever happens, the message does not stay as it is."""
        look.place = chat_id, message_id
        end, rows = sentence(Trouble.internal, self.words), again(self.words)
        try:
            await self._offer(chat_id, message_id)
            end = ""
        except DownloadError as error:
            end = await self._excuse(error)
            rows = again(self.words) if error.trouble in WORTH_ANOTHER else []
        except asyncio.CancelledError:
            end, rows = sentence(Trouble.cancelled, self.words), []
            if not look.is_unwanted:
                end = _("I am being restarted. Please send me the link again.")
            raise
        finally:
            if end:
                with suppress(TelegramAPIError, ClientDecodeError):
                    await self.messages.write(chat_id, message_id, wording.excused(end), rows)

    async def _offer(self, chat_id: int, message_id: int) -> None:
        with suppress(TelegramAPIError, ClientDecodeError):
            await self.messages.bot.send_chat_action(chat_id, ChatAction.TYPING)
        media = await self.counter.look(self.user_id, self.link)
        plan = await self.counter.plan_of(self.user_id)
        locale = self.words.locale
        number = await self.counter.queue.offer(self.user_id, chat_id, message_id, locale, media)
        rows = self._rows(media, number, plan)
        try:
            await self._insist(chat_id, message_id, media, rows)
        except PASSING as exc:
            raise DownloadError(Trouble.internal) from exc
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.info("offer not shown", error=str(exc))

    async def _insist(self, chat_id: int, message_id: int, media: Media, rows: Rows) -> None:
        """Show it, three times if Telegram stumbles: an edit may be repeated."""
        for pause in PAUSES:
            with suppress(*PASSING):
                await self._show(chat_id, message_id, media, rows)
                return
            await asyncio.sleep(pause)
        await self._show(chat_id, message_id, media, rows)

    async def _show(self, chat_id: int, message_id: int, media: Media, rows: Rows) -> None:
        """With its picture, if there is one that Telegram takes."""
        text = wording.offer(media, self.words, has_lock=_has_lock(rows))
        if media.thumbnail:
            cover = InputMediaPhoto(
                media=BufferedInputFile(media.thumbnail, COVER),
                caption=text,
                parse_mode=ParseMode.HTML,
            )
            try:
                await self.messages.bot.edit_message_media(
                    cover,
                    chat_id=chat_id,
                    message_id=message_id,
                    reply_markup=InlineKeyboardMarkup(inline_keyboard=rows),
                )
            except TelegramBadRequest as exc:
                if is_gone(exc):
                    raise
                log.info("picture refused", error=str(exc))
            else:
                self.messages.note(chat_id, message_id, is_text=False)
                return
        await self.messages.write(chat_id, message_id, text, rows)

    def _rows(self, media: Media, number: int, plan: Plan) -> Rows:
        """A button for each offer, by format; those beyond the plan have a lock."""
        rows: Rows = []
        for _format, group in groupby(media.offers, lambda one: one.choice.format):
            buttons = []
            for one in group:
                lock = self.counter.lock_on(one, media.duration_seconds, plan)
                text = wording.label(one, self.words, is_locked=lock is not None)
                buttons.append(button(text, Step.PICK, number, one.choice))
            rows += [buttons[n : n + COLUMNS] for n in range(0, len(buttons), COLUMNS)]
        return [*rows, *cancel(self.words, number)]

    async def _excuse(self, error: DownloadError) -> str:
        plan = await self.counter.plan_of(self.user_id)
        return self.counter.excuses(plan, self.words).of(error)


def _has_lock(rows: Rows) -> bool:
    return any(one.text.startswith(wording.LOCK) for row in rows for one in row)


def _stop() -> Rows:
    return [[button(_("Cancel"), Step.STOP)]]
