"""Heads of requests and responses: read strictly by h11, and written anew without their hops."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac

import h11

from bot.downloads.refusals import REFUSED, RefusedError
from bot.downloads.targets import Target

HEAD_BYTES = 32 * 1024
CHUNK = 4096
USER = "guard"
VERSIONS = {b"1.0", b"1.1"}
# What concerns one connection only, or us.  h11 writes connection and the framing by itself.
HOPS = {
    *(b"connection", b"keep-alive", b"te", b"trailer", b"upgrade", b"expect"),
    REFUSED.lower().encode(),
}
FRAMING = {b"content-length", b"transfer-encoding"}
CLOSE = (b"Connection", b"close")

Header = tuple[bytes, bytes]


async def read_request(near: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The head that comes next, or None if nobody says anything; RefusedError if it is no head."""
    room = HEAD_BYTES
    try:
        while (event := near.next_event()) is h11.NEED_DATA:
            # Exactly as much as is allowed, since a head that is complete has no limit in h11.
            data = await reader.read(min(CHUNK, room + 1))
            room -= len(data)
            near.receive_data(data)
    except h11.RemoteProtocolError as exc:
        raise RefusedError(exc.error_status_hint, "head") from None
    if not isinstance(event, h11.Request):
        return None
    if event.http_version not in VERSIONS:
        raise RefusedError(505, "head")
    return event


def check_password(request: h11.Request, password: str) -> None:
    """RefusedError 407 unless the request carries *password*, once, as Basic."""
    given = [value for name, value in request.headers if name == b"proxy-authorization"]
    scheme, _, token = (given[0] if len(given) == 1 else b"").partition(b" ")
    try:
        said = base64.b64decode(token.strip(), validate=True)
    except binascii.Error:
        said = b""
    is_known = hmac.compare_digest(said, f"{USER}:{password}".encode())
    if scheme.lower() != b"basic" or not is_known:
        # Clients such as ffmpeg ask without it first; only a wrong one is worth a look.
        raise RefusedError(407, "password_wrong" if given else "password_missing")


def onward(request: h11.Request, target: Target) -> h11.Request:
    """The request as the target gets it; RefusedError if its body has two lengths."""
    names = {name for name, _ in request.headers}
    if names >= FRAMING:
        raise RefusedError(400, "framing")
    headers = [header for header in end_to_end(request) if header[0].lower() != b"host"]
    return h11.Request(
        method=request.method,
        target=target.path,
        headers=[(b"Host", target.authority.encode()), *headers, CLOSE],
    )


def back(response: h11.Response) -> h11.Response:
    """The response as the client gets it."""
    return h11.Response(
        status_code=response.status_code,
        reason=response.reason,
        headers=[*end_to_end(response), CLOSE],
    )


def end_to_end(message: h11.Request | h11.Response) -> list[Header]:
    """Its headers without those for one connection, those it names, and all for proxies."""
    named = {
        token.strip().lower()
        for name, value in message.headers
        if name == b"connection"
        for token in value.split(b",")
    }
    # Nobody may talk us out of the framing: a body without its length would be a request.
    gone = HOPS | (named - FRAMING)
    return [(name, value) for name, value in message.headers.raw_items() if not _is_in(name, gone)]


def _is_in(name: bytes, gone: set[bytes]) -> bool:
    lowered = name.lower()
    return lowered in gone or lowered.startswith(b"proxy-")
