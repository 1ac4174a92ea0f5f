"""Carries words and files about downloads to people: one message each, always edited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import structlog
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    FSInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaVideo,
    MediaUnion,
    Message,
    ReplyParameters,
)

from bot.analytics.render.words import Words
from bot.clock import Clock, utc_now
from bot.downloads import wording
from bot.downloads.courier import DeliveryError, Download, Kind, Sent
from bot.downloads.excuses import WORTH_ANOTHER, Excuses, sentence
from bot.downloads.media import Choice, Fetched, Progress
from bot.downloads.messages.telegram import SAME, Messages, Rows, again, cancel, is_gone
from bot.downloads.records import Waiting
from bot.downloads.rhythm import Rhythm
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan

# After so long the person has looked away, and an edit rings nobody's phone.
RING_AFTER = timedelta(seconds=60)
CALL_SECONDS = 60
PLACE_SECONDS = 5  # what is behind it must not wait for long
SLOWEST_BYTES_A_SECOND = 100_000  # an upload that is slower is given up
KINDS: dict[str, Kind] = {"mp3": "audio", "mp4": "video", "srt": "document"}
ACTIONS = {
    "mp3": ChatAction.UPLOAD_VOICE,
    "mp4": ChatAction.UPLOAD_VIDEO,
    "srt": ChatAction.UPLOAD_DOCUMENT,
}
MEDIA: dict[str, type[InputMediaAudio | InputMediaVideo | InputMediaDocument]] = {
    "mp3": InputMediaAudio,
    "mp4": InputMediaVideo,
    "srt": InputMediaDocument,
}

log = structlog.get_logger(__name__)


class TelegramCourier:
    """A Courier over the Bot API.

    words: how to speak a language, by its catalogue's code; megabytes: what the Bot API takes
    has_shop: whether /plan exists
    """

    def __init__(  # noqa: PLR0913  what it speaks with, and what it may say
        self,
        messages: Messages,
        words: Callable[[str], Words],
        *,
        megabytes: int,
        has_shop: bool,
        rhythm: Rhythm | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._messages = messages
        self._words = words
        self._megabytes = megabytes
        self._has_shop = has_shop
        self._rhythm = rhythm or Rhythm()
        self._clock = clock

    async def place(  # noqa: PLR0913, PLR0917  which, where, about what, in which words
        self,
        number: int,
        where: tuple[int, int],
        title: str,
        choice: Choice,
        place: int,
        words: Words,
    ) -> None:
        """Say where it stands in the queue, unless a worker of ours has told more since."""
        async with self._messages.turn(*where):
            if not self._rhythm.has_begun(number):
                text = wording.waiting(title, choice, place, words)
                await self._messages.write(*where, text, cancel(words, number))
                self._rhythm.stand(number, place)

    def is_news(self, waiting: Waiting) -> bool:
        """Whether the person was told another place, and the chat may be written to now."""
        download = waiting.download
        return self._rhythm.moves(download.id, download.chat_id, waiting.place)

    async def stand(self, waiting: Waiting) -> None:
        """Say where it stands by now; raises nothing.  After a 429 it is news again, later."""
        download = waiting.download
        words = self._words(download.language)
        text = wording.standing(waiting, words)
        where = download.chat_id, download.message_id
        try:
            async with self._messages.turn(*where), asyncio.timeout(PLACE_SECONDS):
                if not self._rhythm.has_begun(download.id):
                    await self._messages.write(*where, text, cancel(words, download.id))
        except (TelegramRetryAfter, TimeoutError) as exc:
            asked = exc.retry_after if isinstance(exc, TelegramRetryAfter) else CALL_SECONDS
            self._rhythm.leave(download.id)
            self._rhythm.silence(download.chat_id, asked)
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.info("place not shown", download=download.id, error=str(exc))

    async def withdraw(self, where: tuple[int, int], words: Words) -> None:
        """Say that the person wants nothing of what was offered there."""
        async with self._messages.turn(*where):
            await self._messages.write(*where, wording.excused(sentence(Trouble.cancelled, words)))

    async def show(self, download: Download, progress: Progress) -> None:
        """As Courier says; what the bot does last stands above the chat as well."""
        if not self._rhythm.admits(download.id, download.chat_id, progress.stage):
            return
        words = self._words(download.language)
        text = wording.progress(download, progress, words)
        try:
            await self._write(download, text, cancel(words, download.id))
            if progress.stage == "sending":
                action = ACTIONS[download.choice.format]
                await self._messages.bot.send_chat_action(download.chat_id, action)
        except TelegramRetryAfter as exc:
            self._rhythm.silence(download.chat_id, exc.retry_after)
        except (TelegramAPIError, ClientDecodeError) as exc:
            if is_gone(exc):
                raise DownloadError(Trouble.cancelled) from exc
            log.info("progress not shown", download=download.id, error=str(exc))

    async def deliver(self, download: Download, fetched: Fetched) -> Sent:
        """As Courier says; the file_id is empty if Telegram took the file but did not tell."""
        title = wording.clean(fetched.title) or wording.clean(download.title)
        performer = wording.clean(fetched.performer or "") or None
        about = {
            "title": title,
            "performer": performer,
            "duration": fetched.duration_seconds,
            "width": fetched.width,
            "height": fetched.height,
            "thumbnail": FSInputFile(fetched.thumbnail) if fetched.thumbnail else None,
            "supports_streaming": True,
        }
        name = wording.file_name(title, download.choice)
        media = self._media(download, FSInputFile(fetched.path, name), title, about)
        seconds = CALL_SECONDS + fetched.size_bytes // SLOWEST_BYTES_A_SECOND
        message = await self._replace(download, media, seconds)
        await self._ring(download)
        kind = KINDS[download.choice.format]
        return Sent(
            file_id=_file_id(message, kind),
            kind=kind,
            title=title,
            performer=performer,
            duration_seconds=fetched.duration_seconds,
            size_bytes=fetched.size_bytes,
        )

    async def resend(self, download: Download, sent: Sent) -> bool:
        """As Courier says."""
        media = self._media(download, sent.file_id, sent.title, {})
        try:
            await self._replace(download, media, CALL_SECONDS)
        except DeliveryError as exc:
            if isinstance(exc.__cause__, TelegramBadRequest):
                self._rhythm.leave(download.id)
                return False
            raise
        await self._ring(download)
        return True

    async def retry(self, download: Download, error: DownloadError, seconds: float) -> None:
        """As Courier says."""
        words = self._words(download.language)
        text = wording.retry(download, sentence(error.trouble, words), seconds, words)
        with self._explained():
            await self._write(download, text, cancel(words, download.id))
        self._rhythm.leave(download.id)

    async def fail(self, download: Download, error: DownloadError, plan: Plan) -> None:
        """As Courier says; with a button for another attempt where that may help."""
        words = self._words(download.language)
        reason = Excuses(plan, words, self._has_shop).of(error)
        text = wording.failed(download, reason, words)
        self._rhythm.enter(download.id, "ended")
        with self._explained():
            await self._write(
                download, text, again(words) if error.trouble in WORTH_ANOTHER else []
            )

    def _media(
        self, download: Download, file: str | FSInputFile, title: str, about: dict[str, Any]
    ) -> MediaUnion:
        words, kind = self._words(download.language), MEDIA[download.choice.format]
        fitting = {name: about[name] for name in about.keys() & kind.model_fields.keys()}
        caption = wording.caption(title, download.choice, words) or None
        return kind(media=file, caption=caption, parse_mode=ParseMode.HTML, **fitting)

    async def _write(self, download: Download, html: str, rows: Rows) -> None:
        where = download.chat_id, download.message_id
        async with self._messages.turn(*where):
            await self._messages.write(*where, html, rows)

    async def _replace(self, download: Download, media: MediaUnion, seconds: int) -> Any:
        """Make the message the file; what Telegram answers, None if nobody can read it."""
        self._rhythm.enter(download.id, "sending")
        chat_id, message_id = download.chat_id, download.message_id
        async with self._messages.turn(chat_id, message_id):
            with self._explained():
                return await self._messages.bot.edit_message_media(
                    media, chat_id=chat_id, message_id=message_id, request_timeout=seconds
                )
        return None

    async def _ring(self, download: Download) -> None:
        """A new message after a long wait, because only those ring.

        Only after a first attempt: one that was cut off may have rung already.
        """
        if download.attempts > 1 or self._clock() - download.queued_at < RING_AFTER:
            return
        text = wording.ready(download, self._words(download.language))
        answers = ReplyParameters(message_id=download.message_id, allow_sending_without_reply=True)
        with suppress(TelegramAPIError, ClientDecodeError):
            await self._messages.bot.send_message(
                download.chat_id, text, parse_mode=ParseMode.HTML, reply_parameters=answers
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn aiogram's errors into ours; that nothing would change is none."""
        try:
            yield
        except TelegramRetryAfter as exc:
            raise DeliveryError(passing=True, retry_after=exc.retry_after) from exc
        except TelegramEntityTooLarge as exc:
            raise DownloadError(Trouble.too_large, str(self._megabytes)) from exc
        except (TelegramNetworkError, TelegramServerError) as exc:
            raise DeliveryError(passing=True) from exc
        except TelegramAPIError as exc:
            if is_gone(exc):
                raise DownloadError(Trouble.cancelled) from exc
            if SAME not in exc.message:
                raise DeliveryError(passing=False) from exc
        except ClientDecodeError as exc:
            # Telegram said "ok" and then something we cannot read: done, so never again.
            log.warning("download shown; the answer has an unknown form", error=str(exc))


def _file_id(message: object, kind: Kind) -> str:
    """What Telegram calls the file; a film without sound it may call something else."""
    found = getattr(message, kind, None) if isinstance(message, Message) else None
    return found.file_id if found else ""
