"""Counts what comes in: says how far it is, and stops what grows over the limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bot.downloads.trouble import DownloadError, Trouble

Json = dict[str, Any]
Tell = Callable[[Json], None]
Monotonic = Callable[[], float]

MEGABYTE = 1_000_000
PAUSE_SECONDS = 0.5  # between two words about the progress
# Sound as it comes may be far larger than the mp3 that is made of it: a WAV is ten times.
ALLOWANCE = {"mp3": 10, "mp4": 1, "srt": 1}


class Meter:
    """Hears yt-dlp, tells how far it is, and stops what grows over the limit.

    kind: the format that is made of it; total: bytes, if known; megabytes: what it may be
    """

    def __init__(
        self,
        tell: Tell,
        kind: str,
        total: int | None,
        megabytes: int,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._tell, self._total, self._megabytes = tell, total, megabytes
        self._monotonic = monotonic
        self._limit = ALLOWANCE[kind] * megabytes * MEGABYTE
        self._finished = 0
        self._told_at = float("-inf")

    def hear(self, news: Json) -> None:
        """Take what yt-dlp says of a part; DownloadError(too_large)."""
        done = int(news.get("downloaded_bytes") or 0)
        declared = news.get("total_bytes")
        if self._finished + max(done, declared or 0) > self._limit:
            raise DownloadError(Trouble.too_large, str(self._megabytes))
        if news["status"] == "finished":
            self._finished += int(declared or done)
        elif self._monotonic() - self._told_at >= PAUSE_SECONDS:
            self._told_at = self._monotonic()
            self._tell({"progress": self._progress(self._finished + done, news)})

    def _progress(self, done: int, news: Json) -> Json:
        of_part = news.get("total_bytes") or news.get("total_bytes_estimate")
        total = self._total or (self._finished + int(of_part) if of_part else None)
        speed = news.get("speed")
        left = (total - done) / speed if total and speed else news.get("eta")
        return {
            "done_bytes": done,
            # An estimate that is passed was wrong.
            "total_bytes": total if total and total >= done else None,
            "bytes_per_second": speed,
            "seconds_left": max(left, 0) if left is not None else None,
        }
