"""Downloads: what becomes of a link.

format: mp3, mp4 or srt; quality: 320k, 720p, or text for subtitles; priority: low, medium or high;
error: a Trouble's name (bot/downloads/trouble.py); site: yt-dlp's name for it.
"""

from __future__ import annotations

from bot.analytics.batch import Batch, Keep
from bot.analytics.events import Event
from bot.analytics.families import Families, Moves
from bot.analytics.series import MINUTES, Series

MEGABYTE = 1_000_000
SIZES = tuple(n * MEGABYTE for n in (0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 500, 2_000))


class DownloadQueued(Event, frozen=True, kw_only=True, gc=False):
    """A person chose a format and waits, or was sent at once what Telegram has already.

    is_known: sent by its file_id, without a download
    """

    user_id: int
    chat_id: int
    format: str
    quality: str
    priority: str
    is_known: bool = False


class DownloadStarted(Event, frozen=True, kw_only=True, gc=False):
    """A worker took it.

    wait_seconds: since it was queued, or since its next attempt was due
    """

    user_id: int
    format: str
    priority: str
    wait_seconds: float


class DownloadRetried(Event, frozen=True, kw_only=True, gc=False):
    """An attempt failed for a reason that may pass; another one is planned."""

    user_id: int
    format: str
    error: str


class DownloadSucceeded(Event, frozen=True, kw_only=True, gc=False):
    """The file is with the person.

    seconds: from the first start to the delivery
    """

    user_id: int
    format: str
    quality: str
    site: str
    seconds: float
    size_bytes: int


class DownloadFailed(Event, frozen=True, kw_only=True, gc=False):
    """It ended without a file; error "cancelled": the person wanted it so."""

    user_id: int
    format: str
    error: str


class LinkRefused(Event, frozen=True, kw_only=True, gc=False):
    """A link led to nothing that could be offered."""

    user_id: int
    error: str


SERIES = (
    Series(
        "download_duration_seconds",
        "histogram",
        "performance",
        "From the start of a download to its delivery.",
        ("format", "quality"),
        MINUTES,
    ),
    Series(
        "downloads_succeeded_total",
        "counter",
        "performance",
        "Downloads delivered.",
        ("format", "quality"),
    ),
    Series(
        "downloads_failed_total",
        "counter",
        "performance",
        "Downloads that ended without a file.",
        ("format", "error"),
    ),
    Series(
        "download_retries_total",
        "counter",
        "performance",
        "Attempts that failed and were planned again.",
        ("format",),
    ),
    Series(
        "download_size_bytes",
        "histogram",
        "performance",
        "Size of delivered files.",
        ("format",),
        SIZES,
    ),
    Series("downloads_in_progress", "gauge", "performance", "Downloads that run now."),
    Series(
        "queue_depth",
        "gauge",
        "performance",
        "Downloads that wait for a worker.",
        ("priority",),
    ),
    Series(
        "queue_wait_seconds",
        "histogram",
        "performance",
        "From being due to the start.",
        ("priority",),
        MINUTES,
    ),
    Series(
        "links_refused_total",
        "counter",
        "performance",
        "Links that led to nothing that could be offered.",
        ("error",),
    ),
    Series("ytdlp_up", "gauge", "system", "Whether yt-dlp could read the test address."),
    Series(
        "format_requests_total", "counter", "engagement", "Formats that people chose.", ("format",)
    ),
)


def _queued(batch: Batch, fact: DownloadQueued) -> None:
    batch.event(
        fact,
        "download_queued",
        user_id=fact.user_id,
        chat_id=fact.chat_id,
        label=fact.format,
        value=fact.is_known,
    )


def _succeeded(batch: Batch, fact: DownloadSucceeded) -> None:
    batch.event(
        fact, "download", user_id=fact.user_id, label=fact.format, value=round(fact.seconds, 3)
    )
    batch.aggregate("downloads", "succeeded", fact, fact.seconds)


def _retried(batch: Batch, fact: DownloadRetried) -> None:
    batch.event(fact, "download_retried", user_id=fact.user_id, label=fact.error)
    batch.aggregate("downloads", "retried", fact)


def _failed(batch: Batch, fact: DownloadFailed) -> None:
    batch.event(fact, "download_failed", user_id=fact.user_id, label=fact.error)
    batch.aggregate("downloads", "failed", fact)


def _refused(batch: Batch, fact: LinkRefused) -> None:
    batch.event(fact, "link_refused", user_id=fact.user_id, label=fact.error)


KEPT: dict[type[Event], Keep] = {
    DownloadQueued: _queued,
    DownloadSucceeded: _succeeded,
    DownloadRetried: _retried,
    DownloadFailed: _failed,
    LinkRefused: _refused,
}


def moves(series: Families) -> Moves:
    """Which series each fact moves."""
    sent_files = series["cache_requests_total"]

    def looked_up(fact: DownloadQueued) -> None:
        sent_files["sent_files", "hit" if fact.is_known else "miss"].inc()

    return {
        DownloadQueued: (series.counted("format_requests_total", "format"), looked_up),
        DownloadStarted: (series.observed("queue_wait_seconds", "wait_seconds", "priority"),),
        DownloadRetried: (series.counted("download_retries_total", "format"),),
        DownloadSucceeded: (
            series.counted("downloads_succeeded_total", "format", "quality"),
            series.observed("download_duration_seconds", "seconds", "format", "quality"),
            series.observed("download_size_bytes", "size_bytes", "format"),
        ),
        DownloadFailed: (series.counted("downloads_failed_total", "format", "error"),),
        LinkRefused: (series.counted("links_refused_total", "error"),),
    }
