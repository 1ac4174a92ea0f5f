"""The answer of a moment ago, for whoever asks again in the very same words.

A page on many screens and a script in a loop ask what was asked just now.  On its way through
aiohttp each request takes the loop, on which people's messages wait, as long as a handler does
(docs/speed.md); to find and send the same bytes takes a fraction of that.

Only the doors that say so repeat anything, and each time the caller must still be admitted.  After
a second somebody's request goes the whole way; until it is answered, but no longer than for one
more second, the others get what there was, or all who ask would go the whole way at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import HttpVersion11, hdrs, web

from bot.analytics.events import Event
from bot.analytics.operations import HttpRequestHandled
from bot.clock import Clock, utc_now

SECONDS = 1.0
KEPT = 64
LONGEST = 64 * 1024  # bytes of a body
LONGEST_HEAD = 8 * 1024

Again = Callable[[], bool]

# Set by a door whose answer may be repeated: whether its caller may ask once more, which counts.
AGAIN: web.RequestKey[Again] = web.RequestKey("again")

# What follows the head of a request that says one of these is not the next request.
_MORE = re.compile(rb"(?i)\n(?:content-length|transfer-encoding|upgrade|expect)\s*:")


@dataclass(slots=True)
class _Answer:
    """Bytes that were sent, until when they are new on the clock that only goes on, and the route.

    is_renewing: whether somebody is on the whole way since then
    """

    sent: bytes
    until: float
    again: Again
    route: str
    status: int
    is_renewing: bool = False

    def take(self, now: float) -> bool:
        """Whether it may be given; the first who asks too late has to renew it."""
        if now < self.until:
            return True
        is_spared, self.is_renewing = self.is_renewing, True
        return is_spared and now < self.until + SECONDS


class Repeats:
    """What was answered within the last second or two.

    publish: hears HttpRequestHandled for each answer that is given again
    """

    def __init__(
        self,
        publish: Callable[[Event], object],
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._publish = publish
        self._clock = clock
        self._monotonic = monotonic
        self._kept: dict[bytes, _Answer] = {}

    def give(self, asked: bytes) -> bytes | None:
        """The answer to these bytes, counted as a request; None: they have to be answered anew."""
        kept = self._kept.get(asked)
        if kept is None:
            return None
        started = time.perf_counter()
        if not kept.take(self._monotonic()) or not kept.again():
            return None
        seconds = time.perf_counter() - started
        self._publish(
            HttpRequestHandled(
                at=self._clock(),
                route=kept.route,
                method=hdrs.METH_GET,
                status=kept.status,
                seconds=seconds,
            )
        )
        return kept.sent

    def keep(self, asked: bytes, request: web.Request, response: web.StreamResponse) -> None:
        """Note what *request*, which came as *asked*, is being answered, if that may be."""
        again, resource = request.get(AGAIN), request.match_info.route.resource
        if not (again and resource and _is_lasting(request, response)):
            return
        body = _body(response)
        if body is None or len(asked) > LONGEST_HEAD:
            return
        now = self._monotonic()
        self._drop(now, asked)
        sent = _head(response) + body
        kept = _Answer(sent, now + SECONDS, again, resource.canonical, response.status)
        self._kept[asked] = kept

    def forget(self) -> None:
        """Keep nothing: whoever asked to be forgotten may stand in it."""
        self._kept.clear()

    def _drop(self, now: float, asked: bytes) -> None:
        self._kept.pop(asked, None)
        for old in [old for old, kept in self._kept.items() if kept.until + SECONDS <= now]:
            del self._kept[old]
        if len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]


def is_whole_get(data: bytes) -> bool:
    """Whether *data* is one request without a body, and nothing of another.

    Lines end as RFC 9112 has it: about others parsers differ.
    """
    is_one = data.find(b"\r\n\r\n") == len(data) - 4
    return is_one and data.startswith(b"GET ") and not _MORE.search(data)


def _body(response: web.StreamResponse) -> bytes | None:
    if response.status == HTTPStatus.NOT_MODIFIED:
        return b""
    body = response.body if isinstance(response, web.Response) else None
    if response.status != HTTPStatus.OK or not isinstance(body, bytes) or len(body) > LONGEST:
        return None
    # What is packed on the way, or sent in chunks, is not what will be sent.
    return body if response.headers.get(hdrs.CONTENT_LENGTH) == str(len(body)) else None


def _is_lasting(request: web.Request, response: web.StreamResponse) -> bool:
    return request.version == HttpVersion11 and response.keep_alive is True


def _head(response: web.StreamResponse) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in response.headers.items()]
    return f"HTTP/1.1 {response.status} {response.reason}\r\n{''.join(lines)}\r\n".encode()
