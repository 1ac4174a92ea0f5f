from __future__ import annotations

import errno
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from yt_dlp.networking import Response
from yt_dlp.networking.exceptions import HTTPError, ProxyError, TransportError
from yt_dlp.utils import DownloadError as ReportedError
from yt_dlp.utils import ExtractorError, GeoRestrictedError, UnsupportedError, UserNotLive

from bot.downloads.child_troubles import meaning
from bot.downloads.trouble import DownloadError, Trouble


def status(code: int, reason: str = "", **headers: str) -> HTTPError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPError(Response(BytesIO(), "http://a.example/", named, status=code, reason=reason))


def sentence(text: str) -> ExtractorError:
    return ExtractorError(text, expected=True)


def reported(error: Exception) -> ReportedError:
    """As yt-dlp wraps what happened."""
    return ReportedError(f"ERROR: {error}", (type(error), error, None))


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (UnsupportedError("http://a.example/"), Trouble.unsupported),
        (GeoRestrictedError("no"), Trouble.region),
        (UserNotLive(), Trouble.live),
        (sentence("This video is DRM protected"), Trouble.protected),
        (sentence("This video is not available in your country"), Trouble.region),
        (sentence("This live event will begin in 3 days"), Trouble.live),
        (sentence("Use --cookies, this is for registered users only"), Trouble.private),
        (sentence("Sign in to confirm your age"), Trouble.private),
        (sentence("This video is private"), Trouble.private),
        (sentence("This video has been removed"), Trouble.unavailable),
        (sentence("No video formats found!"), Trouble.unsupported),
        (status(401), Trouble.private),
        (status(403), Trouble.private),
        (status(404), Trouble.unavailable),
        (status(410), Trouble.unavailable),
        (status(418), Trouble.unavailable),
        (status(451), Trouble.region),
        (status(429), Trouble.site),
        (status(503), Trouble.site),
        (status(403, X_Egress_Refused="loopback"), Trouble.refused_address),
        (status(502, "Egress failed: connect"), Trouble.network),
        (status(407), Trouble.internal),
        (ProxyError("Tunnel connection failed: 403 Egress refused"), Trouble.refused_address),
        (ProxyError("Tunnel connection failed: 502 Egress failed"), Trouble.network),
        (TransportError("timed out"), Trouble.network),
        (TimeoutError(), Trouble.network),
        (OSError(errno.ENOSPC, "full"), Trouble.disk),
        (OSError(errno.EFBIG, "large"), Trouble.too_large),
        (MemoryError(), Trouble.unsupported),
        (ExtractorError("a private page misread"), Trouble.site),
        (ReportedError("ERROR: ffmpeg could not be found"), Trouble.unsupported),
        (ReportedError("unable to write data: [Errno 28] No space"), Trouble.disk),
        (KeyError("oh"), Trouble.internal),
    ],
)
@pytest.mark.parametrize("wrapped", [lambda error: error, reported])
def test_an_error_means_one_trouble(
    error: Exception, trouble: Trouble, wrapped: Callable[[Any], Exception]
) -> None:
    # What yt-dlp wraps was in its hands, so that it is no fault of our own code.
    expected = Trouble.site if wrapped is reported and isinstance(error, KeyError) else trouble

    assert meaning(wrapped(error)).trouble is expected


def test_a_site_that_fails_may_get_better_but_a_page_misread_does_not() -> None:
    assert meaning(status(503)).is_passing
    assert not meaning(ExtractorError("a page misread")).is_passing


def test_what_lies_behind_an_error_is_found() -> None:
    error = ExtractorError("Unable to download webpage", cause=status(404))

    assert meaning(error).trouble is Trouble.unavailable


def test_our_own_error_is_passed_on() -> None:
    own = DownloadError(Trouble.too_large, "50")

    assert meaning(own) is own


def test_errors_that_cause_each_other_come_to_an_end() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first

    assert meaning(first).trouble is Trouble.internal
