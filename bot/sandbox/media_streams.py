"""Files of the media site that are written as they are sent: slow ones and large ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.sandbox.bodies import BodyError, query_integer
from bot.sandbox.media_files import MELODY
from bot.sandbox.media_melody import BYTES_A_SECOND, HEADER_BYTES, SECONDS, silent_header
from bot.sandbox.media_pages import film, page, policy, sound
from bot.sandbox.media_site import FILES
from bot.sandbox.params import ApiError

SPEED = 40_000  # bytes a second
FASTEST = 1_000_000_000
STEPS = 10  # pieces a second
MEGABYTE = 1_000_000
LARGEST = 4_000  # megabytes; a WAV file counts with 32 bits
PIECE = 256 * 1024
Part = Callable[[int, int], bytes]


async def slow(request: web.Request) -> web.Response:
    """The page of the melody that comes at `speed` bytes a second."""
    speed = _speed(request)
    about = sound(request, f"slow/{MELODY}?speed={speed}", "audio/wav", SECONDS)
    size = HEADER_BYTES + round(SECONDS * BYTES_A_SECOND)
    about |= {"name": "A slow melody", "contentSize": size}
    return page("A slow melody", f"<p>It comes at {speed} bytes a second.</p>", about)


async def dribble(request: web.Request) -> web.StreamResponse:
    """The melody, slowly."""
    path = await request.app[FILES].path(MELODY)
    if path is None:
        raise ApiError(404, "Not Found: the melody is gone")
    content = path.read_bytes()
    speed, size = _speed(request), len(content)
    return await _send(request, "audio/wav", size, lambda a, b: content[a:b], speed)


async def large(request: web.Request) -> web.Response:
    """The page of a file of `megabytes`, `as` wav (silence) or mp4 (nothing that plays).

    `said=0`: the page does not tell the size, so that only the download finds out.
    """
    megabytes, kind = _megabytes(request), request.query.get("as", "wav")
    if kind not in {"wav", "mp4"}:
        raise BodyError("as must be one of wav, mp4")
    size, file = megabytes * MEGABYTE, f"large/silence.{kind}?megabytes={megabytes}"
    if kind == "wav":
        about = sound(request, file, "audio/wav", size // BYTES_A_SECOND, name="A large silence")
    else:
        about = film(request, file, "video/mp4", 60, name="A large film", height=720, width=1280)
    if request.query.get("said", "1") == "1":
        about["contentSize"] = size
    return page(about["name"], f"<p>It has {megabytes} MB.</p>", about)


async def silence(request: web.Request) -> web.StreamResponse:
    """So many megabytes of silence; every film is dark and broken."""
    size, is_sound = _megabytes(request) * MEGABYTE, request.path.endswith(".wav")
    header = silent_header(size) if is_sound else b""

    def part(start: int, stop: int) -> bytes:
        return header[start:stop].ljust(stop - start, b"\0")

    speed = query_integer(request, "speed", FASTEST)
    return await _send(request, "audio/wav" if is_sound else "video/mp4", size, part, speed)


async def _send(
    request: web.Request, kind: str, size: int, part: Part, speed: int
) -> web.StreamResponse:
    """The range that was asked for, in pieces of a tenth of a second."""
    headers = policy() | {"Content-Type": kind, "Accept-Ranges": "bytes"}
    start, stop = _range(request, size)
    if start >= stop:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    response = web.StreamResponse(headers=headers)
    if "Range" in request.headers:
        response.set_status(206)
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response.content_length = stop - start
    await response.prepare(request)
    if request.method != "HEAD":
        await _write(response, part, range(start, stop), speed)
    return response


async def _write(response: web.StreamResponse, part: Part, wanted: range, speed: int) -> None:
    step = min(max(speed // STEPS, 1), PIECE)
    for at in range(wanted.start, wanted.stop, step):
        await response.write(part(at, min(at + step, wanted.stop)))
        await asyncio.sleep(step / speed)
    await response.write_eof()


def _range(request: web.Request, size: int) -> tuple[int, int]:
    """First byte and the one after the last; the whole for an unreadable wish."""
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        return 0, size
    return start, stop


def _speed(request: web.Request) -> int:
    speed = query_integer(request, "speed", SPEED)
    if not 1 <= speed <= FASTEST:
        raise BodyError(f"speed must be 1 to {FASTEST} bytes a second")
    return speed


def _megabytes(request: web.Request) -> int:
    megabytes = query_integer(request, "megabytes", 60)
    if not 1 <= megabytes <= LARGEST:
        raise BodyError(f"megabytes must be 1 to {LARGEST}")
    return megabytes


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/media/slow", slow),
        web.get(f"/media/slow/{MELODY}", dribble),
        web.get("/media/large", large),
        web.get("/media/large/silence.wav", silence),
        web.get("/media/large/silence.mp4", silence),
    ]
