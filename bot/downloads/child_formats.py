"""Which of a site's formats, sizes and subtitles can become what we offer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.downloads.media import AUDIO_QUALITIES, LANGUAGE_LENGTH, VIDEO_QUALITIES

Json = Mapping[str, Any]

WAYS = frozenset({"http", "https", "m3u8", "m3u8_native", "http_dash_segments"})
SOUND_FILES = frozenset({"mp3", "m4a", "aac", "wav", "flac", "ogg", "oga", "opus", "weba", "mka"})
SUBTITLE_FILES = ("srt", "vtt", "ass")
SUBTITLES_MOST = 6
LANGUAGE = re.compile(rf"[A-Za-z0-9-]{{1,{LANGUAGE_LENGTH}}}")
LIVE = frozenset({"is_live", "is_upcoming", "post_live"})
WIDE, HIGH = 16, 9
ALMOST = 0.97  # 854x480 and other roundings still count as what they are called
BITS = 8


def is_live(info: Json) -> bool:
    """Is it on the air, or going to be?"""
    return bool(info.get("is_live")) or info.get("live_status") in LIVE


def nominal(width: int | None, height: int | None) -> int | None:
    """The p in 720p: a wide film cut at top and bottom, or one held upright, keeps its name."""
    if not width or not height:
        return height
    return max(min(width, height), round(max(width, height) * HIGH / WIDE))


def offers(info: Json) -> list[dict[str, Any]]:
    """What can be had, as keywords of a Choice with size_bytes: sound, pictures, subtitles."""
    return [*_audio_offers(info), *_video_offers(info), *_subtitle_offers(info)]


def sources(info: Json, kind: str, quality: str) -> list[Json]:
    """The one or two formats to fetch for that choice; empty if it is not to be had."""
    if kind == "srt":
        found = subtitles(info).get(quality)
        return [found] if found else []
    if kind == "mp3":
        sound = _best_sound(info, for_video=False)
        return [sound] if sound else []
    return _pictures_and_sound(info, int(quality.removesuffix("p")))


def subtitles(info: Json) -> dict[str, Json]:
    """Subtitles by language, at most SUBTITLES_MOST: those made by people come first."""
    written = info.get("subtitles") or {}
    heard = info.get("automatic_captions") or {}
    found: dict[str, Json] = {}
    for tracks, tags in ((written, list(written)), (heard, _worth(heard, info.get("language")))):
        for tag in tags:
            track = _readable(tracks[tag])
            if track and LANGUAGE.fullmatch(tag) and len(found) < SUBTITLES_MOST:
                found.setdefault(tag, track)
    return found


def size_of(formats: list[Json], seconds: float | None) -> int | None:
    """Bytes of these formats together, as far as the site or the bit rate tells; else None."""
    sizes = [_size(one, seconds) for one in formats]
    return sum(size for size in sizes if size) if all(sizes) else None


def _audio_offers(info: Json) -> Iterator[dict[str, Any]]:
    if not _best_sound(info, for_video=False):
        return
    seconds = info.get("duration")
    for quality in AUDIO_QUALITIES:
        bits = 1000 * int(quality.removesuffix("k"))
        size = round(seconds * bits / BITS) if seconds else None
        yield {"format": "mp3", "quality": quality, "size_bytes": size}


def _video_offers(info: Json) -> Iterator[dict[str, Any]]:
    heights = [_height(one) for one in _formats(info) if _has_video(one)]
    if not heights:
        return
    highest = max(heights)
    for quality in VIDEO_QUALITIES:
        height = int(quality.removesuffix("p"))
        # What is smaller than the smallest that we know is offered under that name.
        if height * ALMOST > highest and quality != VIDEO_QUALITIES[0]:
            return
        chosen = _pictures_and_sound(info, height)
        is_as_it_is = _height(chosen[0]) * ALMOST <= height
        size = size_of(chosen, info.get("duration")) if is_as_it_is else None
        yield {"format": "mp4", "quality": quality, "size_bytes": size}


def _subtitle_offers(info: Json) -> Iterator[dict[str, Any]]:
    for tag in subtitles(info):
        yield {"format": "srt", "quality": tag, "size_bytes": None}


def _formats(info: Json) -> list[Json]:
    """The formats that may be fetched, the worst first."""
    listed = info.get("formats") or [info]
    return [one for one in listed if one.get("protocol") in WAYS and not one.get("has_drm")]


def _has_video(one: Json) -> bool:
    if one.get("vcodec") in {None, ""}:
        return one.get("ext") not in SOUND_FILES and one.get("resolution") != "audio only"
    return bool(one["vcodec"] != "none")


def _has_sound(one: Json) -> bool:
    return one.get("acodec") != "none"


def _height(one: Json) -> int:
    return nominal(one.get("width"), one.get("height")) or 0


def _best_sound(info: Json, *, for_video: bool) -> Json | None:
    """Sound alone if there is any; for an mp3 else the smallest film, which is heard as well."""
    alone = [one for one in _formats(info) if _has_sound(one) and not _has_video(one)]
    if for_video:
        # An mp4 takes this kind of sound as it is.
        easy = [one for one in alone if str(one.get("acodec")).startswith("mp4a")]
        return next(reversed(easy or alone), None)
    films = [one for one in _formats(info) if _has_sound(one) and _has_video(one)]
    return alone[-1] if alone else min(films, key=_height, default=None)


def _pictures_and_sound(info: Json, height: int) -> list[Json]:
    films = [one for one in _formats(info) if _has_video(one)]
    if not films:
        return []
    low = [one for one in films if _height(one) * ALMOST <= height]
    # The highest that is low enough; of those the easiest to put into an mp4, the best last.
    best = max(low, key=_ease) if low else min(films, key=_height)
    sound = None if _has_sound(best) else _best_sound(info, for_video=True)
    return [best, sound] if sound else [best]


def _ease(one: Json) -> tuple[int, bool, bool, float]:
    is_h264 = str(one.get("vcodec")).startswith(("avc1", "h264"))
    return _height(one), is_h264, one.get("protocol") in {"http", "https"}, one.get("tbr") or 0


def _size(one: Json, seconds: float | None) -> int | None:
    told = one.get("filesize") or one.get("filesize_approx")
    if told:
        return int(told)
    rate = one.get("tbr")
    return round(rate * 1000 / BITS * seconds) if rate and seconds else None


def _worth(heard: Json, language: str | None) -> list[str]:
    """Of all that a machine heard and translated: what was spoken, then English."""
    spoken = [tag for tag in heard if tag.endswith("-orig") or tag == language]
    return [*spoken, *[tag for tag in ("en", "en-US") if tag in heard], *heard]


def _readable(tracks: list[Json]) -> Json | None:
    by_kind = {one.get("ext"): one for one in tracks if one.get("url") or one.get("data")}
    return next((by_kind[kind] for kind in SUBTITLE_FILES if kind in by_kind), None)
