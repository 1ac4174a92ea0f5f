"""Who may see what, from METRICS_HOST, METRICS_TOKEN and METRICS_PUBLIC.

            METRICS_TOKEN set      bound to loopback      elsewhere
/metrics    with the token, else   open                   METRICS_PUBLIC=true, else 403
            401
details     with the token         shown                  hidden

Details are the checks of /health and the version; without them /health tells its status only,
so that load balancers and Docker's check need no secret.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress

from aiohttp import web
from multidict import CIMultiDict

from bot.config import Settings

CHALLENGES = ('Bearer realm="telegauge"', 'Basic realm="telegauge", charset="UTF-8"')


class Access:
    """Decides for each request; compares secrets as bytes and in constant time."""

    def __init__(self, settings: Settings) -> None:
        token = settings.metrics_token
        self._token = token.get_secret_value().encode() if token else None
        self._is_public = settings.metrics_public
        self._is_local = is_loopback(settings.metrics_host)

    def has_token(self, request: web.Request) -> bool:
        """Whether *request* carries METRICS_TOKEN as a bearer or as basic auth's password."""
        sent = sent_secret(request)
        return bool(self._token and sent and hmac.compare_digest(sent, self._token))

    def may_see_details(self, request: web.Request) -> bool:
        """Whether /health may show its checks."""
        return self.has_token(request) if self._token else self._is_local

    def require_metrics(self, request: web.Request) -> None:
        """Return when *request* may read /metrics.

        Raises HTTPUnauthorized or HTTPForbidden, with a text that says what would help.
        """
        if self._token:
            self._require_token(request)
        elif not (self._is_local or self._is_public):
            raise web.HTTPForbidden(
                text="The server listens beyond loopback, so /metrics is closed. Set METRICS_TOKEN"
                " and send it, or set METRICS_PUBLIC=true to open /metrics to everyone."
            )

    def _require_token(self, request: web.Request) -> None:
        if self.has_token(request):
            return
        challenges = CIMultiDict(("WWW-Authenticate", challenge) for challenge in CHALLENGES)
        raise web.HTTPUnauthorized(
            text="Send METRICS_TOKEN as a bearer token, or as the password of basic auth.",
            headers=challenges,
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to *host*; a name counts as no."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def sent_secret(request: web.Request) -> bytes | None:
    """The bearer token or the basic password of *request*, as the bytes that were sent."""
    header = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    scheme, _, value = header.partition(b" ")
    if scheme.lower() == b"bearer":
        return value.strip()
    return _password(value) if scheme.lower() == b"basic" else None


def _password(value: bytes) -> bytes | None:
    try:
        return base64.b64decode(value.strip(), validate=True).partition(b":")[2]
    except binascii.Error:
        return None
