"""Calls to addresses that the operator chose: a receiver of alerts, a watcher of the heartbeat.

Such an address may be a secret, and so nothing here writes more of it than the host.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar

from bot.alerts.notifier import Buttons
from bot.analytics.bus import Bus
from bot.analytics.operations import HeartbeatSent
from bot.clock import Clock, utc_now
from bot.errors import NotifyError
from bot.log import redact

TIMEOUT = ClientTimeout(total=10, sock_connect=5)
SIGNATURE = "Telegauge-Signature"
USER_AGENT = "telegauge"
# Not now, but later: a request that took too long, too many of them.
LATER = {408, 429}
LONGEST_RETRY_AFTER = 3_600
OUTPUT = 200
# The message of a notice that has no number where it went.
NO_NUMBER = 0

log = structlog.get_logger(__name__)


class Outgoing:
    """HTTP with limits: ten seconds, no redirects, no cookies, an answer read for its status."""

    def __init__(self, limits: ClientTimeout = TIMEOUT) -> None:
        self._limits = limits
        self._session: ClientSession | None = None

    async def call(
        self, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        """Return when the receiver took it (2xx); else raise NotifyError, permanent for what the
        same request would get for ever."""
        try:
            async with self._opened().request(
                method, url, data=body or None, headers=headers, allow_redirects=False
            ) as response:
                if not response.ok or response.status >= 300:  # noqa: PLR2004  ok takes redirects
                    raise await _refusal(response)
        except TimeoutError:
            raise NotifyError(f"{_host(url)}: no answer in time") from None
        except (ClientError, OSError, ValueError) as exc:
            # Not the error's own text, which may hold the address.
            raise NotifyError(f"{_host(url)}: {type(exc).__name__}") from None

    async def stop(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    def _opened(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                timeout=self._limits,
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
            )
        return self._session


class Receiver:
    """A notifier that posts to a receiver of webhooks.

    secret: signs each post, as docs/alerts.md says; None: they go unsigned
    """

    def __init__(
        self, outgoing: Outgoing, url: str, secret: str | None, clock: Clock = utc_now
    ) -> None:
        self._outgoing = outgoing
        self._url = url
        self._secret = secret
        self._clock = clock

    async def send(self, text: str, _buttons: Buttons = ()) -> int:
        """Post *text*, which is JSON; 0, because nothing there has a number."""
        body = text.encode()
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers[SIGNATURE] = signature(self._secret, round(self._clock().timestamp()), body)
        await self._outgoing.call("POST", self._url, body, headers)
        return NO_NUMBER

    async def edit(self, message_id: int, text: str, _buttons: Buttons = ()) -> None:
        """Nothing: what was posted is gone."""


class Heartbeat:
    """Asks for an address after each complete check, and holds nothing up.

    failures: how often in a row nobody answered; error: why the last time
    """

    def __init__(self, outgoing: Outgoing, url: str, bus: Bus, clock: Clock = utc_now) -> None:
        self._outgoing = outgoing
        self._url = url
        self._bus = bus
        self._clock = clock
        self._asking: asyncio.Task[None] | None = None
        self._is_stopped = False
        self.failures = 0
        self.error = ""

    def beat(self) -> None:
        """Begin to ask, unless the last question is still open."""
        is_open = self._asking is not None and not self._asking.done()
        # A check may end after the connections are closed.
        if not (is_open or self._is_stopped):
            self._asking = asyncio.create_task(self._ask(), name="heartbeat")

    async def stop(self) -> None:
        """Ask no more."""
        self._is_stopped = True
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        try:
            await self._outgoing.call("GET", self._url)
        except NotifyError as exc:
            self.failures, self.error = self.failures + 1, str(exc)
            log.warning("heartbeat not heard", error=str(exc), times=self.failures)
            self._bus.publish(HeartbeatSent(at=self._clock(), outcome="error"))
            return
        self.failures, self.error = 0, ""
        self._bus.publish(HeartbeatSent(at=self._clock(), outcome="ok"))


def signature(secret: str, at: int, body: bytes) -> str:
    """The header for *body*, sent at *at* (seconds since 1970)."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


async def _refusal(response: ClientResponse) -> NotifyError:
    status, host = response.status, response.url.host
    start = await response.content.read(OUTPUT)
    said = " ".join(redact(start.decode(errors="replace")).split())
    reason = f"{host}: {status} {said}".strip()
    if status in LATER or status >= 500:  # noqa: PLR2004  a server's own fault
        return NotifyError(reason, retry_after=_retry_after(response))
    return NotifyError(reason, permanent=True)


def _retry_after(response: ClientResponse) -> float:
    """Seconds; a date, which it may be too, would be the receiver's clock against ours."""
    said = response.headers.get("Retry-After", "")
    return min(int(said), LONGEST_RETRY_AFTER) if said.isascii() and said.isdigit() else 0


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"
