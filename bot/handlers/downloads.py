"""The feature downloads, as people meet it: /download, a bare link, /queue, and the buttons."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.words import Words
from bot.downloads.counter import Counter
from bot.downloads.looks import BusyError
from bot.downloads.messages.telegram import DownloadButton, Messages, Step
from bot.downloads.trouble import DownloadError, Trouble
from bot.handlers.access import InPrivate
from bot.handlers.answers import acknowledge, say
from bot.handlers.links import Errand, is_mostly_link, link_of


async def download(
    message: Message, command: CommandObject, counter: Counter, messages: Messages, words: Words
) -> None:
    """Answer /download LINK, or /download in answer to a message that has one."""
    asked = message.reply_to_message
    if command.args or asked:
        found = _link(message) or (_link(asked) if asked else None)
        await _follow(message, found, counter, messages, words)
    else:
        await say(message, _usage(is_private=await InPrivate()(message)))


async def download_link(
    message: Message, counter: Counter, messages: Messages, words: Words
) -> None:
    """Answer a link that came without a command."""
    await _follow(message, _link(message), counter, messages, words)


async def download_again(
    callback: CallbackQuery, counter: Counter, messages: Messages, words: Words
) -> None:
    """Look at the same link once more; it is in the message that ours answers."""
    shown = callback.message
    asked = shown.reply_to_message if isinstance(shown, Message) else None
    link = asked and _link(asked)
    if not (isinstance(shown, Message) and asked and isinstance(link, str)):
        await acknowledge(callback, _("I have the link no more. Please send it again."))
        return
    asker = asked.from_user.id if asked.from_user else None
    if asker != callback.from_user.id and not await InPrivate()(callback):
        await acknowledge(callback, theirs())
        return
    errand = Errand(
        user_id=callback.from_user.id, link=link, counter=counter, messages=messages, words=words
    )
    try:
        counter.looks.begin(errand.user_id, lambda look: errand.repeat(look, shown))
    except BusyError as busy:
        await acknowledge(callback, _busy(busy))
    else:
        await acknowledge(callback)


async def download_stop(callback: CallbackQuery, counter: Counter) -> None:
    """Look no further; the look itself says so in its message."""
    shown = callback.message
    place = (shown.chat.id, shown.message_id) if shown else (0, 0)
    ended = counter.looks.stop(place, callback.from_user.id)
    words = {"stopped": None, "theirs": theirs(), "over": _("This is over already.")}
    await acknowledge(callback, words[ended])


def theirs() -> str:
    """What somebody reads who presses other people's buttons."""
    return _("Only whoever asked for this can press here.")


async def _follow(
    message: Message,
    link: str | DownloadError | None,
    counter: Counter,
    messages: Messages,
    words: Words,
) -> None:
    """Have somebody look at the link, which may take a while, and answer what can be said now."""
    user = message.from_user
    if user is None or message.sender_chat is not None:
        await say(message, _("I do not know who you are. Please ask me under your own name."))
        return
    if not isinstance(link, str):
        counter.refuse(user.id, Trouble.unsupported)
        await say(message, _no_link(link, words))
        return
    errand = Errand(user_id=user.id, link=link, counter=counter, messages=messages, words=words)
    try:
        counter.looks.begin(user.id, lambda look: errand.answer(look, message))
    except BusyError as busy:
        await say(message, _busy(busy))


def _link(message: Message) -> str | DownloadError | None:
    """The link; what is wrong with it if it must not be followed."""
    try:
        return link_of(message)
    except DownloadError as error:
        return error


def _no_link(problem: DownloadError | None, words: Words) -> str:
    if problem and problem.limit:
        text = _("This link is too long: I follow links of up to {count} characters.")
        return text.format(count=words.number(int(problem.limit)))
    return _("This is no link that I can follow. It should begin with https://")


def _usage(*, is_private: bool) -> str:
    if is_private:
        return _(
            "Send me a link, and I bring what is behind it: as mp3, as mp4 or as subtitles. "
            "/queue shows how far your downloads are."
        )
    return _("Write the link behind /download, or answer a message that has one with /download.")


def _busy(busy: BusyError) -> str:
    if busy.is_own:
        return _("I am still looking at your last link. Wait for it, or cancel it.")
    return _("Too many people ask at the moment. Please try again in a minute.")


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="downloads")
    router.message.register(download, Command("download", ignore_case=True))
    press = router.callback_query.register
    press(download_again, DownloadButton.filter(F.step == Step.AGAIN))
    press(download_stop, DownloadButton.filter(F.step == Step.STOP))
    return router


def build_late_router() -> Router:
    """The router for links without a command, which somebody's own router may want first."""
    router = Router(name="download_links")
    router.message.register(download_link, InPrivate(), is_mostly_link)
    return router
