"""What the API costs the bot: people's answers with and without a thousand requests a second.

Three processes beside this one: a Bot API server that hands out 200 updates a second and measures
how long each answer takes, the bot as its operator runs it, and a client that asks for
/api/v1/analytics/dashboard at a fixed pace, whatever the answers take (so that a slow one is not
hidden by asking later).  Three stretches take turns: quiet, the client asking the bot, and the
client asking a bare server in a process of its own, which shows what the client alone takes from a
machine that it shares with the bot.  None of the others runs on the bot's core, as if they were
elsewhere: to share a core with its client is not what the API costs the bot.  So it takes Linux
and two cores.

Printed are the API's pace and latency, people's latency in all stretches of a kind together, and
the ratios of its p99 to the quiet one: of all together, and the quartiles of the rounds'.

    python benchmarks/api_load.py [--rounds 20] [--seconds 4] [--rate 1100]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop
from aiohttp import ClientSession
from plain_http import Caller, serve

BOT = "4242:benchmark-benchmark-benchmark"
TOKEN = "a-token-for-a-benchmark-on-loopback"  # noqa: S105  nobody's
PATH = "/api/v1/analytics/dashboard?days=7"
UPDATES = 200  # a second
PEOPLE = 1_000
CONNECTIONS = 16
WARM_SECONDS = 3.0
ELSEWHERE_BYTES = 3_000
ME = {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
CHAT = {"id": 1, "type": "private", "first_name": "Ann"}
SENT = {"message_id": 1, "date": 0, "chat": CHAT, "text": "Hello!"}


class Telegram:
    """A Bot API server whose people write at a fixed pace and wait for an answer."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._due = 0.0
        self._written: dict[int, float] = {}
        self.waited: list[float] = []

    async def answer(self, path: str, body: bytes) -> bytes:
        """One call of the Bot API; at /figures the seconds from each message to its answer."""
        method = path.rpartition("/")[2]
        if method == "figures":
            waited, self.waited = self.waited, []
            return orjson.dumps(waited)
        result: Any = True
        if method == "getUpdates":
            result = await self._updates()
        elif method == "getMe":
            result = ME
        elif method == "sendMessage":
            self._answered(int(orjson.loads(body)["chat_id"]))
            result = SENT
        return orjson.dumps({"ok": True, "result": result})

    async def _updates(self) -> list[dict[str, Any]]:
        now = time.perf_counter()
        self._due = self._due or now
        if self._due > now:
            await asyncio.sleep(self._due - now)
        found = []
        while self._due <= time.perf_counter():
            found.append(self._update(next(self._numbers), self._due))
            self._due += 1 / UPDATES
        return found

    def _update(self, number: int, due: float) -> dict[str, Any]:
        person = number % PEOPLE + 1
        self._written[person] = due
        sender = {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        message = {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": person, "type": "private", "first_name": "Ann"},
            "from": sender,
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        }
        return {"update_id": number, "message": message}

    def _answered(self, person: int) -> None:
        written = self._written.pop(person, None)
        if written is not None:
            self.waited.append(time.perf_counter() - written)


async def elsewhere(_: str, __: bytes) -> bytes:
    """As much as the API's answer has, of somebody who knows nothing of a bot."""
    return bytes(ELSEWHERE_BYTES)


class Load:
    """Requests at a pace; latency counts from the moment when each was due."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._request = (
            f"GET {PATH} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Bearer {TOKEN}\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()

    async def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """Ask; what came of it."""
        due: deque[float] = deque()
        callers = [await self._caller(due) for _ in range(CONNECTIONS)]
        started = time.perf_counter()
        for number in range(int(rate * seconds)):
            at = started + number / rate
            if (left := at - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            due.append(at)
            any(caller.ask() for caller in callers)
        while due or not all(caller.is_free for caller in callers):  # noqa: ASYNC110  once
            await asyncio.sleep(0.01)
        took = time.perf_counter() - started
        waited = [one for caller in callers for one in caller.waited]
        refused = sum(caller.refused for caller in callers)
        return {"rate": len(waited) / took, "refused": refused, "waited": waited}

    async def _caller(self, due: deque[float]) -> Caller:
        loop = asyncio.get_running_loop()
        _, caller = await loop.create_connection(
            lambda: Caller(self._request, due), self._host, self._port
        )
        return caller


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds: the median, p99 (nearest rank) and the slowest."""
    some = sorted(seconds)
    return {
        "p50": some[len(some) // 2] * 1000,
        "p99": some[min(len(some) - 1, int(len(some) * 0.99))] * 1000,
        "slowest": some[-1] * 1000,
    }


def child(*arguments: object) -> subprocess.Popen[str]:
    """This file again, in a process of its own."""
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.Popen(  # noqa: S603  ourselves
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def bot(folder: Path, api: str, core: int) -> tuple[subprocess.Popen[str], str]:
    """`telegauge run` on one core, and the side server's address."""
    settings = {
        "BOT_TOKEN": BOT,
        "TELEGRAM_API_URL": api,
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "METRICS_PORT": "0",
        "API_TOKEN": TOKEN,
        "API_RATE_LIMIT": "10000",
        "THROTTLE_RATE": "1000",
        "THROTTLE_BURST": "10000",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **settings},
    )
    os.sched_setaffinity(process.pid, {core})
    assert process.stdout  # noqa: S101  it was asked for with PIPE
    for line in process.stdout:
        if line.startswith("health"):
            return process, line.split()[-1].removesuffix("/health")
    raise SystemExit("the bot did not start")


async def answers(api: str) -> list[float]:
    """What people waited since this was asked last, in seconds."""
    async with ClientSession() as session, session.get(f"{api}/figures") as response:
        found: list[float] = await response.json()
        return found


@dataclass
class Seen:
    """What stretches of one kind showed.  seconds: that people waited for each answer"""

    seconds: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    loads: list[dict[str, Any]] = field(default_factory=list)

    def add(self, seconds: list[float], load: dict[str, Any] | None) -> None:
        """One more stretch."""
        self.seconds += seconds
        self.p99s.append(spread(seconds)["p99"])
        self.loads += [load] if load else []


async def stretch(api: str, site: str | None, rate: float, seconds: float, seen: Seen) -> None:
    """Note people's answers during *seconds*, with *site* asked *rate* times a second."""
    if site is None:
        await answers(api)
        await asyncio.sleep(seconds)
        return seen.add(await answers(api), None)
    loader = child("--load", site, rate, seconds)
    assert loader.stdout  # noqa: S101  it was asked for with PIPE
    # It has started by then: that takes a core for a second, which is not the API's doing.
    await asyncio.to_thread(loader.stdout.readline)
    await answers(api)
    out, _ = await asyncio.to_thread(loader.communicate, "\n")
    return seen.add(await answers(api), json.loads(out))


@dataclass(frozen=True)
class Places:
    """Where the Bot API, the bot and the bare server are."""

    api: str
    site: str
    other: str


async def compare(places: Places, rounds: int, seconds: float, rate: float) -> None:
    """Print everything."""
    await stretch(places.api, places.site, rate, WARM_SECONDS, Seen())
    sites = {"quiet": None, "beside the API": places.site, "beside the client": places.other}
    found = {name: Seen() for name in sites}
    for number in range(1, rounds + 1):
        for name, site in sites.items():
            await stretch(places.api, site, rate, seconds, found[name])
        p99s = "  ".join(f"{name} {seen.p99s[-1]:.2f} ms" for name, seen in found.items())
        print(f"round {number:2}, p99  {p99s}", flush=True)
    loads = found["beside the API"].loads
    pace = statistics.fmean(load["rate"] for load in loads)
    refused = sum(load["refused"] for load in loads)
    waited = [one for load in loads for one in load["waited"]]
    print(f"the API            {told(waited)}  {pace:,.0f} requests/s, {refused} refused")
    for name, seen in found.items():
        print(f"people, {name:17}  {told(seen.seconds)}  {compared(seen, found['quiet'])}")


def compared(seen: Seen, quiet: Seen) -> str:
    """How p99 compares with *quiet*."""
    whole = spread(seen.seconds)["p99"] / spread(quiet.seconds)["p99"]
    ratios = [one / other for one, other in zip(seen.p99s, quiet.p99s, strict=True)]
    quartiles = " ".join(f"{one:.2f}" for one in statistics.quantiles(ratios))
    return f"p99 x {whole:.2f} (rounds: {quartiles})"


def told(seconds: Sequence[float]) -> str:
    """A line of milliseconds."""
    return "  ".join(f"{name} {value:6.2f} ms" for name, value in spread(seconds).items())


def served(server: subprocess.Popen[str]) -> str:
    """The address of a server that printed its port."""
    assert server.stdout  # noqa: S101  it was asked for with PIPE
    return f"http://127.0.0.1:{server.stdout.readline().strip()}"


def run(rounds: int, seconds: float, rate: float) -> None:
    """Start all, compare, stop all."""
    own, *shared = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0]
    if not shared:
        print("left out: this takes Linux and two cores, one of them the bot's alone")
        return
    os.sched_setaffinity(0, shared)  # and with us all that we start
    print(f"Python {platform.python_version()}, {1 + len(shared)} cores, {UPDATES} updates/s")
    server, other = child("--telegram"), child("--elsewhere")
    api = served(server)
    with tempfile.TemporaryDirectory() as folder:
        process, site = bot(Path(folder), api, own)
        try:
            places = Places(api, site, served(other))
            asyncio.run(compare(places, rounds, seconds, rate))
        finally:
            process.terminate()
            process.communicate()
            server.communicate("")
            other.communicate("")


def main() -> None:
    """Read the command line and do one of: play Telegram, load, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rate", type=float, default=1100)
    parser.add_argument("--telegram", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--elsewhere", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--load", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.telegram:
        uvloop.run(serve(Telegram().answer, asyncio.to_thread(sys.stdin.read)))
    elif chosen.elsewhere:
        uvloop.run(serve(elsewhere, asyncio.to_thread(sys.stdin.read)))
    elif chosen.load:
        print("ready", flush=True)
        sys.stdin.readline()
        site, rate, seconds = chosen.load
        host, _, port = site.removeprefix("http://").rpartition(":")
        print(json.dumps(uvloop.run(Load(host, int(port)).run(float(rate), float(seconds)))))
    else:
        run(chosen.rounds, chosen.seconds, chosen.rate)


if __name__ == "__main__":
    main()
