"""From a signal to the end: runs the app, in a sandbox of its own where there is no token."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.addresses import reachable
from bot.app import App
from bot.clock import utc_now
from bot.config import Settings
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.errors import ConfigError
from bot.sandbox.cast import introduce
from bot.sandbox.crowd import Crowd
from bot.sandbox.former import beyond_earlier_worlds, end_former
from bot.sandbox.history import write_history
from bot.sandbox.history_marks import is_needed, is_synthetic
from bot.sandbox.server import Sandbox
from bot.signpost import Say, tell_alone, tell_bot, tell_inside

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

# People come and go ten times as often as in life, or nobody would see them do it.
CROWD_PACE = 10
# How many more objects than before make the garbage collector look through the new ones, and how
# often it has then been when it looks through older ones, too.
COLLECTED = (10_000, 10, 10)
# Who answers the assistant's questions in a sandbox where nobody else was named.
MODEL = "sandbox-script"

log = structlog.get_logger(__name__)


async def run(settings: Settings, say: Say) -> None:
    """Run until SIGTERM or SIGINT, then stop in order; a second signal stops at once.

    say: tells the operator where to look, line by line
    Raises ConfigError when a setting turns out to be unusable.
    """
    with _stop_signals() as stop:
        if settings.bot_token:
            app = App(settings, settings.bot_token.get_secret_value())
            await _run(app, stop, app.start, partial(_present, app, say))
        else:
            await _run_inside(settings, stop, say)


async def _run_inside(settings: Settings, stop: asyncio.Event, say: Say) -> None:
    """Run in a sandbox of its own."""
    async with open_sandbox(settings) as (sandbox, changed):
        app = App(changed, sandbox.token)
        crowd = _crowd(sandbox, settings)

        async def start() -> None:
            # A history takes its time: what a setting can be refused for comes before.
            await app.site.bind()
            await _prepare(settings, say)
            await app.start()

        try:
            await _run(app, stop, start, partial(_welcome, app, sandbox, crowd, say))
        finally:
            await crowd.stop()


@asynccontextmanager
async def open_sandbox(settings: Settings) -> AsyncIterator[tuple[Sandbox, Settings]]:
    """A running sandbox, and the *settings* of a bot that lives in it."""
    sandbox = Sandbox(host=settings.sandbox_host, port=settings.sandbox_port)
    sandbox.world.first_message_id = beyond_earlier_worlds(utc_now())
    await sandbox.start()
    try:
        admins = introduce(sandbox.world)
        yield sandbox, settings.model_copy(update=_inside(sandbox, settings, admins))
    finally:
        await sandbox.stop()


def _inside(sandbox: Sandbox, settings: Settings, admins: Iterable[int]) -> dict[str, object]:
    """What differs for a bot inside: its Telegram, its media site, and who thinks for it."""
    site = reachable(sandbox.url)
    changed: dict[str, object] = {
        "telegram_api_url": sandbox.url,
        "database_url": settings.sandbox_database_url,
        "admin_ids": (*admins, *settings.admin_ids),
        "download_allowed_hosts": (
            *settings.download_allowed_hosts,
            urlsplit(site).netloc,
        ),
        "download_test_url": settings.download_test_url or f"{site}/media/song",
    }
    if settings.assistant_base_url is None:
        changed |= {"assistant_base_url": f"{site}/model/v1", "assistant_model": MODEL}
    return changed


async def run_sandbox(settings: Settings, say: Say) -> None:
    """Run the Bot API server alone until SIGTERM or SIGINT, for a bot that runs elsewhere."""
    with _stop_signals() as stop:
        async with open_sandbox(settings) as (sandbox, _):
            tell_alone(sandbox, say)
            await stop.wait()


async def migrate_database(settings: Settings, say: Say) -> None:
    """Apply the migrations that are missing."""
    # Whoever names a database means it, with a token or without.
    is_named = "database_url" in settings.model_fields_set or not settings.is_sandbox
    url = settings.database_url if is_named else settings.sandbox_database_url
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.close()
    say(f"migrated {database.url.render_as_string(hide_password=True)}")


async def _prepare(settings: Settings, say: Say) -> None:
    """Fill the sandbox's database the first time, and end what began in an earlier sandbox.

    Refuses one that holds real people.
    """
    database, days = Database(settings.sandbox_database_url), settings.sandbox_history_days
    try:
        await migrate(database)
        if await is_needed(database):
            say(f"making {days} days of synthetic history (once) …")
            await write_history(database, days=days, now=utc_now(), zone=settings.timezone)
        if not await is_synthetic(database):
            raise ConfigError("SANDBOX_DATABASE_URL", "holds real people; name another database")
        await end_former(database, utc_now())
    except (SQLAlchemyError, OSError) as exc:
        problem = f"cannot be used: {str(exc).splitlines()[0]}"
        raise ConfigError("SANDBOX_DATABASE_URL", problem) from None
    finally:
        await database.close()


def _crowd(sandbox: Sandbox, settings: Settings) -> Crowd:
    return Crowd(
        sandbox.url,
        settings.sandbox_people,
        history_days=settings.sandbox_history_days,
        zone=settings.timezone,
        pace=CROWD_PACE,
    )


async def _run(
    app: App,
    stop: asyncio.Event,
    start: Callable[[], Coroutine[Any, Any, None]],
    begun: Callable[[], Awaitable[None]],
) -> None:
    """Start, wait for the signal, stop; a signal during the start ends the start."""
    async with _rules_reloaded(app):
        await _run_until(app, stop, start, begun)


async def _run_until(
    app: App,
    stop: asyncio.Event,
    start: Callable[[], Coroutine[Any, Any, None]],
    begun: Callable[[], Awaitable[None]],
) -> None:
    starting = asyncio.create_task(start())
    asked = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((starting, asked), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            settle()
            await begun()
            await asked
        log.info("stopping")
    finally:
        for task in (starting, asked):
            task.cancel()
        await asyncio.gather(starting, asked, return_exceptions=True)
        await app.stop()


@asynccontextmanager
async def _rules_reloaded(app: App) -> AsyncIterator[None]:
    """Inside, SIGHUP reads ALERT_RULES_FILE again; without one it ends the process, as usual."""
    if app.settings.alert_rules_file is None:
        yield
        return
    loop, reloads = asyncio.get_running_loop(), set[asyncio.Task[object]]()

    def asked() -> None:
        task = asyncio.create_task(app.alarm.rulebook.reload())
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    loop.add_signal_handler(signal.SIGHUP, asked)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        for task in reloads:
            task.cancel()
        await asyncio.gather(*reloads, return_exceptions=True)


def settle() -> None:
    """Tell the garbage collector that all there is now lives as long as the process.

    aiogram's models are a quarter of a million objects: to look through all of them takes a tenth
    of a second, with every answer waiting (measured on a 2-core machine).  What comes later is
    looked through for two milliseconds; every few seconds instead of twice a second is enough for
    the little that only the collector finds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


@contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Set by the first signal; the second finds the handlers that were there before."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}

    def give_back() -> None:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)

    def asked() -> None:
        stop.set()
        give_back()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, asked)
    try:
        yield stop
    finally:
        give_back()


async def _present(app: App, say: Say) -> None:
    tell_bot(app, say)


async def _welcome(app: App, sandbox: Sandbox, crowd: Crowd, say: Say) -> None:
    tell_inside(app, sandbox, say)
    await crowd.start()
