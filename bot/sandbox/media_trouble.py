"""Trouble on order: addresses of the media site that fail a download in every known way."""

from __future__ import annotations

from html import escape

from aiohttp import web

from bot.sandbox.bodies import BodyError, query_integer
from bot.sandbox.keys import WORLD
from bot.sandbox.media_files import CLIP, FILM_SECONDS, MELODY, SEGMENT_SECONDS
from bot.sandbox.media_melody import SECONDS
from bot.sandbox.media_pages import PLAYLIST, base, film, page, playlist, sound
from bot.sandbox.media_site import FILES, SONG_TITLE, explained, song
from bot.sandbox.params import ApiError

FLAKY_KEYS = 1000
FLAKY_TIMES = 2
LONG_SECONDS = 5 * 60 * 60
REFUSALS = {
    401: "Unauthorized: sign in first",
    403: "Forbidden: this is private",
    404: "Not Found: there is nothing at this address",
    410: "Gone: it was here once",
    451: "Unavailable For Legal Reasons: not in your country",
    500: "Internal Server Error: the site is broken, on purpose",
    503: "Service Unavailable: come back later",
}
SEGMENTS = {
    "segment": ("#EXTINF:2,", "{at}", "#EXT-X-ENDLIST"),
    "key": ('#EXT-X-KEY:METHOD=AES-128,URI="{at}"', "#EXTINF:2,", "{own}", "#EXT-X-ENDLIST"),
    "map": ('#EXT-X-MAP:URI="{at}"', "#EXTINF:2,", "{own}", "#EXT-X-ENDLIST"),
}


async def private(request: web.Request) -> web.Response:
    """Refuse, with `status` 403 or another of the known ones."""
    raise _refusal(query_integer(request, "status", 403))


async def missing(_: web.Request) -> web.Response:
    """There is nothing here."""
    raise _refusal(404)


async def broken(_: web.Request) -> web.Response:
    """The site fails every time."""
    raise _refusal(500)


async def flaky(request: web.Request) -> web.StreamResponse:
    """The song, for `good` visits with each `key`, then refused `times` times, then the song."""
    seen = request.app[WORLD].shelf.setdefault("flaky", {})
    key, times = request.query.get("key", ""), query_integer(request, "times", FLAKY_TIMES)
    good = query_integer(request, "good", 0)
    seen[key] = seen.pop(key, 0) + 1
    while len(seen) > FLAKY_KEYS:
        seen.pop(next(iter(seen)))
    if good < seen[key] <= good + times:
        raise _refusal(503)
    return await explained(song)(request)


async def long(request: web.Request) -> web.Response:
    """A melody that says it lasts `seconds`."""
    seconds = query_integer(request, "seconds", LONG_SECONDS)
    told = sound(request, f"files/{MELODY}", "audio/wav", seconds, name="A very long melody")
    return page("A very long melody", "<p>It says that it lasts for hours.</p>", told)


async def live(request: web.Request) -> web.Response:
    """Something that is on the air."""
    told = film(request, "live.m3u8", PLAYLIST, None, name="On the air")
    return page("On the air", "<p>It never ends.</p>", told)


async def on_air(request: web.Request) -> web.Response:
    """A playlist without an end."""
    await request.app[FILES].path(CLIP)
    parts = range(FILM_SECONDS // SEGMENT_SECONDS)
    lines = [f"#EXTINF:{SEGMENT_SECONDS},\nfiles/film-360p-{part:02d}.ts" for part in parts]
    return playlist(f"#EXT-X-TARGETDURATION:{SEGMENT_SECONDS}", "#EXT-X-MEDIA-SEQUENCE:1", *lines)


async def protected(_: web.Request) -> web.Response:
    """A film that is under copy protection."""
    key = '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://sandbox"'
    line = "#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=640x360"
    return playlist(key, line, "protected.m3u8")


async def nothing(_: web.Request) -> web.Response:
    """A page with words alone."""
    return page("Nothing", "<p>There is nothing to hear or see on this page.</p>")


async def redirect(request: web.Request) -> web.Response:
    """To wherever `to` says, word for word."""
    return web.Response(status=302, headers={"Location": _address(request, "to")})


async def tied(request: web.Request) -> web.Response:
    """A playlist that refers to `at`, `as` its segment, key, map or variant."""
    at, role = _address(request, "at"), request.query.get("as", "segment")
    if role == "variant":
        return playlist("#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=640x360", at)
    if role not in SEGMENTS:
        raise BodyError(f"as must be one of {', '.join(SEGMENTS)}, variant")
    own = f"{base(request)}/files/film-360p-00.ts"
    lines = (line.format(at=at, own=own) for line in SEGMENTS[role])
    return playlist("#EXT-X-TARGETDURATION:2", *lines)


async def embedded(request: web.Request) -> web.Response:
    """A page that refers to `at`, `as` its media, data (JSON-LD), thumbnail or subtitles."""
    at, role = _address(request, "at"), request.query.get("as", "media")
    melody, clip = f"files/{MELODY}", f"{base(request)}/files/{CLIP}"
    about = sound(request, melody, "audio/wav", SECONDS, name=SONG_TITLE)
    match role:
        case "data":
            return page("Embedded", "", about | {"contentUrl": at})
        case "thumbnail":
            return page("Embedded", "", about | {"thumbnailUrl": at})
        case "media":
            return page("Embedded", _player(at, ""))
        case "subtitles":
            return page("Embedded", _player(clip, f'<track srclang="en" src="{escape(at)}">'))
    raise BodyError("as must be one of media, data, thumbnail, subtitles")


def _player(address: str, more: str) -> str:
    return f'<video><source src="{escape(address)}" type="video/mp4">{more}</video>'


def _refusal(status: int) -> ApiError:
    if status not in REFUSALS:
        raise BodyError(f"status must be one of {', '.join(map(str, REFUSALS))}")
    return ApiError(status, REFUSALS[status])


def _address(request: web.Request, name: str) -> str:
    """An address from the query, which may be any that fits on one line."""
    address = request.query.get(name, "")
    if not address or not address.isprintable():
        raise BodyError(f"{name} must be an address")
    return address


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/media/private", private),
        web.get("/media/missing", missing),
        web.get("/media/broken", broken),
        web.get("/media/flaky", flaky),
        web.get("/media/long", long),
        web.get("/media/live", live),
        web.get("/media/live.m3u8", explained(on_air)),
        web.get("/media/protected", protected),
        web.get("/media/nothing", nothing),
        web.get("/media/redirect", redirect),
        web.get("/media/playlist", tied),
        web.get("/media/embedded", embedded),
    ]
