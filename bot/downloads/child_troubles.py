"""What yt-dlp's errors mean: each becomes one of our troubles."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator

from yt_dlp.networking.exceptions import HTTPError, RequestError
from yt_dlp.utils import (
    ContentTooShortError,
    ExtractorError,
    GeoRestrictedError,
    UnsupportedError,
    UserNotLive,
)
from yt_dlp.utils import DownloadError as ReportedError

from bot.downloads.trouble import DownloadError, Trouble

REFUSED = "X-Egress-Refused"
GUARD_FAILED = "Egress failed"  # the guard could not get through; nobody said no
CHAIN_LENGTH = 12
# Sites say these in sentences of their own, so the order is from the clear to the vague.
WORDS = (
    (r"\bdrm\b", Trouble.protected),
    (r"not available (in|from) your|geo.?restrict|blocked .*in your country", Trouble.region),
    (r"will begin in|premieres? in|is offline|not currently live|has not started", Trouble.live),
    (r"\blog.?in\b|sign in|cookies|private|registered users|password", Trouble.private),
    (r"age.?restrict|confirm your age|members.only|subscribers|not authorized", Trouble.private),
    (
        r"unavailable|not available|removed|deleted|no longer|does not exist|not found|terminated",
        Trouble.unavailable,
    ),
    (r"unsupported url|no video formats|no media|requested format|ffmpeg", Trouble.unsupported),
)
KINDS = (
    (UnsupportedError, Trouble.unsupported),
    (GeoRestrictedError, Trouble.region),
    (UserNotLive, Trouble.live),
    (ContentTooShortError, Trouble.network),
    (MemoryError, Trouble.unsupported),  # a page without an end
)
STATUSES = {
    401: Trouble.private,
    403: Trouble.private,
    404: Trouble.unavailable,
    410: Trouble.unavailable,
    407: Trouble.internal,
    429: Trouble.site,
    451: Trouble.region,
}
ERRNOS = {errno.EFBIG: Trouble.too_large, errno.ENOSPC: Trouble.disk, errno.EDQUOT: Trouble.disk}
HIGHEST_FINAL = 499


def meaning(error: BaseException) -> DownloadError:
    """*error* as one of ours: itself, or what its kind, the HTTP status or its words say."""
    chain = list(_chain(error))
    for judge in (_ours, _kind, _system, _refusal, _words, _status, _network):
        for one in chain:
            if found := judge(one):
                return found
    is_site = any(isinstance(one, ExtractorError | ReportedError) for one in chain)
    # An extractor that does not understand its site any more will not by itself learn to.
    return DownloadError(Trouble.site if is_site else Trouble.internal, passing=False)


def is_refusal(error: BaseException) -> bool:
    """Did the egress guard say no?"""
    return _refusal(error) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """*error* and what lies behind it; yt-dlp keeps causes in three places."""
    waiting: list[object] = [error]
    seen: list[BaseException] = []
    while waiting and len(seen) < CHAIN_LENGTH:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or one in seen:
            continue
        seen.append(one)
        yield one
        inner = getattr(one, "exc_info", None) or (None, None)
        waiting += [inner[1], getattr(one, "cause", None), one.__cause__, one.__context__]


def _ours(error: BaseException) -> DownloadError | None:
    return error if isinstance(error, DownloadError) else None


def _kind(error: BaseException) -> DownloadError | None:
    return next((DownloadError(t) for kind, t in KINDS if isinstance(error, kind)), None)


def _system(error: BaseException) -> DownloadError | None:
    trouble = ERRNOS.get(error.errno or 0) if isinstance(error, OSError) else None
    if trouble is None and (
        found := re.match(r".*unable to write data: \[Errno (\d+)", str(error))
    ):
        trouble = ERRNOS.get(int(found[1]))
    return DownloadError(trouble) if trouble else None


def _refusal(error: BaseException) -> DownloadError | None:
    is_refused = isinstance(error, HTTPError) and error.response.get_header(REFUSED)
    # Of a tunnel that failed Python tells the first line alone; only the guard opens tunnels.
    is_closed = "Tunnel connection failed: 403" in str(error)
    return DownloadError(Trouble.refused_address) if is_refused or is_closed else None


def _words(error: BaseException) -> DownloadError | None:
    if not _speaks(error):
        return None
    text = str(error).lower()
    return next((DownloadError(t) for pattern, t in WORDS if re.search(pattern, text)), None)


def _speaks(error: BaseException) -> bool:
    """Is *error* a sentence of the site, or of yt-dlp about it?"""
    if isinstance(error, ReportedError):
        return not (error.exc_info and error.exc_info[1])
    # What is not expected is a page misread, whose words mean nothing.
    if not isinstance(error, ExtractorError) or not error.expected:
        return False
    return not isinstance(error.cause, RequestError)


def _status(error: BaseException) -> DownloadError | None:
    if not isinstance(error, HTTPError):
        return None
    if str(error.reason).startswith(GUARD_FAILED):
        return DownloadError(Trouble.network)
    usual = Trouble.site if error.status > HIGHEST_FINAL else Trouble.unavailable
    return DownloadError(STATUSES.get(error.status, usual))


def _network(error: BaseException) -> DownloadError | None:
    is_network = isinstance(error, RequestError | TimeoutError | ConnectionError)
    return DownloadError(Trouble.network) if is_network else None
