"""The sandbox's media site: a song, a film and subtitles to download without the internet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import escape

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.media_files import (
    CLIP,
    COVER,
    FILM_SECONDS,
    HEIGHTS,
    MELODY,
    SONG,
    STILL,
    MediaError,
    MediaFiles,
)
from bot.sandbox.media_melody import BYTES_A_SECOND, HEADER_BYTES, SECONDS
from bot.sandbox.media_pages import PLAYLIST, base, film, page, playlist, policy, sound
from bot.sandbox.media_words import LANGUAGES, subtitles
from bot.sandbox.params import ApiError

FILES: web.AppKey[MediaFiles] = web.AppKey("media", MediaFiles)
# The system's own list of types may say anything of .ts.
TYPES = {
    "jpg": "image/jpeg",
    "m3u8": PLAYLIST,
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "ts": "video/mp2t",
    "wav": "audio/wav",
}
WIDTHS = {360: 640, 480: 854, 720: 1280, 1080: 1920}
SONG_TITLE = "A synthetic melody"
FILM_TITLE = "A synthetic film"
SHELF = (
    ("song", "a melody of 24 seconds, with a cover"),
    ("film", "12 seconds of moving colours in 360p to 1080p, subtitles in English and German"),
    ("files/film.mp4", "the film itself, without a page around it"),
    ("slow", "the melody at 40 kB a second: time to watch a progress bar, or to cancel"),
    ("large?megabytes=60", "60 MB of silence"),
    ("long", "says that it lasts five hours"),
    ("live", "says that it is on the air"),
    ("private", "nobody is let in"),
    ("missing", "there is nothing"),
    ("broken", "the site fails"),
    ("flaky?key=1", "fails twice for each key and then works"),
    ("protected", "may not be copied"),
    ("nothing", "a page without anything to hear or see"),
)


async def door(_: web.Request) -> web.Response:
    """The index has a slash at its end, which the links on it go on from."""
    return web.Response(status=302, headers={"Location": "/media/"})


async def index(request: web.Request) -> web.Response:
    """What there is, as links to paste into a chat with the bot."""
    here = base(request)
    items = "".join(
        f'<li><a href="{path}"><code>{escape(here)}/{path}</code></a><br>{what}</li>'
        for path, what in SHELF
    )
    return page("Media of the sandbox", f"<p>Send one to the bot.</p><ul>{items}</ul>")


async def song(request: web.Request) -> web.Response:
    """The song's page; without ffmpeg it offers the melody as it was computed."""
    files = request.app[FILES]
    if not await files.can_encode():
        size = HEADER_BYTES + round(SECONDS * BYTES_A_SECOND)
        about = sound(request, f"files/{MELODY}", "audio/wav", SECONDS, name=SONG_TITLE)
        return page(SONG_TITLE, _links(MELODY), about | {"contentSize": size})
    await files.path(SONG)
    about = sound(request, f"files/{SONG}", "audio/mp4", SECONDS, name=SONG_TITLE)
    about |= {"thumbnailUrl": f"{base(request)}/files/{COVER}", "bitrate": 128}
    about["contentSize"] = files.size(SONG)
    return page(SONG_TITLE, f'<p><img src="files/{COVER}" alt="cover"></p>{_links(SONG)}', about)


async def movie(request: web.Request) -> web.Response:
    """The film's page."""
    await request.app[FILES].path(STILL)
    about = film(request, "film.m3u8", PLAYLIST, FILM_SECONDS, name=FILM_TITLE)
    about["thumbnailUrl"] = f"{base(request)}/files/{STILL}"
    words = "".join(
        f'<li><a href="files/film.{tag}.vtt">{name}</a></li>' for tag, name in LANGUAGES.items()
    )
    picture = f'<p><img src="files/{STILL}" alt="a still"></p>'
    return page(FILM_TITLE, f"{picture}{_links(CLIP)}<p>Subtitles:</p><ul>{words}</ul>", about)


async def heights(request: web.Request) -> web.Response:
    """The film's master playlist: every height with its true bandwidth, and the subtitles."""
    files, lines = request.app[FILES], []
    await files.path(STILL)
    for tag, name in LANGUAGES.items():
        group = f'TYPE=SUBTITLES,GROUP-ID="words",NAME="{name}",LANGUAGE="{tag}"'
        lines.append(f'#EXT-X-MEDIA:{group},URI="files/film.{tag}.vtt"')
    for height in HEIGHTS:
        bits = 8 * files.size(f"film-{height}p-") // FILM_SECONDS
        shape = f'RESOLUTION={WIDTHS[height]}x{height},CODECS="avc1.42c01e,mp4a.40.2"'
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={bits},{shape},SUBTITLES="words"')
        lines.append(f"files/film-{height}p.m3u8")
    return playlist(*lines)


async def words(request: web.Request) -> web.Response:
    """The film's subtitles in one language."""
    text = subtitles(request.match_info["language"])
    if text is None:
        raise ApiError(404, "Not Found: there are no subtitles in that language")
    return web.Response(text=text, content_type="text/vtt", headers=policy())


async def file(request: web.Request) -> web.FileResponse:
    """A file; a Range gets its part."""
    name = request.match_info["name"]
    path = await request.app[FILES].path(name)
    if path is None:
        raise ApiError(404, "Not Found: there is no such file")
    kind = TYPES[name.rpartition(".")[2]]
    return web.FileResponse(path, headers=policy() | {"Content-Type": kind})


async def keeping(app: web.Application) -> AsyncIterator[None]:
    """The files live as long as the server."""
    yield
    await app[FILES].close()


def explained(handler: Handler) -> Handler:
    """*handler*, which answers 503 with a sentence when a file cannot be made."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except MediaError as error:
            raise ApiError(503, f"Service Unavailable: {error}") from None

    return answer


def _links(name: str) -> str:
    return f'<p><a href="files/{name}">{name}</a></p>'


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/media", door),
        web.get("/media/", index),
        web.get("/media/song", explained(song)),
        web.get("/media/film", explained(movie)),
        web.get("/media/film.m3u8", explained(heights)),
        web.get("/media/files/film.{language}.vtt", words),
        web.get("/media/files/{name}", explained(file)),
    ]
