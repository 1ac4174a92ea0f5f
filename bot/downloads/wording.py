"""What people read about their downloads, as Telegram HTML in one language: sizes, bars, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from babel import Locale
from babel.core import UnknownLocaleError

from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.words import Words
from bot.downloads.courier import Download
from bot.downloads.media import Choice, Media, Offer, Progress
from bot.downloads.records import Waiting

BAR = 10
FULL, EMPTY = "█", "░"
ICONS = {"mp3": "🎵", "mp4": "🎬", "srt": "💬"}
LOCK = "🔒"
TITLE_SHOWN = 150  # of a title, so that a caption of 1,024 characters holds all the rest
ABOUT_SHOWN = 60
QUEUE_SHOWN = 60
LANGUAGE_SHOWN = 40
NAME_SHOWN = 60  # of a file's name, which everybody's disk has to take
# Marks that turn the direction of writing, controls, halves of letters; splitting takes the gaps.
ODD = re.compile(
    r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff]"
)
# Below that an estimate would only jump about.
SOON_SECONDS = 1
MINUTE = 60


def offer(media: Media, words: Words, *, has_lock: bool = False) -> str:
    """What a link leads to, and the question what of it the person wants.

    has_lock: a button below has a lock, which wants an explanation
    """
    lines = [_heading(media, words), "", words.gettext("What would you like?")]
    if has_lock:
        lock = words.gettext("{lock} is over a limit; press it to read which.")
        lines.append(lock.format(lock=LOCK))
    return "\n".join(lines)


def label(one: Offer, words: Words, *, is_locked: bool = False) -> str:
    """A button's text: what it brings and about how large that is."""
    icon = LOCK if is_locked else ICONS[one.choice.format]
    name = f"{icon} {_short(one.choice, words)}"
    return name if one.size_bytes is None else f"{name} · {words.size(one.size_bytes)}"


def waiting(title: str, choice: Choice, place: int, words: Words) -> str:
    """It is in the queue; *place* 1 is the next one, 0 is unknown, or running by now."""
    if place == 0:
        line = words.gettext("In the queue.")
    elif place == 1:
        line = words.gettext("You are next.")
    else:
        ahead = words.ngettext(
            "Waiting: {count} download is before yours.",
            "Waiting: {count} downloads are before yours.",
            place - 1,
        )
        line = ahead.format(count=words.number(place - 1))
    return f"{subject(title, choice, words)}\n\n⏳ {line}"


def standing(one: Waiting, words: Words) -> str:
    """As waiting(); whoever lost a worker when the bot ended is told that it goes on."""
    text = waiting(one.download.title, one.download.choice, one.place, words)
    if not one.is_interrupted:
        return text
    again = words.gettext("I was restarted, and go on as soon as it is your turn.")
    return f"{text}\n🔁 {again}"


def progress(download: Download, at: Progress, words: Words) -> str:
    """How far it is, in one look: bar, amounts, speed and time left."""
    if at.stage == "waiting":
        return waiting(download.title, download.choice, 0, words)
    lines = {
        "downloading": words.gettext("Downloading"),
        "converting": words.gettext("Converting"),
        "sending": words.gettext("Sending"),
    }
    state = [f"{lines[at.stage]} …", *_measures(at, words)]
    return "\n".join([subject(download.title, download.choice, words), "", *state])


def retry(download: Download, reason: str, seconds: float, words: Words) -> str:
    """It failed for a *reason* that may pass, and will be tried again."""
    again = words.gettext("I try again in {time}.").format(time=words.duration(max(seconds, 1)))
    return f"{subject(download.title, download.choice, words)}\n\n{reason}\n🔁 {again}"


def failed(download: Download, reason: str, words: Words) -> str:
    """It ended without a file, for that *reason*."""
    return f"{subject(download.title, download.choice, words)}\n\n{excused(reason)}"


def excused(reason: str) -> str:
    """There is no file, for that *reason*."""
    return f"✖️ {reason}"


def ready(download: Download, words: Words) -> str:
    """What rings after a long wait; in a group it has to name whoever waited."""
    text = words.gettext("Your file is ready")
    if download.chat_id == download.user_id:
        return f"{text} ⬆"
    return f'<a href="tg://user?id={download.user_id}">{text}</a> ⬆'


def queue(rows: Iterable[str], words: Words) -> str:
    """The answer to /queue; *rows* are queue_row()'s."""
    lines = list(rows)
    if not lines:
        return words.gettext("You have no downloads in the queue. Send me a link to begin one.")
    return "\n".join([bold(words.gettext("Your downloads")), *lines])


def queue_row(number: int, download: Download, state: str) -> str:
    """One of them; *state* is queue_place()'s."""
    name, choice = quoted(clean(download.title), QUEUE_SHOWN), download.choice
    return f"{number}. {name} · {ICONS[choice.format]} {quality(choice)}\n{state}"


