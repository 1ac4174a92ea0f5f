"""A queue with a hand on everything: the clock, the plans, the site, the chat."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import RowMapping

from bot.analytics.bus import Bus
from bot.analytics.events import Event
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.allowance import Refused
from bot.downloads.attempt import Tools
from bot.downloads.claims import Claim, Claims
from bot.downloads.courier import Download, Sent
from bot.downloads.endings import Endings
from bot.downloads.media import Choice, Fetched, Limits, Media, Offer, Progress
from bot.downloads.queue import Queue, Queued
from bot.downloads.records import SentFiles
from bot.downloads.timing import Timing
from bot.downloads.trouble import DownloadError
from bot.downloads.workers import Workers
from bot.plans import Plan, load_plans
from tests.fakes import Recorder
from tests.rows import rows_of
from tests.waiting import until_true

Fact = TypeVar("Fact", bound=Event)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN, BOB, EVE = 1001, 1002, 1003
PLANS = load_plans()
FREE, PREMIUM, VIP = PLANS.plan
MP3 = Choice(format="mp3", quality="192k")
SRT = Choice(format="srt", quality="de")
SONG = Media(
    key="site:1",
    url="https://site.example/1",
    site="Site",
    title="Song",
    performer="Band",
    duration_seconds=60,
    thumbnail=None,
    offers=(Offer(choice=MP3, size_bytes=1000), Offer(choice=SRT)),
)
MOST = Limits(megabytes=50, minutes=60, seconds=60)
NOBODY: frozenset[int] = frozenset()
QUICK = Timing(
    poll=0.01,
    watch=0.01,
    renew=0.02,
    show=0.005,
    first_wait=0.01,
    disk_wait=0.01,
    first_delivery_wait=0.001,
    stop=0.5,
)


def allowing(plan: Plan, **limits: int) -> Plan:
    """*plan* with other limits for downloads."""
    return plan.model_copy(update={"downloads": plan.downloads.model_copy(update=limits)})


class Scene:
    """queue, claims: both sides; told: every fact; now: what the clock says."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.told = Recorder()
        self.bus = Bus(self.told)
        self.queue = Queue(database, self.bus, self.clock)
        self.claims = Claims(database, self.clock)
        self.sent_files = SentFiles(database, self.clock)
        self._messages = itertools.count(1)
        self._keys = itertools.count(1)

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def offer(self, user_id: int = ANN, key: str = "", media: Media = SONG) -> int:
        """Something that nobody had before, unless *key* says so."""
        values = media.__dict__ | {"key": key or f"site:{next(self._keys)}"}
        message_id = next(self._messages)
        return await self.queue.offer(user_id, user_id, message_id, "en", Media(**values))

    async def press(
        self, user_id: int = ANN, plan: Plan = VIP, choice: Choice = MP3, key: str = ""
    ) -> Queued | Refused | None:
        """A link, and then one of its buttons."""
        return await self.queue.choose(await self.offer(user_id, key), user_id, choice, plan)

    async def queued(
        self, user_id: int = ANN, plan: Plan = VIP, choice: Choice = MP3, key: str = ""
    ) -> int:
        """The number of a download that waits."""
        answer = await self.press(user_id, plan, choice, key)
        assert isinstance(answer, Queued)
        return answer.id

    async def claimed(self, busy: frozenset[int] = NOBODY) -> Claim:
        """The next one, which there must be."""
        claim = await self.claims.claim(busy)
        assert claim
        return claim

    async def order(self, *running: int) -> list[int]:
        """All that waits, in the order in which workers take it."""
        taken: list[int] = []
        while claim := await self.claims.claim(frozenset((*running, *taken))):
            taken.append(claim.download.id)
        return taken

    async def row(self, number: int) -> RowMapping:
        rows = await rows_of(self.database, downloads)
        return next(one for one in rows if one["id"] == number)

    async def state(self, number: int) -> str:
        return str((await self.row(number))["state"])

    def facts(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.told if isinstance(fact, kind)]


