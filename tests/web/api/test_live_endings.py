"""A talk about facts ends cleanly: nonsense, silence, trouble of ours, and the end of the bot."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import psutil
import pytest
from sqlalchemy import text

from bot.database.engine import Database
from bot.tokens import Scope
from bot.web.api.access import TRUSTED_SECONDS
from bot.web.api.endpoint import V1
from bot.web.api.live_terms import MESSAGE_BYTES, Limits
from tests.analytics.moments import seen
from tests.waiting import PATIENCE, until
from tests.web.api.watching import OWN, QUICK, Stage, staged
from tests.web.conftest import Serve

KEY = base64.b64encode(b"sixteen bytes!!!").decode()
PINGED = Limits(ping_seconds=0.05, pace_seconds=0.0)
TEXT, CONTINUED, CLOSE, PING = 0x81, 0x80, 0x88, 0x89


@pytest.fixture
async def stage(serve: Serve, sqlite: Database) -> AsyncIterator[Stage]:
    async with staged(serve, sqlite) as one:
        yield one


def frame(first: int, payload: bytes) -> bytes:
    """A masked frame with a mask of zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    return bytes([first]) + length + bytes(4) + payload


@asynccontextmanager
async def raw(
    stage: Stage, **headers: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that speaks HTTP and WebSocket by hand."""
    place = urlsplit(stage.address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=4_096)
    lines = {
        "Host": place.netloc,
        "Authorization": f"Bearer {OWN}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    writer.write(f"GET {V1}/live HTTP/1.1\r\n{head}\r\n".encode())
    try:
        yield reader, writer
    finally:
        writer.close()


async def status(reader: asyncio.StreamReader) -> int:
    """HTTP's answer; the stream stands behind its head."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    return int(head.split()[1])


async def closing_code(reader: asyncio.StreamReader) -> int:
    """The code of the close frame, which comes last."""
    rest = await asyncio.wait_for(reader.read(), PATIENCE)
    _, found, payload = rest.rpartition(bytes([CLOSE]))
    assert found, rest
    return int(struct.unpack("!H", payload[1:3])[0])


def connections(port: int) -> int:
    """How many are open at the server's end."""
    ours = psutil.Process().net_connections("tcp")
    return sum(1 for one in ours if one.raddr and one.laddr.port == port)


# -- nonsense --


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("hello", "request"),
        ("", "request"),
        ("[]", "request"),
        ('{"kinds": "UserSeen"}', "kinds"),
        ('{"kinds": [7]}', "kinds.0"),
        ('{"kinds": ["Nonsense"]}', "kinds"),
        ('{"kinds": [], "more": 1}', "more"),
        ('{"authorization": "Bearer x"}', "kinds"),
        (f'{{"kinds": [{", ".join(["1"] * 500)}]}}', "kinds"),
        ('{"kinds": ["\\u0000"]}', "kinds"),
        ('{"kinds": ["\\ud800"]}', "request"),
        ("[" * 2_000, "request"),
    ],
)
async def test_nonsense_is_answered_with_the_field_and_ended(
    stage: Stage, words: str, field: str
) -> None:
    watcher = await stage.watch()
    await watcher.socket.send_str(words)

    answer = await watcher.heard("error")
    assert field in {fault["field"] for fault in answer["errors"]}
    assert await watcher.ended() == 1008
    assert (await stage.until_gone()).ending == "refused"


async def test_bytes_are_not_understood(stage: Stage) -> None:
    watcher = await stage.watch()
    await watcher.socket.send_bytes(b'{"kinds": []}')

    assert await watcher.ended() == 1003


async def test_a_message_that_is_too_long_is_not_read(stage: Stage) -> None:
    watcher = await stage.watch()
    await watcher.socket.send_str(" " * (MESSAGE_BYTES + 1))

    assert await watcher.ended() == 1009
    assert (await stage.until_gone()).ending == "refused"