def queue_place(place: int, priority: str, words: Words) -> str:
    """Where it stands: 1 is next, 0 is running."""
    if place == 0:
        return "▶️ " + words.gettext("running now")
    kinds = {
        "low": words.gettext("low priority"),
        "medium": words.gettext("medium priority"),
        "high": words.gettext("high priority"),
    }
    where = words.gettext("place {place} in the queue").format(place=words.number(place))
    return f"⏳ {where} · {kinds[priority]}"


def subject(title: str, choice: Choice, words: Words) -> str:
    """What a message is about: the title and what was chosen."""
    return f"{bold(_title(title, words))}\n{ICONS[choice.format]} {_named(choice, words)}"


def caption(title: str, choice: Choice, words: Words) -> str:
    """What stands below a file that came; a song's player shows its title by itself."""
    if choice.format == "mp3":
        return ""
    if choice.format == "srt":
        return f"{bold(_title(title, words))}\n{quoted(_language(choice.quality, words))}"
    return bold(_title(title, words))


def file_name(title: str, choice: Choice) -> str:
    """A file's name that every system takes, from a title that anybody wrote."""
    safe = "".join(" " if one in '/\\:*?"<>|' else one for one in clean(title))
    stem = " ".join(safe.split())[:NAME_SHOWN].strip(". ") or "download"
    # Players find subtitles by the language before the ending.
    language = f".{choice.quality}" if choice.format == "srt" else ""
    return f"{stem}{language}.{choice.format}"


def bar(share: float) -> str:
    """0.45 as ████░░░░░░."""
    filled = min(max(int(share * BAR), 0), BAR)
    return FULL * filled + EMPTY * (BAR - filled)


def clean(text: str) -> str:
    """One line of *text* without what turns the writing around or is no letter at all."""
    kept = "".join(one for one in text if not ODD.match(one))
    return " ".join(kept.split())


def _heading(media: Media, words: Words) -> str:
    about = [quoted(clean(part), ABOUT_SHOWN) for part in (media.performer, _site(media)) if part]
    if media.duration_seconds:
        about.append(words.duration(media.duration_seconds))
    title = bold(_title(media.title, words))
    return f"{title}\n{' · '.join(about)}" if about else title


def _site(media: Media) -> str:
    """The site's name; where yt-dlp knows none, the host."""
    is_known = media.site.lower() != "generic"
    return media.site if is_known else urlsplit(media.url).hostname or ""


def _title(title: str, words: Words) -> str:
    return quoted(clean(title), TITLE_SHOWN) or words.gettext("Without a title")


def _measures(at: Progress, words: Words) -> list[str]:
    """The bar and the figures; a site that tells no size leaves only what came so far."""
    if not at.total_bytes:
        so_far = [words.size(at.done_bytes)] if at.done_bytes else []
        return [" · ".join([*so_far, *_speed(at, words), *_rest(at, words)])]
    share = min(at.done_bytes / at.total_bytes, 1)
    amounts = words.gettext("{done} of {total}").format(
        done=words.size(at.done_bytes), total=words.size(at.total_bytes)
    )
    # Two short lines, since a telephone breaks a long one anywhere.
    how_far = [f"{bar(share)} {words.percent(int(share * 100) / 100)}", *_rest(at, words)]
    return [" · ".join(how_far), " · ".join([amounts, *_speed(at, words)])]


def _speed(at: Progress, words: Words) -> list[str]:
    if not at.bytes_per_second:
        return []
    size = words.size(round(at.bytes_per_second))
    return [words.gettext("{size}/s").format(size=size)]


def _rest(at: Progress, words: Words) -> list[str]:
    if at.seconds_left is None or at.seconds_left < SOON_SECONDS:
        return []
    return [words.gettext("{time} left").format(time=_clock(at.seconds_left))]


def _clock(seconds: float) -> str:
    """12.4 as 0:12, and two hours as 2:00:00: a telephone's line has no room for units."""
    minutes, rest = divmod(round(seconds), MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _named(choice: Choice, words: Words) -> str:
    if choice.format == "srt":
        language = quoted(_language(choice.quality, words))
        return words.gettext("subtitles, {language}").format(language=language)
    return f"{choice.format} {quality(choice)}"


def _short(choice: Choice, words: Words) -> str:
    if choice.format == "srt":
        return _language(choice.quality, words)
    # Everybody knows lines as film; that a bit rate is sound has to be said.
    return f"{choice.format} {choice.quality}" if choice.format == "mp3" else choice.quality


def quality(choice: Choice) -> str:
    """The quality as people write it."""
    return choice.quality.replace("k", " kbit/s") if choice.format == "mp3" else choice.quality


def _language(tag: str, words: Words) -> str:
    """A language's name, or its tag as the site spells it when nobody knows it."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(words.locale)
    except (UnknownLocaleError, ValueError, TypeError):
        name = None
    return (name or tag)[:LANGUAGE_SHOWN]
