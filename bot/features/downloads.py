"""The feature downloads: its room, its router and its jobs, joined."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from bot.analytics.render.words import Words
from bot.downloads.attempt import Tools
from bot.downloads.claims import Claims
from bot.downloads.counter import Counter
from bot.downloads.egress import EgressGuard
from bot.downloads.endings import Endings
from bot.downloads.figures import Figures
from bot.downloads.health import YtdlpHealth
from bot.downloads.looks import Looks
from bot.downloads.media import Limits
from bot.downloads.messages.telegram import Messages
from bot.downloads.queue import Queue
from bot.downloads.records import PRIORITIES, SentFiles
from bot.downloads.room import room_of
from bot.downloads.runner import missing
from bot.downloads.standing import Standing
from bot.downloads.station import Grounds, Station
from bot.downloads.telegram import TelegramCourier
from bot.downloads.timing import Timing
from bot.downloads.workers import Workers
from bot.ending import attempt
from bot.errors import ConfigError
from bot.features.feature import Feature, Gauge, Ground
from bot.handlers import download_queue
from bot.handlers import downloads as handlers
from bot.jobs import Job

COUNT_SECONDS = 5
TELL_SECONDS = 2
HOUR = 3600
MEGABYTE = 1_000_000
LONGEST_MINUTES = 24 * 60
FOLDER = "telegauge"


def build(ground: Ground) -> Feature:
    """What downloads adds to the bot.

    Raises ConfigError about FEATURES without the packages, and about DOWNLOAD_ALLOWED_HOSTS.
    """
    if problem := missing():
        raise ConfigError("FEATURES", f"downloads: {problem}; or leave downloads out")
    settings, clock = ground.settings, ground.clock
    queue, station = Queue(ground.database, ground.bus, clock), _station(ground)
    messages, looks = Messages(ground.bot), Looks(ground.bus, clock)
    courier = _courier(ground, messages)
    workers = _workers(ground, queue, station, courier)
    figures = Figures(ground.database, clock)
    test_url = settings.download_test_url
    health = YtdlpHealth(station.look, str(test_url) if test_url else None, clock)

    async def start() -> None:
        await station.start()
        await workers.start()

    async def stop() -> None:
        await asyncio.gather(attempt(workers.stop), attempt(looks.close))
        await station.stop()

    return Feature(
        routers=[handlers.build_router(), download_queue.build_router()],
        late_routers=[handlers.build_late_router()],
        serves={
            "counter": _counter(ground, queue, station, looks),
            "courier": courier,
            "messages": messages,
        },
        jobs=_jobs(ground, queue, courier, figures, health),
        gauges=_gauges(workers, figures, health),
        probes={
            "ytdlp": health.probe,
            "download_queue": figures.probe_depth,
            "download_wait": figures.probe_wait,
            "download_disk": room_of(_folder(ground), settings.download_free_megabytes * MEGABYTE),
        },
        start=start,
        stop=stop,
    )


def _jobs(
    ground: Ground, queue: Queue, courier: TelegramCourier, figures: Figures, health: YtdlpHealth
) -> list[Job]:
    every = ground.settings.download_check_interval
    standing = Standing(ground.database, courier, ground.clock)
    table = (
        ("check_ytdlp", every, health.check),
        ("count_queue", COUNT_SECONDS, figures.refresh),
        ("tell_places", TELL_SECONDS, standing.refresh),
        ("forget_offers", HOUR, queue.forget_offers),
    )
    return [
        Job(name=name, seconds=seconds, run=run, is_immediate=True) for name, seconds, run in table
    ]


def _gauges(workers: Workers, figures: Figures, health: YtdlpHealth) -> list[Gauge]:
    return [
        Gauge(series="downloads_in_progress", read=lambda: workers.in_progress),
        Gauge(series="ytdlp_up", read=health.up),
        *(
            Gauge(series="queue_depth", read=partial(figures.depth, one), labels=(one,))
            for one in PRIORITIES
        ),
    ]


def _folder(ground: Ground) -> Path:
    return ground.settings.download_folder or Path(tempfile.gettempdir()) / FOLDER


def _station(ground: Ground) -> Station:
    settings = ground.settings
    return Station(
        Grounds(
            guard=EgressGuard(allowed=settings.download_allowed_hosts),
            folder=_folder(ground),
            min_free_bytes=settings.download_free_megabytes * MEGABYTE,
        )
    )


def _counter(ground: Ground, queue: Queue, station: Station, looks: Looks) -> Counter:
    settings = ground.settings
    return Counter(
        looker=station,
        looks=looks,
        queue=queue,
        plan_of=ground.plan_of,
        bus=ground.bus,
        megabytes=settings.download_megabytes,
        has_shop="billing" in settings.active_features,
        clock=ground.clock,
    )


def _courier(ground: Ground, messages: Messages) -> TelegramCourier:
    settings, i18n = ground.settings, ground.i18n

    def words(language: str) -> Words:
        locale = language if language in i18n.locales else i18n.default_locale
        texts = i18n.locales[locale]
        return Words(locale=locale, translations=texts, zone=settings.timezone)

    return TelegramCourier(
        messages,
        words,
        megabytes=settings.download_megabytes,
        has_shop="billing" in settings.active_features,
        clock=ground.clock,
    )


def _workers(ground: Ground, queue: Queue, station: Station, courier: TelegramCourier) -> Workers:
    settings, clock = ground.settings, ground.clock
    claims, timing = Claims(ground.database, clock), Timing()
    endings = Endings(
        claims=claims,
        courier=courier,
        plans=ground.plans,
        attempts=settings.download_attempts,
        bus=ground.bus,
        clock=clock,
        timing=timing,
    )
    most = Limits(
        megabytes=settings.download_megabytes,
        minutes=LONGEST_MINUTES,
        seconds=round(settings.download_timeout),
    )
    tools = Tools(
        endings=endings,
        sent_files=SentFiles(ground.database, clock),
        fetcher=station,
        most=most,
    )
    return Workers(
        claims=claims, tools=tools, bell=queue.bell, count=settings.download_workers, timing=timing
    )
