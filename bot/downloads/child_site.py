"""Asks yt-dlp what a link leads to, and fetches from there what was chosen.

Only the child program imports this: yt-dlp never runs in the bot's own process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import yt_dlp
from yt_dlp.networking import Request
from yt_dlp.networking.common import Response
from yt_dlp.utils import determine_protocol
from yt_dlp.version import __version__

from bot.downloads.child_formats import WAYS, is_live, offers, size_of, sources
from bot.downloads.child_meter import MEGABYTE, Meter
from bot.downloads.child_troubles import is_refusal
from bot.downloads.media import KEY_LENGTH, TITLE_LENGTH
from bot.downloads.trouble import DownloadError, Trouble

Json = dict[str, Any]
Tell = Callable[[Json], None]

RETRIES = 3
SITE_SECONDS = 20
PICTURE_BYTES = 5_000_000
HEAD_BYTES = 1_000_000
GUESSED_TOO_HIGH = 1.5
log = logging.getLogger(__name__)


class Site(yt_dlp.YoutubeDL):  # type: ignore[misc]  # yt-dlp is untyped
    """yt-dlp with everything off that we did not ask for.

    is_refused: the egress guard said no at least once; an extractor may keep that to itself
    """

    def __init__(self, proxy_url: str) -> None:
        super().__init__(_params(proxy_url))
        self.is_refused = False

    def urlopen(self, req: Request | str) -> Response:
        request = Request(req) if isinstance(req, str) else req
        # Python sends it to a proxy, where it has no business; and yt-dlp leaves its notes in it.
        request.url = urldefrag(request.url).url
        try:
            return super().urlopen(request)
        except Exception as error:
            self.is_refused |= is_refusal(error)
            raise


def look(request: Json, tell: Tell) -> Json:  # noqa: ARG001  every task is called alike
    """What the link leads to, with the picture and the head of a bare file in the folder."""
    with Site(request["proxy_url"]) as site:
        info = _guarded(site, partial(_extract, site, request["url"]))
        about = _about(info)
        about["offers"] = offers(info)
        if not about["offers"]:
            raise DownloadError(Trouble.unsupported)
        about["has_picture"] = _picture(site, info, Path("picture"))
        about["head_bytes"] = _head(site, info, Path("head"))
        return about


def fetch(request: Json, tell: Tell) -> Json:
    """Fetch the formats of the choice into the folder; their names in "parts", pictures first."""
    kind, quality = request["format"], request["quality"]
    with Site(request["proxy_url"]) as site:
        info = _guarded(site, partial(_extract, site, request["url"]))
        _check_length(info, request["minutes"])
        chosen = sources(info, kind, quality)
        if not chosen:
            raise DownloadError(Trouble.unavailable)
        _check_size(info, kind, quality, request["megabytes"])
        meter = Meter(tell, kind, size_of(chosen, info.get("duration")), request["megabytes"])
        site.add_progress_hook(meter.hear)
        names = [
            _guarded(site, partial(_download, site, kind, f"part{n}", info, one))
            for n, one in enumerate(chosen)
        ]
        about = _about(info)
        about["has_picture"] = kind != "srt" and _picture(site, info, Path("picture"))
        return about | {"parts": names}


def version(request: Json, tell: Tell) -> Json:  # noqa: ARG001  as look
    """yt-dlp's version, which is the day it was made."""
    return {"version": __version__}


def _params(proxy_url: str) -> Json:
    return {
        "proxy": proxy_url,
        "logger": log,
        "noprogress": True,
        "color": "never",
        "cachedir": False,
        "enable_file_urls": False,
        "noplaylist": True,
        "playlist_items": "1",
        "lazy_playlist": True,
        "format": "all",
        "allow_unplayable_formats": False,
        "geo_bypass": False,  # a faked sender is a lie to the site
        "socket_timeout": SITE_SECONDS,
        "retries": RETRIES,
        "fragment_retries": RETRIES,
        "extractor_retries": 1,
        "file_access_retries": 1,
        "skip_unavailable_fragments": False,  # half a film is no film
        "hls_prefer_native": True,
        "external_downloader": None,
        "ffmpeg_location": "/nowhere",  # what there is to convert is done by our own commands
        "js_runtimes": {},
        "fixup": "never",
        "overwrites": True,
        "nopart": True,
        "updatetime": False,
    }


