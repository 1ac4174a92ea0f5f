"""What was answered a moment ago is answered again as it was, and nothing else ever is."""

from __future__ import annotations

import pytest

from bot.web.repeats import KEPT, LONGEST, LONGEST_HEAD, SECONDS
from tests.web.conftest import Serve
from tests.web.repeating import Place, a_place, asking, counted


@pytest.fixture
async def place(serve: Serve) -> Place:
    return await a_place(serve)


async def test_the_same_words_get_the_same_bytes_at_once(place: Place) -> None:
    async with place.line() as line:
        answers = [await line.ask(asking()) for _ in range(3)]

    assert counted(answers[0]) == "1" and set(answers) == {answers[0]}
    assert place.door.asked == ["/door"]
    for header in (b"Date: ", b'ETag: "one"', b"X-Content-Type-Options: nosniff"):
        assert header in answers[2]


async def test_who_has_it_already_is_told_so_again(place: Place) -> None:
    async with place.line() as line:
        answers = [await line.ask(asking("/had/one")) for _ in range(2)]

    assert place.door.asked == ["/had/one"]
    assert answers[0] == answers[1] and answers[0].startswith(b"HTTP/1.1 304 ")


@pytest.mark.parametrize(
    ("path", "route", "status"), [("/door?a=1", "/door", 200), ("/had/one", "/had/{name}", 304)]
)
async def test_each_is_counted_as_the_request_it_is(
    place: Place, path: str, route: str, status: int
) -> None:
    async with place.line() as line:
        for _ in range(3):
            await line.ask(asking(path))

    told = {(one.route, one.method, one.status) for one in place.running.requests}
    assert len(place.running.requests) == 3
    assert told == {(route, "GET", status)}


async def test_after_a_second_it_is_answered_anew(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        place.clock.now += 0.9
        within = await line.count(asking())
        place.clock.now += 0.2
        after = await line.count(asking())

    assert (within, after) == ("1", "2")


async def test_one_goes_the_whole_way_for_all_who_ask_meanwhile(place: Place) -> None:
    give = place.running.repeats.give
    async with place.line() as line:
        first = await line.ask(asking())
    place.clock.now += SECONDS

    assert [give(asking()) for _ in range(3)] == [None, first, first]
    place.clock.now += SECONDS
    assert give(asking()) is None, "whoever went is not coming back"


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


async def test_who_hangs_up_is_not_answered_again(place: Place) -> None:
    request = asking("/door", "Connection: close")
    async with place.line() as line:
        await line.ask(request)

    assert place.running.repeats.give(request) is None


async def test_the_first_http_is_never_kept(place: Place) -> None:
    request = b"GET /door HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    async with place.line() as line:
        await line.ask(request)

        assert await line.count(request) == "2"


async def test_nothing_is_kept_of_whoever_is_forgotten(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking())
        place.running.repeats.forget()

        assert await line.count(asking()) == "2"


async def test_no_more_is_kept_than_may_be(place: Place) -> None:
    give = place.running.repeats.give
    many = [asking(f"/door?{number}") for number in range(KEPT + 1)]
    long = asking("/door", "X-Long: " + "x" * (LONGEST_HEAD - 100), "X-More: " + "x" * 100)
    async with place.line() as line:
        for one in many:
            await line.ask(one)
        kept = [one for one in many if give(one)]
        await line.ask(long)
        place.door.padding = LONGEST
        await line.ask(asking("/door?long"))

    assert kept == many[1:]
    assert give(asking("/door?long")) is None
    assert give(long) is None


async def test_what_is_over_makes_room(place: Place) -> None:
    async with place.line() as line:
        await line.ask(asking("/door?1"))
        place.clock.now += 2 * SECONDS
        await line.ask(asking("/door?2"))
        place.clock.now -= 2 * SECONDS

    assert place.running.repeats.give(asking("/door?1")) is None


async def test_what_is_changed_on_its_way_is_not_kept(place: Place) -> None:
    place.door.padding = 5_000
    packed = asking("/packed", "Accept-Encoding: gzip")
    async with place.line() as line:
        await line.ask(packed)

    assert place.door.asked == ["/packed"]
    assert place.running.repeats.give(packed) is None
