"""Whoever carries words and files to the person: what workers expect of Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.downloads.media import Choice, Fetched, Progress
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan, Priority

Kind = Literal["audio", "video", "document"]


@dataclass(frozen=True, kw_only=True)
class Download:
    """One row of the queue, as the rest of the program sees it.

    user_id: Telegram's; message_id: the one message that shows progress and becomes the file
    language: the person's, to speak with them later; "" if nobody knows
    title, performer, duration_seconds: what the site said; plan: its name when it was chosen
    attempts: this one included; started_at: of the first attempt
    """

    id: int
    user_id: int
    chat_id: int
    message_id: int
    language: str
    media_key: str
    url: str
    site: str
    title: str
    performer: str | None
    duration_seconds: int | None
    choice: Choice
    plan: str
    priority: Priority
    attempts: int
    queued_at: datetime
    started_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file that Telegram has, to be sent again without a download."""

    file_id: str
    kind: Kind
    title: str
    performer: str | None
    duration_seconds: float | None
    size_bytes: int | None


class DeliveryError(DownloadError):
    """Telegram did not take it.

    passing: a broken connection, 5xx, 429; otherwise nobody will ever get it: the bot is blocked,
    the chat is gone.  retry_after: seconds that Telegram asked us to wait
    """

    def __init__(self, *, passing: bool, retry_after: float = 0) -> None:
        super().__init__(Trouble.telegram, passing=passing)
        self.retry_after = retry_after


class Courier(Protocol):
    """Speaks with one person about one download, always in the same message.

    Doing any of these again leaves the chat as it was: the message is edited, never sent anew.
    So a process that dies between Telegram's answer and our commit brings no second file.
    A message that is gone (the person deleted it) means DownloadError(Trouble.cancelled).
    """

    async def show(self, download: Download, progress: Progress) -> None:
        """Show how far it is.

        Called about once a second with the newest progress, one call at a time, and never at the
        same time as another method for this download.  What comes too early for Telegram is left
        out, unless the stage is a new one; what Telegram refuses is logged and forgotten.
        """

    async def deliver(self, download: Download, fetched: Fetched) -> Sent:
        """Edit the message into the file; raises DeliveryError, or DownloadError(too_large)."""

    async def resend(self, download: Download, sent: Sent) -> bool:
        """Edit the message into a file that Telegram has; False if it no longer knows the file.

        Raises DeliveryError.
        """

    async def retry(self, download: Download, error: DownloadError, seconds: float) -> None:
        """Say that there will be another attempt in *seconds*; raises DeliveryError."""

    async def fail(self, download: Download, error: DownloadError, plan: Plan) -> None:
        """Say why there is no file, and the limit of *plan* that was passed if it was that.

        Also for what the person cancelled.  Raises DeliveryError.
        """