def _guarded(site: Site, act: Callable[[], Any]) -> Any:
    """What *act* returns; if it fails after the guard said no, that was the reason."""
    try:
        return act()
    except DownloadError:
        raise
    except Exception as error:
        if site.is_refused:
            raise DownloadError(Trouble.refused_address) from error
        raise


def _extract(site: Site, url: str) -> Json:
    info = site.extract_info(url, download=False)
    while info and info.get("_type") in {"playlist", "multi_video"}:
        # Somebody who sends a list gets its first.
        info = next((one for one in info.get("entries") or () if one), None)
    if not info:
        raise DownloadError(Trouble.unsupported)
    if is_live(info):
        raise DownloadError(Trouble.live)
    return dict(info)


def _check_length(info: Json, minutes: int) -> None:
    if (info.get("duration") or 0) > minutes * 60:
        raise DownloadError(Trouble.too_long, str(minutes))


def _check_size(info: Json, kind: str, quality: str, megabytes: int) -> None:
    """Refuse before anything is fetched what cannot get small enough."""
    same = (one for one in offers(info) if (one["format"], one["quality"]) == (kind, quality))
    told = next((one["size_bytes"] for one in same), None) or 0
    # We choose an MP3's bit rate; a film's may be told too high, since it varies.
    if told > megabytes * MEGABYTE * (1 if kind == "mp3" else GUESSED_TOO_HIGH):
        raise DownloadError(Trouble.too_large, str(megabytes))


def _about(info: Json) -> Json:
    performer = info.get("artist") or info.get("creator") or info.get("uploader")
    return {
        "extractor": str(info.get("extractor") or ""),
        "id": str(info.get("id") or ""),
        "site": str(info.get("extractor_key") or "")[:KEY_LENGTH],
        "title": str(info.get("title") or "")[:TITLE_LENGTH],
        "performer": str(performer)[:TITLE_LENGTH] if performer else None,
        "duration_seconds": round(info["duration"]) if info.get("duration") else None,
    }


def _download(site: Site, kind: str, name: str, info: Json, one: Mapping[str, Any]) -> str:
    if one.get("data"):
        Path(name).write_text(one["data"], encoding="utf-8")
        return name
    is_subtitle = kind == "srt"
    # Subtitles share nothing with the film but what to say to the site.
    whole = {"http_headers": info.get("http_headers"), **({} if is_subtitle else info), **one}
    whole["protocol"] = determine_protocol(whole)
    if whole["protocol"] not in WAYS:
        raise DownloadError(Trouble.unsupported)
    is_success, _ = site.dl(name, whole, subtitle=is_subtitle)
    if not is_success or not Path(name).is_file():
        raise DownloadError(Trouble.network)
    return name


def _picture(site: Site, info: Json, path: Path) -> bool:
    """Put the site's picture at *path*, if it has one of a sensible size."""
    address = info.get("thumbnail")
    content = _beginning(site, address, PICTURE_BYTES + 1)[0] if address else b""
    if not 0 < len(content) <= PICTURE_BYTES:
        return False
    path.write_bytes(content)
    return True


def _head(site: Site, info: Json, path: Path) -> int | None:
    """Put the beginning of a bare file at *path*, if the site tells neither size nor length.

    The bytes of the whole file, 0 if unknown; None if there was no need or nothing came.
    """
    is_known = info.get("duration") and info.get("height")
    if not info.get("direct") or is_known or info.get("protocol") not in {"http", "https"}:
        return None
    content, size = _beginning(site, info["url"], HEAD_BYTES)
    path.write_bytes(content)
    return size if content else None


def _beginning(site: Site, url: str, most: int) -> tuple[bytes, int]:
    """The first bytes there, and how many there are; what goes wrong harms nothing else."""
    refused_before = site.is_refused
    try:
        with site.urlopen(Request(url)) as response:
            return response.read(most), int(response.get_header("Content-Length") or 0)
    except Exception:  # an extra, at the border to the network
        log.exception("no beginning of a file")
        site.is_refused = refused_before
        return b"", 0
