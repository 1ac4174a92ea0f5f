"""On one connection: nothing overtakes, and what is no question is never taken for one."""

from __future__ import annotations

import asyncio

import pytest

from bot.web.repeats import LONGEST, is_whole_get
from tests.waiting import until
from tests.web.conftest import Running, Serve
from tests.web.repeating import Place, a_place, asking, counted


@pytest.fixture
async def place(serve: Serve) -> Place:
    return await a_place(serve)


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
    assert place.running.repeats.give(asking()) is None


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


async def test_a_connection_that_asks_is_not_idle(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        connection = place.door.connections[0]
        ends_at = connection._next_keepalive_close_time  # noqa: SLF001  aiohttp has no word for it
        await asyncio.sleep(0.01)  # the loop's clock has milliseconds
        await line.ask(asking())

        assert connection._next_keepalive_close_time > ends_at  # noqa: SLF001
    assert place.door.asked == ["/door"]


async def test_no_answer_is_kept_for_another_question(place: Place) -> None:
    async with place.line() as line:
        line.writer.write(asking("/slow"))
        await until(place.door.is_waiting.is_set)
        line.writer.write(asking("/once"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.reader.read(1), 0.1)
        place.door.may_answer.set()
        for _ in range(2):
            await line.answer()

    assert place.running.repeats.give(asking("/slow")) is None
    assert place.running.repeats.give(asking("/once")) is None


@pytest.mark.parametrize(
    ("sent", "is_one"),
    [
        (asking(), True),
        (asking("/door", "X-Upgrade: no"), True),
        (asking(method="POST"), False),
        (asking(method="HEAD"), False),
        (asking()[:-2], False),
        (asking()[1:], False),
        (asking() + b"G", False),
        (asking() + asking(), False),
        (b"GET / HTTP/1.1\nHost: here\n\n", False),
        (b"GET / HTTP/1.1\r\nHost: here\n\r\n", False),
        (b"", False),
        *[
            (asking("/door", more), False)
            for more in (
                "Content-Length: 0",
                "transfer-encoding: chunked",
                "UPGRADE: websocket",
                "Expect : 100-continue",
            )
        ],
    ],
)
def test_one_whole_question_is_told_from_all_else(sent: bytes, *, is_one: bool) -> None:
    assert is_whole_get(sent) is is_one
