"""What was answered a moment ago is answered again as it was, and nothing else ever is."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.web import repeats, server
from bot.web.repeats import AGAIN, KEPT, LONGEST
from tests.waiting import until
from tests.web.conftest import Running, Serve

LENGTH = re.compile(rb"Content-Length: (\d+)")


def asking(path: str = "/door", *more: str, method: str = "GET") -> bytes:
    """A request's head."""
    lines = [f"{method} {path} HTTP/1.1", "Host: here", *more]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


@dataclass
class Door:
    """Counts what it was asked, tells the count, and lets it be repeated."""

    asked: list[str] = field(default_factory=list)
    is_open: bool = True
    padding: int = 0
    is_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def door(self, request: web.Request) -> web.Response:
        """Whatever comes, at once."""
        self.asked.append(request.path_qs)
        request[AGAIN] = lambda: self.is_open
        body = f"{len(self.asked)}:".encode() + b"." * self.padding
        return web.Response(body=body, headers={"ETag": '"one"'})

    async def slow(self, request: web.Request) -> web.Response:
        """The same, once may_answer is set."""
        self.is_waiting.set()
        await self.may_answer.wait()
        return await self.door(request)

    async def once(self, _: web.Request) -> web.Response:
        """An answer that nobody said may be repeated."""
        self.asked.append("once")
        return web.Response(text=str(len(self.asked)))

    async def had(self, request: web.Request) -> web.Response:
        """Nothing new."""
        await self.door(request)
        return web.Response(status=304, headers={"ETag": '"one"'})

    def routes(self) -> list[web.RouteDef]:
        """Where each is."""
        return [
            web.route("*", "/door", self.door),
            web.get("/slow", self.slow),
            web.get("/once", self.once),
            web.get("/had", self.had),
        ]


@dataclass
class Line:
    """A connection that sends bytes, and reads answers one by one."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> bytes:
        """The answer, head and body."""
        self.writer.write(request)
        return await self.answer()

    async def answer(self) -> bytes:
        """The next one."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        return head + (await self.reader.readexactly(int(length[1])) if length else b"")

    async def count(self, request: bytes) -> str:
        """What the door tells."""
        return counted(await self.ask(request))


def counted(answer: bytes) -> str:
    """The count in an answer of the door's."""
    return answer.partition(b"\r\n\r\n")[2].partition(b":")[0].decode()


