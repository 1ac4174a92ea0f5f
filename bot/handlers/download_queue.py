"""Downloads that were offered: picked, waited for, cancelled; and /queue."""

from __future__ import annotations

from collections.abc import Awaitable
from html import unescape
from typing import cast

import structlog
from aiogram import F, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Chat, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.words import Words
from bot.downloads import wording
from bot.downloads.allowance import Refused
from bot.downloads.counter import Counter, refusal
from bot.downloads.media import Choice, Format
from bot.downloads.messages.telegram import DownloadButton, Step
from bot.downloads.queue import Offered, Queued
from bot.downloads.records import Waiting
from bot.downloads.telegram import TelegramCourier
from bot.downloads.trouble import DownloadError, Trouble
from bot.handlers.access import InPrivate
from bot.handlers.answers import TOO_LATE, Rows, acknowledge, button, change, say

ALERT_LENGTH = 200  # more Telegram does not take

log = structlog.get_logger(__name__)


class QueueButton(CallbackData, prefix="queue"):
    """Cancel the download of that number from the list of /queue."""

    id: int


async def download_pick(
    callback: CallbackQuery,
    callback_data: DownloadButton,
    counter: Counter,
    courier: TelegramCourier,
    words: Words,
) -> None:
    """Queue what was picked, or say which limit of the plan it would pass."""
    user_id = callback.from_user.id
    choice = Choice(format=cast("Format", callback_data.format), quality=callback_data.quality)
    plan = await counter.plan_of(user_id)
    offered = await counter.queue.find(callback_data.id, user_id)
    if lock := offered and counter.lock_of(offered, choice, plan):
        await _alert(callback, counter.excuses(plan, words).of(lock))
        return
    found = await counter.queue.choose(callback_data.id, user_id, choice, plan)
    if found is None:
        await acknowledge(callback, await _nothing(callback))
    elif isinstance(found, Refused):
        await _alert(callback, refusal(found, counter.excuses(plan, words)))
    else:
        if offered and found.is_new and not found.is_known:
            await _place(offered, choice, found, courier, words)
        await acknowledge(callback, _told(found))


async def download_cancel(
    callback: CallbackQuery,
    callback_data: DownloadButton,
    counter: Counter,
    courier: TelegramCourier,
    words: Words,
) -> None:
    """Take back an offer, or end a download."""
    number, user_id = callback_data.id, callback.from_user.id
    offered = await counter.queue.find(number, user_id)
    if offered is None:
        told = await _end(number, user_id, counter, courier)
        told = told or await _over(number, user_id, counter)
        await acknowledge(callback, told or await _nothing(callback))
        return
    await counter.queue.cancel(number, user_id)
    await _quietly(courier.withdraw((offered.chat_id, offered.message_id), words))
    await acknowledge(callback)


async def queue(message: Message, counter: Counter, words: Words) -> None:
    """Answer /queue; in a group with what the person waits for in this group."""
    if message.from_user is None or message.sender_chat is not None:
        return
    text, rows = _list(await _waiting(message.from_user.id, message.chat, counter), words)
    await say(message, text, rows)


async def queue_cancel(
    callback: CallbackQuery,
    callback_data: QueueButton,
    counter: Counter,
    courier: TelegramCourier,
    words: Words,
) -> None:
    """End a download from the list, and show the list without it."""
    user_id, shown = callback.from_user.id, callback.message
    mine = await _waiting(user_id, shown.chat, counter) if shown else []
    told = None
    if callback_data.id in [one.download.id for one in mine]:
        told = await _end(callback_data.id, user_id, counter, courier)
    told = told or await _over(callback_data.id, user_id, counter)
    if told is None:
        await acknowledge(callback, await _nothing(callback))
        return
    rest = [one for one in mine if one.download.id != callback_data.id]
    await change(callback, *_list(rest, words), told=told)


async def _place(
    offered: Offered, choice: Choice, queued: Queued, courier: TelegramCourier, words: Words
) -> None:
    """Let the offer become the message that shows where the download stands."""
    where = offered.chat_id, offered.message_id
    await _quietly(courier.place(queued.id, where, offered.title, choice, queued.place, words))


async def _end(
    number: int, user_id: int, counter: Counter, courier: TelegramCourier
) -> str | None:
    """Cancel what waits or runs; a word for the person, None if there is no such download."""
    found = [one.download for one in await counter.queue.list_of(user_id)]
    download = next((one for one in found if one.id == number), None)
    ended = await counter.queue.cancel(number, user_id)
    if ended == "cancelled" and download:
        plan = await counter.plan_of(user_id)
        await _quietly(courier.fail(download, DownloadError(Trouble.cancelled), plan))
    words = {"cancelled": _("Cancelled."), "stopping": _("I am stopping it.")}
    return words[ended] if ended else None


async def _over(number: int, user_id: int, counter: Counter) -> str | None:
    """A word about what came of a download; None if it is not over, or not this person's."""
    ended = await counter.queue.end_of(number, user_id)
    if ended == "done":
        return _("The file has come already.")
    return _("This is over already.") if ended else None


async def _waiting(user_id: int, chat: Chat, counter: Counter) -> list[Waiting]:
    """What this person waits for; a group need not know about all of it."""
    found = await counter.queue.list_of(user_id)
    is_private = chat.id == user_id
    return [one for one in found if is_private or one.download.chat_id == chat.id]


def _list(waiting: list[Waiting], words: Words) -> tuple[str, Rows]:
    lines: list[str] = []
    rows: Rows = []
    for number, one in enumerate(waiting, 1):
        state = wording.queue_place(one.place, one.download.priority, words)
        lines.append(wording.queue_row(number, one.download, state))
        text = _("Cancel {number}").format(number=number)
        rows.append([button(text, QueueButton(id=one.download.id).pack())])
    return wording.queue(lines, words), rows


def _told(queued: Queued) -> str | None:
    """A word on top of the chat, where the message itself cannot say it."""
    if queued.is_known:
        return _("I have this file already: here it comes.")
    return None if queued.is_new else _("This is in the queue already.")


async def _nothing(callback: CallbackQuery) -> str:
    """What was pressed leads nowhere: it is over, or somebody else's."""
    if await InPrivate()(callback):
        return _("This is over. Please send me the link again.")
    return _("Only whoever asked for this can press here, and only until it is over.")


async def _alert(callback: CallbackQuery, html: str) -> None:
    """Say something that has to be closed; Telegram shows it as plain text."""
    try:
        await callback.answer(unescape(html)[:ALERT_LENGTH], show_alert=True)
    except TelegramBadRequest as exc:
        if not any(part in exc.message.lower() for part in TOO_LATE):
            raise


async def _quietly(said: Awaitable[None]) -> None:
    """What cannot be shown is done all the same."""
    try:
        await said
    except (TelegramAPIError, ClientDecodeError, DownloadError) as exc:
        log.info("download not shown", error=str(exc))


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="download_queue")
    router.message.register(queue, Command("queue", ignore_case=True))
    press = router.callback_query.register
    press(download_pick, DownloadButton.filter(F.step == Step.PICK))
    press(download_cancel, DownloadButton.filter(F.step == Step.CANCEL))
    press(queue_cancel, QueueButton.filter())
    return router