class Site:
    """A runner: every download is there at once, unless it is told otherwise.

    gate: closed, downloads hang; problems: raised by the next downloads, one each
    begun, ended: addresses; limits: of each download
    """

    def __init__(self, folder: Path) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.problems: list[Exception] = []
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.limits: list[Limits] = []
        self._folder = folder

    @asynccontextmanager
    async def fetch(
        self, url: str, choice: Choice, limits: Limits, report: Callable[[Progress], None]
    ) -> AsyncIterator[Fetched]:
        self.begun.append(url)
        self.limits.append(limits)
        report(Progress(stage="downloading", done_bytes=1, total_bytes=2))
        try:
            if self.problems:
                raise self.problems.pop(0)
            await self.gate.wait()
            yield self._file(choice)
        finally:
            self.ended.append(url)

    def _file(self, choice: Choice) -> Fetched:
        return Fetched(
            path=self._folder / f"file.{choice.format}",
            size_bytes=1234,
            title="Song",
            performer="Band",
            duration_seconds=60,
            width=None,
            height=None,
            thumbnail=None,
        )


class Chat:
    """A courier with messages to look into.

    shown: every message as it looks now, by number; files: how often each became a file
    problems: raised by the next deliveries, one each; mute: raised by all words
    gate: closed, deliveries hang; is_forgetful: no longer knows its files
    """

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.shown: dict[int, str] = {}
        self.stages: list[str] = []
        self.files: list[int] = []
        self.problems: list[Exception] = []
        self.mute: Exception | None = None
        self.delivering = 0
        self.is_forgetful = False

    async def show(self, download: Download, progress: Progress) -> None:
        self._say(download, progress.stage)
        self.stages.append(progress.stage)

    async def deliver(self, download: Download, fetched: Fetched) -> Sent:
        await self._hand_over(download)
        return Sent(
            file_id=f"file of {download.media_key}",
            kind="audio",
            title=fetched.title,
            performer=fetched.performer,
            duration_seconds=fetched.duration_seconds,
            size_bytes=fetched.size_bytes,
        )

    async def resend(self, download: Download, sent: Sent) -> bool:
        if not self.is_forgetful:
            await self._hand_over(download)
            self.shown[download.message_id] = f"again {sent.file_id}"
        return not self.is_forgetful

    async def retry(self, download: Download, error: DownloadError, seconds: float) -> None:
        self._say(download, f"again in a moment: {error.trouble}")
        assert seconds > 0

    async def fail(self, download: Download, error: DownloadError, plan: Plan) -> None:
        self._say(download, f"failed: {error} on {plan.name}")

    async def _hand_over(self, download: Download) -> None:
        self.delivering += 1
        try:
            await self.gate.wait()
        finally:
            self.delivering -= 1
        if self.problems:
            raise self.problems.pop(0)
        self.files.append(download.message_id)
        self.shown[download.message_id] = "file"

    def _say(self, download: Download, words: str) -> None:
        if self.mute:
            raise self.mute
        self.shown[download.message_id] = words


class Workshop(Scene):
    """A scene in which somebody works: a site, a chat, and workers for both."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database)
        self.site = Site(folder)
        self.chat = Chat()

    def workers(self, count: int = 2, attempts: int = 3, timing: Timing = QUICK) -> Workers:
        """Somebody to work; another one is another life."""
        claims = Claims(self.database, self.clock)
        endings = Endings(
            claims=claims,
            courier=self.chat,
            plans=PLANS,
            attempts=attempts,
            bus=self.bus,
            clock=self.clock,
            timing=timing,
        )
        tools = Tools(endings=endings, sent_files=self.sent_files, fetcher=self.site, most=MOST)
        bell = self.queue.bell
        return Workers(claims=claims, tools=tools, bell=bell, count=count, timing=timing)

    @asynccontextmanager
    async def working(self, count: int = 2, attempts: int = 3) -> AsyncIterator[Workers]:
        """Workers who go home at the end."""
        workers = self.workers(count, attempts)
        await workers.start()
        try:
            yield workers
        finally:
            await workers.stop()


async def ended(shop: Workshop, *numbers: int) -> list[str]:
    """The states of downloads that have one at last."""

    async def are_over() -> bool:
        return all([await shop.state(one) not in {"queued", "running"} for one in numbers])

    await until_true(are_over)
    return [await shop.state(one) for one in numbers]
