"""Pages of the sandbox's media site: HTML for people, JSON-LD in it for programs, playlists."""

from __future__ import annotations

from html import escape

import orjson
from aiohttp import web

from bot.sandbox.params import Json

SYNTHETIC = "Everything here is synthetic: made by the sandbox on this machine, by nobody else."
# A page may show the site's own pictures and films, and run nothing.
POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}img{max-width:20rem;border-radius:.5rem}code{user-select:all}"
)
PLAYLIST = "application/vnd.apple.mpegurl"


def base(request: web.Request) -> str:
    """The site's own address as the caller wrote it, without a slash at the end."""
    return f"{request.scheme}://{request.host}/media"


def page(title: str, body: str, about: Json | None = None) -> web.Response:
    """A page with *body* (HTML); *about* tells programs what is on it."""
    told = orjson.dumps(about).decode().replace("<", "\\u003c") if about else ""
    data = f'<script type="application/ld+json">{told}</script>' if about else ""
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style>{data}"
        f"</head><body><h1>{escape(title)}</h1>{body}<p>{SYNTHETIC}</p></body></html>"
    )
    return web.Response(text=text, content_type="text/html", headers=policy())


def policy() -> dict[str, str]:
    """The header that binds browsers."""
    return {"Content-Security-Policy": POLICY}


def playlist(*lines: str) -> web.Response:
    """An m3u8 of these lines."""
    text = "\n".join(("#EXTM3U", "#EXT-X-VERSION:3", *lines, ""))
    return web.Response(text=text, content_type=PLAYLIST, headers=policy())


def sound(
    request: web.Request, file: str, kind: str, seconds: float | None, **more: object
) -> Json:
    """What programs are told of a sound at /media/*file*."""
    return _work(request, "AudioObject", file, kind, seconds) | more


def film(
    request: web.Request, file: str, kind: str, seconds: float | None, **more: object
) -> Json:
    """What programs are told of a film at /media/*file*."""
    return _work(request, "VideoObject", file, kind, seconds) | more


def _work(request: web.Request, what: str, file: str, kind: str, seconds: float | None) -> Json:
    known = {} if seconds is None else {"duration": f"PT{seconds:g}S"}
    return known | {
        "@context": "https://schema.org",
        "@type": what,
        "contentUrl": f"{base(request)}/{file}",
        "encodingFormat": kind,
        "author": {"@type": "Organization", "name": "Telegauge sandbox"},
        "byArtist": {"@type": "MusicGroup", "name": "Telegauge sandbox"},
    }
