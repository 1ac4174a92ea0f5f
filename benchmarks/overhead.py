"""What measuring costs: bare aiogram against the full stack, on the same updates.

Each run is a process of its own; bare and full take turns, so a machine that slows down slows
both.  A run decodes updates as they come from Telegram, hands them to the dispatcher, 16 at a
time, and (full) ends when every fact is on disk.  "answer" sends one message for each update over
real HTTP to a server in another process; "silent" answers nothing.  Printed: the median of the
ratios full/bare, pair by pair, of the CPU time (what an operator pays) and of the wall clock.

    python benchmarks/overhead.py [--pairs 7] [--updates 4000] [--no-profile]
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import os
import platform
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import Message, Update
from aiohttp import web

from bot.analytics.core import Core
from bot.analytics.people import People
from bot.config import Settings
from bot.dispatcher import build_dispatcher
from bot.middlewares.language import Catalogues
from bot.middlewares.timer import UpdateTimer
from bot.run import settle
from bot.telegram.connect import build_bot

TOKEN = "4242:benchmark-benchmark-benchmark"  # noqa: S105  nobody's
Figures = dict[str, float]

PEOPLE = 500
AT_ONCE = 16
ANSWER = {
    "ok": True,
    "result": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "Hello!"},
}


def raw_update(number: int) -> dict[str, Any]:
    """An update as getUpdates brings it."""
    person = {
        "id": number % PEOPLE + 1, "is_bot": False, "first_name": "Ann", "language_code": "en",
    }  # fmt: skip
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": person["id"], "type": "private", "first_name": "Ann"},
        "from": person,
        "text": "hello there",
    }
    return {"update_id": number, "message": message}


async def answer(message: Message) -> None:
    """A handler that answers."""
    await message.answer("Hello!")


async def silent(message: Message) -> None:
    """A handler that does nothing."""


async def feed(bot: Bot, dispatcher: Dispatcher, first: int, count: int) -> None:
    """Handle *count* updates, 16 at a time, decoding each as it is taken."""
    numbers = iter(range(first, first + count))

    async def worker() -> None:
        for number in numbers:
            update = Update.model_validate(raw_update(number), context={"bot": bot})
            await dispatcher.feed_update(bot, update)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


async def timed(feeding: Awaitable[None], drained: Callable[[], Awaitable[None]]) -> Figures:
    """CPU and wall seconds of *feeding* until everything is on disk."""
    cpu, wall = time.process_time(), time.perf_counter()
    await feeding
    await drained()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


async def bare(handler: Any, api: str, count: int, folder: Path) -> Figures:
    """aiogram as its documentation shows it."""
    del folder
    # The same defaults as ours, so that both send the same requests.
    default = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    bot = Bot(TOKEN, session=session, default=default)
    dispatcher = Dispatcher()
    dispatcher.message.register(handler)
    await feed(bot, dispatcher, 1, 2 * PEOPLE)

    async def nothing() -> None:
        """Nothing is kept, so nothing waits."""

    figures = await timed(feed(bot, dispatcher, count, count), nothing)
    await bot.session.close()
    return figures


async def full(handler: Any, api: str, count: int, folder: Path) -> Figures:
    """The whole stack: timing, metrics, activity, language, throttle, errors, the store."""
    settings = Settings(database_url=f"sqlite:///{folder}/bench.db", throttle_rate=1000)
    core, i18n = Core(settings), Catalogues()
    bot = build_bot(TOKEN, api, core.bus)
    router = Router()
    router.message.register(handler)
    dispatcher = build_dispatcher(
        core,
        settings,
        [router],
        people=People(core.database, core.store.flush, core.bus),
        i18n=i18n,
        timer=UpdateTimer(core.bus),
        username=lambda: "bench_bot",
    )
    await core.start()
    settle()  # as bot/run.py does
    await feed(bot, dispatcher, 1, 2 * PEOPLE)
    await core.store.flush()
    figures = await timed(feed(bot, dispatcher, count, count), core.store.flush)
    await bot.session.close()
    await core.stop()
    return figures


async def measure(kind: str, handler: str, api: str, count: int) -> Figures:
    """One process's part."""
    run = bare if kind == "bare" else full
    with tempfile.TemporaryDirectory() as folder:
        return await run(answer if handler == "answer" else silent, api, count, Path(folder))


async def serve() -> None:
    """A Bot API that says yes to everything, in a process of its own."""
    body = json.dumps(ANSWER).encode()

    async def yes(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{path:.*}", yes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


def child(*arguments: object) -> subprocess.Popen[str]:
    """This file again, in a process of its own."""
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.Popen(  # noqa: S603  ourselves
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def pair(handler: str, api: str, count: int) -> dict[str, Figures]:
    """Bare and full, one after the other."""
    found = {}
    for kind in ("bare", "full"):
        out, _ = child("--child", kind, handler, api, "--updates", count).communicate()
        found[kind] = json.loads(out)
    return found


def report(handler: str, pairs: list[dict[str, Figures]], count: int) -> None:
    """One line a clock."""
    for clock in ("cpu", "wall"):
        ratios = [found["full"][clock] / found["bare"][clock] for found in pairs]
        micro = {
            kind: statistics.median(found[kind][clock] for found in pairs) / count * 1e6
            for kind in ("bare", "full")
        }
        print(
            f"{handler:7} {clock:4}  full/bare {statistics.median(ratios):.2f}"
            f"  ({min(ratios):.2f}-{max(ratios):.2f})"
            f"   bare {micro['bare']:.0f} us, full {micro['full']:.0f} us an update"
        )


def profile(handler: str, api: str, count: int) -> None:
    """Where the full stack's time goes, by part; the profiler itself makes calls look longer."""
    profiler = cProfile.Profile()
    with uvloop_runner() as runner:
        profiler.enable()
        runner.run(measure("full", handler, api, count))
        profiler.disable()
    parts: dict[str, float] = defaultdict(float)
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]  # typeshed does not know it
        parts[part_of(file)] += own
    total = sum(parts.values())
    for part, seconds in sorted(parts.items(), key=lambda item: -item[1])[:14]:
        print(f"  {part:28} {seconds / total:6.1%}")


def part_of(file: str) -> str:
    """Our module, or somebody else's package."""
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if "bot" in path.parts:
        return "/".join(path.parts[path.parts.index("bot") :][:3])
    return "python and C"


def uvloop_runner() -> asyncio.Runner:
    """The event loop that both sides get."""
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def main() -> None:
    """Read the command line and do one of: serve, measure, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--no-profile", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        uvloop_runner().run(serve())
    elif chosen.child:
        with uvloop_runner() as runner:
            print(json.dumps(runner.run(measure(*chosen.child, chosen.updates))))
    else:
        compare(chosen.pairs, chosen.updates, with_profile=not chosen.no_profile)


def compare(pairs: int, count: int, *, with_profile: bool) -> None:
    """Print everything."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {pairs} pairs of {count}")
    server = child("--serve")
    assert server.stdout  # noqa: S101  it was asked for with PIPE
    api = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    try:
        for handler in ("answer", "silent"):
            report(handler, [pair(handler, api, count) for _ in range(pairs)], count)
            if with_profile:
                profile(handler, api, count)
    finally:
        server.communicate("")


if __name__ == "__main__":
    main()
