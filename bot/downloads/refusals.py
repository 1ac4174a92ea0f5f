"""What the egress guard says when a request goes no further."""

from __future__ import annotations

from http import HTTPStatus

from bot.errors import BotError

REFUSED = "X-Egress-Refused"
EXPLAINED = {
    HTTPStatus.FORBIDDEN: "refused",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "unknown",
}


class RefusedError(BotError):
    """A request that goes no further.

    status: 403 for what nobody may ask for, otherwise the 4xx or 5xx that fits
    reason: a word from the code, never from the request
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = HTTPStatus(status)
        self.reason = reason


def response(refused: RefusedError) -> bytes:
    """The refusal as HTTP/1.1 writes it.

    The reason stands in the first line, too: all that Python's client says of a CONNECT which
    failed is that line.
    """
    verb = EXPLAINED.get(refused.status, "failed")
    body = f"egress guard: {verb}: {refused.reason}\n"
    lines = [
        f"HTTP/1.1 {refused.status.value} Egress {verb}: {refused.reason}",
        "Connection: close",
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
    ]
    if refused.status is HTTPStatus.FORBIDDEN:
        lines.append(f"{REFUSED}: {refused.reason}")
    if refused.status is HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        lines.append('Proxy-Authenticate: Basic realm="egress"')
    return "\r\n".join([*lines, "", body]).encode("ascii")
