"""Invented downloads: a link, a choice, a wait, and a file or none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.analytics.events import Event, FileUploaded
from bot.analytics.features.downloads import (
    DownloadFailed,
    DownloadQueued,
    DownloadRetried,
    DownloadStarted,
    DownloadSucceeded,
    LinkRefused,
)
from bot.clock import to_milliseconds
from bot.database.feature_tables import downloads
from bot.downloads.records import PRIORITIES
from bot.plans import Plan
from bot.sandbox.history_acts import Act
from bot.sandbox.history_incidents import Trouble
from bot.sandbox.history_rows import Row
from bot.sandbox.history_updates import Updates, received, seen

MEGABYTE = 1_000_000
LINK_LENGTH = 46
COMMAND_SHARE = 0.12
REFUSED_SHARE, UNWANTED_SHARE = 0.06, 0.1
KNOWN_SHARE, RETRIED_SHARE, FAILED_SHARE, CANCELLED_SHARE = 0.11, 0.07, 0.05, 0.03
REFUSALS = ("unsupported", "unavailable", "private", "live", "protected", "site", "network")
REFUSAL_WEIGHTS = (40, 18, 14, 10, 6, 8, 4)
FAILURES = ("site", "network", "too_large", "timeout", "unavailable", "region", "telegram")
FAILURE_WEIGHTS = (26, 22, 16, 14, 10, 8, 4)
PASSING = ("site", "network")
# While the sites give nothing.
BAD_FAILED_SHARE, BAD_FAILURE = 0.9, "site"
# Keys as yt-dlp has them; from the latter two come sounds only.
SITES = ("Vimeo", "ArchiveOrg", "PeerTube", "Generic", "Soundcloud", "Bandcamp")
SITE_WEIGHTS = (30, 15, 14, 6, 26, 9)
SOUNDS = frozenset(SITES[4:])
FORMATS, FORMAT_WEIGHTS = ("mp4", "mp3", "srt"), (62, 29, 9)
# Of each format its qualities, how often they are chosen, and a minute's megabytes.
QUALITIES: dict[str, tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]] = {
    "mp4": (("360p", "480p", "720p", "1080p"), (22, 25, 41, 12), (2.2, 3.6, 6.5, 11)),
    "mp3": (("128k", "192k", "320k"), (20, 44, 36), (0.96, 1.44, 2.4)),
    "srt": (("en", "de", "es"), (62, 24, 14), (0.006, 0.006, 0.006)),
}
MINUTES = {"mp4": 2.2, "mp3": 3.8, "srt": 9.0}
# Of the time that there is, because sounds are small and subtitles are nothing.
PACES = {"mp4": 1.0, "mp3": 0.55, "srt": 0.15}
UPLOADS = {"mp4": ("sendVideo", "video"), "mp3": ("sendAudio", "audio")}
AS_DOCUMENT = ("sendDocument", "document")
# Usual seconds in the queue, from low to high.
WAITS = (1.6, 0.7, 0.35)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Download:
    """One that was chosen.  wait, work: seconds in the queue and of the worker"""

    act: Act
    plan: Plan
    site: str
    format: str
    quality: str
    size: int
    queued: float
    wait: float
    work: float

    @property
    def who(self) -> dict[str, Any]:
        """What all of its facts have."""
        return {"user_id": self.act.person.id, "format": self.format}

    @property
    def label(self) -> str:
        """The quality as facts have it."""
        return "text" if self.format == "srt" else self.quality

    def row(self, state: str, ended: float, error: str | None, attempts: int) -> Row:
        """What is left of it, *ended* so many seconds after the act began."""
        act = self.act
        at = act.after(ended)
        values = {
            "chat_id": act.person.id,
            "language": act.person.language,
            "state": state,
            "site": self.site,
            "format": self.format,
            "quality": self.quality,
            "plan": self.plan.name,
            "priority": PRIORITIES.index(self.plan.priority),
            "attempts": attempts,
            "next_attempt_at": to_milliseconds(act.after(self.queued)),
            "offered_at": to_milliseconds(act.at + timedelta(seconds=1)),
            "queued_at": to_milliseconds(act.after(self.queued)),
            "started_at": to_milliseconds(act.after(self.queued + self.wait)),
            "ended_at": to_milliseconds(at),
            "error": error,
            "size_bytes": self.size if state == "done" else None,
        }
        return Row(at=at, table=downloads, user_id=act.person.id, values=values)


class Downloads:
    """Downloads as the bot's own handlers and workers tell of them."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._chance = updates.chance

    def facts(self, act: Act, plan: Plan) -> Iterator[Event | Row]:
        """Of a link to its end, within the time of *act*."""
        yield from self._link(act)
        roll = self._chance.random()
        if roll < REFUSED_SHARE:
            error = self._chance.choices(REFUSALS, REFUSAL_WEIGHTS)[0]
            yield LinkRefused(at=act.after(2), user_id=act.person.id, error=error)
        elif roll > UNWANTED_SHARE + REFUSED_SHARE:
            yield from self._chosen(self._choice(act, plan))

    def _link(self, act: Act) -> Iterator[Event]:
        if self._chance.random() < COMMAND_SHARE:
            yield from self._updates.command(act, "download")
        else:
            yield seen(act.at, act.person, "message")
            yield received(act, "text", LINK_LENGTH + self._chance.randint(0, 30))
            yield from self._updates.handled(act.at, "message", "download_link")
        yield self._updates.call(act.after(1), "editMessageText")

    def _choice(self, act: Act, plan: Plan) -> _Download:
        chance = self._chance
        site = chance.choices(SITES, SITE_WEIGHTS)[0]
        kind = "mp3" if site in SOUNDS else chance.choices(FORMATS, FORMAT_WEIGHTS)[0]
        names, weights, rates = QUALITIES[kind]
        place = chance.choices(range(len(names)), weights)[0]
        queued = min(act.seconds * 0.3, chance.uniform(4, 9))
        rest = act.seconds - queued - 1
        usual = WAITS[PRIORITIES.index(plan.priority)]
        wait = min(chance.lognormvariate(math.log(usual), 0.9), rest / 2)
        minutes = chance.lognormvariate(math.log(MINUTES[kind]), 0.6)
        most = plan.downloads.megabytes * chance.uniform(0.3, 0.97)
        return _Download(
            act=act,
            plan=plan,
            site=site,
            format=kind,
            quality=names[place],
            size=int(min(minutes * rates[place], most) * MEGABYTE),
            queued=queued,
            wait=wait,
            # The better a film, the longer it takes.
            work=(rest - wait) * PACES[kind] * (0.55 + 0.45 * (place + 1) / len(names)),
        )

    def _chosen(self, one: _Download) -> Iterator[Event | Row]:
        is_known = self._chance.random() < KNOWN_SHARE
        yield from self._updates.button(one.act, "download_pick", one.queued)
        yield DownloadQueued(
            at=one.act.after(one.queued),
            chat_id=one.act.person.id,
            quality=one.label,
            priority=one.plan.priority,
            is_known=is_known,
            **one.who,
        )
        if is_known:
            ended = one.queued + one.wait + min(0.5, one.work)
            yield self._updates.call(one.act.after(ended), _upload(one)[0])
            yield one.row("done", ended, None, 1)
        else:
            yield from self._worked(one)

    def _worked(self, one: _Download) -> Iterator[Event | Row]:
        yield self._started(one, one.wait, one.queued + one.wait)
        roll, begun, work = self._chance.random(), one.queued + one.wait, one.work
        is_bad = self._updates.calendar.has(Trouble.NO_FILES, one.act.at)
        failed_share = BAD_FAILED_SHARE if is_bad else FAILED_SHARE
        if roll < CANCELLED_SHARE:
            yield from self._updates.button(one.act, "download_cancel", begun + work / 3)
            yield from self._failed(one, "cancelled", begun + work / 3 + 0.5, 1)
        elif roll < CANCELLED_SHARE + failed_share:
            usual = self._chance.choices(FAILURES, FAILURE_WEIGHTS)[0]
            error = BAD_FAILURE if is_bad else usual
            tries = 3 if error in PASSING else 1
            for attempt in range(1, tries):
                yield from self._again(one, error, begun + work * attempt / tries)
            yield from self._failed(one, error, begun + work, tries)
        else:
            is_again = roll > 1 - RETRIED_SHARE
            if is_again:
                yield from self._again(one, self._chance.choice(PASSING), begun + work * 0.3)
            yield from self._succeeded(one, begun + work, 2 if is_again else 1)

    def _started(self, one: _Download, wait: float, at: float) -> Event:
        priority = one.plan.priority
        at_ = one.act.after(at)
        return DownloadStarted(at=at_, priority=priority, wait_seconds=wait, **one.who)

    def _again(self, one: _Download, error: str, at: float) -> Iterator[Event]:
        yield DownloadRetried(at=one.act.after(at), error=error, **one.who)
        yield self._started(one, 0.2, at + min(5, one.work * 0.2))

    def _succeeded(self, one: _Download, ended: float, attempts: int) -> Iterator[Event | Row]:
        at, (method, kind) = one.act.after(ended), _upload(one)
        yield self._updates.call(at, method)
        yield FileUploaded(at=at, content_type=kind, size=one.size)
        seconds = ended - one.queued - one.wait
        yield DownloadSucceeded(
            at=at,
            quality=one.label,
            site=one.site,
            seconds=seconds,
            size_bytes=one.size,
            **one.who,
        )
        yield one.row("done", ended, None, attempts)

    def _failed(
        self, one: _Download, error: str, ended: float, attempts: int
    ) -> Iterator[Event | Row]:
        yield self._updates.call(one.act.after(ended), "editMessageText")
        yield DownloadFailed(at=one.act.after(ended), error=error, **one.who)
        state = "cancelled" if error == "cancelled" else "failed"
        yield one.row(state, ended, error, attempts)


def _upload(one: _Download) -> tuple[str, str]:
    """The method and the type of the file."""
    return UPLOADS.get(one.format, AS_DOCUMENT)