class Seconds:
    """A clock that stands until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Place:
    """A server with a door, and the clock by which a moment is over."""

    running: Running
    door: Door
    clock: Seconds

    @asynccontextmanager
    async def line(self, receive_bytes: int = 0) -> AsyncIterator[Line]:
        """A connection."""
        sock = socket.socket()
        if receive_bytes:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        sock.connect(("127.0.0.1", self.running.server.port))
        reader, writer = await asyncio.open_connection(sock=sock)
        line = Line(reader, writer)
        try:
            yield line
        finally:
            writer.close()


@pytest.fixture
async def place(serve: Serve) -> Place:
    door, clock = Door(), Seconds()
    return Place(await serve(routes=door.routes(), monotonic=clock), door, clock)


async def test_the_same_words_get_the_same_bytes_at_once(place: Place) -> None:
    async with place.line() as line:
        answers = [await line.ask(asking()) for _ in range(3)]

    assert counted(answers[0]) == "1" and set(answers) == {answers[0]}
    assert place.door.asked == ["/door"]
    for header in (b"Date: ", b'ETag: "one"', b"X-Content-Type-Options: nosniff"):
        assert header in answers[2]


async def test_who_has_it_already_is_told_so_again(place: Place) -> None:
    async with place.line() as line:
        answers = [await line.ask(asking("/had")) for _ in range(2)]

    assert place.door.asked == ["/had"]
    assert answers[0] == answers[1] and answers[0].startswith(b"HTTP/1.1 304 ")


async def test_each_is_counted_as_the_request_it_is(place: Place) -> None:
    async with place.line() as line:
        for _ in range(3):
            await line.ask(asking("/door?a=1"))

    *_, first, second, third = place.running.requests
    assert {(one.route, one.method, one.status) for one in (first, second, third)} == {
        ("/door", "GET", 200)
    }
    assert third.seconds >= 0


async def test_after_a_second_it_is_answered_anew(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        place.clock.now += 0.9
        within = await line.count(asking())
        place.clock.now += 0.2
        after = await line.count(asking())

    assert (within, after) == ("1", "2")


@pytest.mark.parametrize(
    "other",
    [
        asking("/door?"),
        asking("/door", "Authorization: Bearer another"),
        asking("/door", "Origin: https://elsewhere.example"),
        asking("/door", "If-None-Match: x"),
    ],
)
async def test_other_words_are_answered_anew(place: Place, other: bytes) -> None:
    async with place.line() as line:
        await line.ask(asking())

        assert await line.count(other) == "2"


async def test_who_may_no_longer_ask_goes_the_whole_way(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        place.door.is_open = False

        assert await line.count(asking()) == "2"


async def test_what_nobody_said_may_be_repeated_is_not(place: Place) -> None:
    async with place.line() as line:
        for _ in range(2):
            await line.ask(asking("/once"))

    assert place.door.asked == ["once", "once"]


async def test_whoever_connects_anew_gets_it_too(place: Place) -> None:
    for _ in range(2):
        async with place.line() as line:
            assert await line.count(asking()) == "1"


@pytest.mark.parametrize(
    "more",
    [["Connection: close"], ["Content-Length: 0"], ["Expect: something"], ["upgrade : x"]],
)
async def test_what_says_more_than_a_question_is_never_kept(place: Place, more: list[str]) -> None:
    async with place.line() as line:
        await line.ask(asking("/door", *more))

    assert place.running.repeats.find(asking("/door", *more)) is None


async def test_the_first_http_is_never_kept(place: Place) -> None:
    request = b"GET /door HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    async with place.line() as line:
        await line.ask(request)

        assert await line.count(request) == "2"


async def test_an_answer_never_overtakes_the_one_before(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        line.writer.write(asking("/slow"))
        await until(place.door.is_waiting.is_set)
        line.writer.write(asking())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.reader.read(1), 0.1)
        place.door.may_answer.set()

        answers = [counted(await line.answer()) for _ in range(2)]

    assert answers == ["2", "3"]
    assert place.door.asked == ["/door", "/slow", "/door"]


async def test_two_in_one_piece_are_answered_in_turn_and_not_kept(place: Place) -> None:
    both = asking() + asking("/door?2")
    async with place.line() as line:
        for _ in range(2):
            line.writer.write(both)
            await line.answer()
            await line.answer()

    assert place.door.asked == ["/door", "/door?2"] * 2
    assert place.running.repeats.find(asking()) is None


async def test_a_body_that_reads_like_a_request_is_a_body(place: Place) -> None:
    request = asking()
    async with place.line() as line:
        await line.ask(request)
        line.writer.write(asking("/door", f"Content-Length: {len(request)}", method="POST"))
        await line.writer.drain()
        await asyncio.sleep(0.05)
        posted = await line.count(request)
        after = await line.count(request)

    assert (posted, after) == ("2", "3")


async def test_a_header_that_reads_like_a_request_is_a_header(place: Place) -> None:
    request = asking()
    async with place.line() as line:
        await line.ask(request)
        line.writer.write(b"GET /door?2 HTTP/1.1\r\nX-More: ")
        await asyncio.sleep(0.05)
        after = await line.count(request)

    assert after == "2" and place.door.asked == ["/door", "/door?2"]


async def test_nothing_is_kept_of_whoever_is_forgotten(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        place.running.repeats.forget()

        assert await line.count(asking()) == "2"


async def test_no_more_is_kept_than_may_be(place: Place) -> None:
    found = place.running.repeats.find
    many = [asking(f"/door?{number}") for number in range(KEPT + 1)]
    async with place.line() as line:
        for one in many:
            await line.ask(one)
        kept = [one for one in many if found(one)]
        place.door.padding = LONGEST
        await line.ask(asking("/door?long"))

    assert kept == many[1:]
    assert found(asking("/door?long")) is None


async def test_what_is_over_makes_room(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking("/door?1"))
        place.clock.now += repeats.SECONDS
        await line.ask(asking("/door?2"))
        place.clock.now -= repeats.SECONDS

    assert place.running.repeats.find(asking("/door?1")) is None


async def test_whoever_reads_nothing_is_not_answered_without_end(place: Place) -> None:
    place.door.padding = LONGEST - 10
    sent = 0
    async with place.line(receive_bytes=4096) as line:
        before = len(place.running.requests)
        while len(place.running.requests) == before + sent:
            line.writer.write(asking())
            sent += 1
            await _settled(place.running, before + sent)
            assert sent < 1_000, "answers pile up here"
        answers = [counted(await line.answer()) for _ in range(sent)]

    assert answers[0] == "1" and answers == sorted(answers)
    assert answers[-1] != "1", "what had to wait for the reader went the whole way"


async def _settled(running: Running, requests: int) -> None:
    for _ in range(100):
        if len(running.requests) == requests:
            return
        await asyncio.sleep(0.005)


async def test_a_connection_that_asks_is_not_idle(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "IDLE_SECONDS", 2.0)
    door = Door()
    place = Place(await serve(routes=door.routes(), monotonic=Seconds()), door, Seconds())
    loop = asyncio.get_running_loop()
    async with place.line() as line:
        end = loop.time() + 3
        while loop.time() < end:
            assert await line.count(asking()) == "1"
            await asyncio.sleep(0.05)

        assert await line.reader.read() == b"", "nobody asks any more, so it ends"
