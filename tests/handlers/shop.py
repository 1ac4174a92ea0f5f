"""Downloads in a sandbox, with a site and files that a test has in its hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiogram import Dispatcher

from bot.analytics.bus import Bus
from bot.analytics.languages import Languages
from bot.analytics.render.words import Words
from bot.config import Settings
from bot.database.engine import Database
from bot.downloads.attempt import Tools
from bot.downloads.claims import Claims
from bot.downloads.counter import Counter
from bot.downloads.endings import Endings
from bot.downloads.looks import Looks
from bot.downloads.media import Choice, Limits, Media, Offer
from bot.downloads.messages.telegram import Messages
from bot.downloads.queue import Queue
from bot.downloads.records import SentFiles
from bot.downloads.telegram import TelegramCourier
from bot.downloads.workers import Workers
from bot.handlers import download_queue, downloads, fallback
from bot.middlewares.language import Catalogues, Language
from bot.plans import Plan, load_plans
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.downloads.queue_scene import QUICK, Site
from tests.driver import Driver, Json, message_text
from tests.fakes import Recorder
from tests.sandbox.samples import jpeg

PLANS = load_plans()
MOST = Limits(megabytes=50, minutes=1440, seconds=60)
MP3 = Choice(format="mp3", quality="192k")
MP4 = Choice(format="mp4", quality="720p")
SRT = Choice(format="srt", quality="de")
SONG = Media(
    key="site:1",
    url="https://site.example/1",
    site="Site",
    title="Song",
    performer="Band",
    duration_seconds=60,
    thumbnail=jpeg(320, 180),
    offers=(Offer(choice=MP3, size_bytes=1_500_000), Offer(choice=MP4), Offer(choice=SRT)),
)


class Shelf:
    """A looker: what every link leads to.

    gate: closed, looks hang; problem: raised instead; looked: the links, in order
    """

    def __init__(self) -> None:
        self.media = SONG
        self.gate = asyncio.Event()
        self.gate.set()
        self.problem: Exception | None = None
        self.looked: list[str] = []

    async def look(self, url: str) -> Media:
        self.looked.append(url)
        await self.gate.wait()
        if self.problem:
            raise self.problem
        return replace(self.media, url=url)


class Shop:
    """The whole room behind real handlers; plan: everybody's."""

    def __init__(self, sandbox: Sandbox, database: Database, folder: Path) -> None:
        self.told = Recorder()
        bus = Bus(self.told)
        self.bot = build_bot(sandbox.token, sandbox.url, bus)
        self.i18n = Catalogues()
        self.plan: Plan = PLANS.free
        self.shelf = Shelf()
        self.site = Site(folder)
        for ending in ("mp3", "mp4", "srt"):
            (folder / f"file.{ending}").write_bytes(ending.encode())
        self.queue = Queue(database, bus)
        self.looks = Looks(bus)
        self.messages = Messages(self.bot)
        self.courier = TelegramCourier(self.messages, self._words, megabytes=50, has_shop=True)
        self.counter = self._counter(bus)
        self.workers = self._workers(database, bus)
        self.dispatcher = self._dispatcher(database)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """People are served while this lasts."""
        await self.workers.start()
        polling = asyncio.create_task(
            self.dispatcher.start_polling(self.bot, handle_signals=False, polling_timeout=1)
        )
        try:
            yield
        finally:
            await self.dispatcher.stop_polling()
            await polling
            await self.looks.close()
            await self.workers.stop()
            await self.bot.session.close()

    async def _plan_of(self, user_id: int) -> Plan:
        del user_id  # all are on the same
        return self.plan

    def _words(self, language: str) -> Words:
        return Words(locale=language, translations=self.i18n.locales[language])

    def _counter(self, bus: Bus) -> Counter:
        return Counter(
            looker=self.shelf,
            looks=self.looks,
            queue=self.queue,
            plan_of=self._plan_of,
            bus=bus,
            megabytes=50,
            has_shop=True,
        )

    def _workers(self, database: Database, bus: Bus) -> Workers:
        claims = Claims(database)
        endings = Endings(
            claims=claims,
            courier=self.courier,
            plans=PLANS,
            attempts=2,
            bus=bus,
            clock=self.counter.clock,
            timing=QUICK,
        )
        files = SentFiles(database, self.counter.clock)
        tools = Tools(endings=endings, sent_files=files, fetcher=self.site, most=MOST)
        return Workers(claims=claims, tools=tools, bell=self.queue.bell, count=1, timing=QUICK)

    def _dispatcher(self, database: Database) -> Dispatcher:
        dispatcher = Dispatcher(
            settings=Settings(_env_file=None, features=("downloads",)),
            counter=self.counter,
            courier=self.courier,
            messages=self.messages,
        )
        dispatcher.update.outer_middleware(Language(self.i18n, Languages(database)))
        dispatcher.include_routers(
            downloads.build_router(),
            download_queue.build_router(),
            downloads.build_late_router(),
            fallback.build_router(),
        )
        return dispatcher


LINK = "https://site.example/1"


def labels(message: Json) -> list[str]:
    """The texts of a message's buttons, in order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def now(driver: Driver, message: Json) -> Json:
    """The message as it looks now."""
    found = await driver.messages(message["chat"]["id"])
    return next(one for one in found if one["message_id"] == message["message_id"])


async def becomes(driver: Driver, message: Json, wanted: str) -> Json:
    """The message once it has the text, or is a wanted kind of file."""

    def fits(one: Json) -> bool:
        is_it = one["message_id"] == message["message_id"]
        return is_it and (wanted in one or wanted in message_text(one))

    return await driver.wait_for(message["chat"]["id"], fits)


async def offered(driver: Driver, person: int, text: str = LINK, **where: Any) -> Json:
    """What the bot offers for a link."""
    return await driver.say(person, text, "What would you like?", **where)


async def picked(driver: Driver, person: int, label: str = "🎵 mp3 192k · 1.5 MB") -> Json:
    """An offer of which somebody has pressed one button."""
    message = await offered(driver, person)
    await driver.press(person, message, label)
    return message