async def test_too_many_messages_end_the_talk(stage: Stage) -> None:
    watcher = await stage.watch()
    for _ in range(QUICK.words + 2):
        await watcher.say(kinds=[])

    assert await watcher.ended() == 1008


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (frame(TEXT, b"\xff\xfe"), 1007),
        (frame(0x83, b"reserved"), 1002),
        (frame(0xF1, b"reserved bits"), 1002),
        (frame(PING, b"x" * 200), 1002),
        (frame(CONTINUED, b"nothing was begun"), 1002),
        (frame(0x01, b" " * 4_000) + frame(CONTINUED, b" " * 4_000), 1009),
        (frame(CLOSE, b"x"), 1002),
        (frame(CLOSE, struct.pack("!H", 99)), 1002),
    ],
    ids=["utf-8", "opcode", "bits", "long ping", "continuation", "pieces", "close", "code"],
)
async def test_a_broken_frame_is_closed_with_the_code_for_that(
    stage: Stage, bad: bytes, code: int
) -> None:
    async with raw(stage) as (reader, writer):
        assert await status(reader) == 101
        writer.write(bad)

        assert await closing_code(reader) == code
    await stage.until_gone()


@pytest.mark.parametrize(
    "header",
    [
        {"Sec_WebSocket_Key": "short"},
        {"Sec_WebSocket_Version": "1"},
        {"Connection": "keep-alive"},
        {"Sec_WebSocket_Protocol": "chat"},
    ],
    ids=["key", "version", "connection", "subprotocol"],
)
async def test_a_broken_handshake_is_a_bad_request(stage: Stage, header: dict[str, str]) -> None:
    async with raw(stage, **header) as (reader, _):
        assert await status(reader) == 400
    assert not stage.doors.readers


# -- silence --


async def test_a_connection_that_breaks_frees_its_seat(stage: Stage) -> None:
    async with raw(stage) as (reader, writer):
        assert await status(reader) == 101
        writer.transport.abort()

        assert (await stage.until_gone()).ending == "left"


async def test_who_answers_no_ping_is_gone(serve: Serve, sqlite: Database) -> None:
    async with staged(serve, sqlite, PINGED) as stage, raw(stage) as (reader, _):
        assert await status(reader) == 101

        assert (await stage.until_gone()).ending == "silent"


async def test_who_reads_nothing_at_all_is_gone_with_all_that_waited_for_them(
    serve: Serve, sqlite: Database
) -> None:
    async with staged(serve, sqlite, PINGED) as stage, raw(stage):
        await until(lambda: stage.doors.readers)

        while not stage.endings:
            stage.publish(*[seen()] * 50)
            await asyncio.sleep(0.001)

        ending = await stage.until_gone()
        # The connection, too: what lies in its buffer would wait as long as they live.
        await until(lambda: not connections(stage.running.server.port))
    assert ending.ending == "silent"


async def test_who_answers_pings_stays(serve: Serve, sqlite: Database) -> None:
    limits = Limits(ping_seconds=0.05, online_seconds=0.3)
    async with staged(serve, sqlite, limits) as stage:
        watcher = await stage.watch()

        await watcher.heard("online")

        assert stage.doors.readers == 1


# -- our own end --


async def test_trouble_of_ours_is_told_as_such(stage: Stage, sqlite: Database) -> None:
    watcher = await stage.watch(secret=await stage.token(Scope.READ))
    async with sqlite.write("test.drop") as connection:
        await connection.execute(text("DROP TABLE api_tokens"))

    stage.clock.seconds += TRUSTED_SECONDS

    assert await watcher.ended() == 1011
    assert (await stage.until_gone()).ending == "broken"


async def test_readers_are_told_that_the_bot_stops(stage: Stage) -> None:
    watchers = [await stage.watch() for _ in range(3)]

    stopping = asyncio.create_task(stage.running.server.stop())

    assert [await watcher.ended() for watcher in watchers] == [1001] * 3
    await stopping
    assert [ending.ending for ending in stage.endings] == ["stopped"] * 3


async def test_nobody_keeps_the_bot_from_stopping(serve: Serve, sqlite: Database) -> None:
    quick = Limits(pace_seconds=0.0)
    async with staged(serve, sqlite, quick) as stage, raw(stage, Authorization=""), raw(stage):
        guest = await stage.knock()
        await until(lambda: stage.doors.readers == 3)
        for _ in range(300):
            stage.publish(*[seen()] * 50)
            await asyncio.sleep(0)

        await stage.running.server.stop()
        await guest.close()

    # aiohttp would have cut them off after five seconds, and not asked how it ended.
    assert [ending.ending for ending in stage.endings] == ["stopped"] * 3


async def test_who_comes_while_the_bot_stops_is_sent_away(stage: Stage) -> None:
    await stage.doors.stop()

    async with raw(stage) as (reader, _):
        assert await status(reader) == 503
