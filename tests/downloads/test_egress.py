"""The guard carries requests and tunnels to public sites for whoever knows its password."""

from __future__ import annotations

import pytest

from bot.downloads.egress import EgressGuard
from bot.downloads.wires import Wire
from tests.downloads.egress_scene import NAME, PUBLIC, PUBLIC_6, Site, head, parsed, saying, scene

URL = f"http://{NAME}/song?id=1"
GET = b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n"


async def test_a_plain_request_is_answered_by_the_site() -> None:
    async with scene() as world:
        reply = await world.get(URL)

        assert (reply.status, reply.body, world.internet.dialled) == (200, b"hello", [PUBLIC])


async def test_the_site_gets_the_request_in_its_own_form() -> None:
    async with scene() as world:
        await world.get(URL, "User-Agent: me")

        lines = world.site.heads[0].splitlines()
        assert lines == [
            *("GET /song?id=1 HTTP/1.1", f"Host: {NAME}", "User-Agent: me", "Connection: close"),
            "",
        ]


async def test_a_tunnel_carries_bytes_both_ways() -> None:
    async with scene() as world, world.tunnel() as wire:
        await wire.send(GET)

        assert parsed(await wire.reader.read()).body == b"hello"


async def test_what_comes_right_behind_connect_belongs_into_the_tunnel() -> None:
    async with scene() as world:
        reply = await world.connect(f"{NAME}:443", then=GET)

        assert reply.body.endswith(b"hello")


async def test_a_host_whose_first_address_is_dead_is_reached_at_the_next() -> None:
    async with scene() as world:
        world.internet.names[NAME] = [["198.35.26.97", PUBLIC_6]]

        reply = await world.get(URL)

        assert (reply.status, world.internet.dialled) == (200, ["198.35.26.97", PUBLIC_6])


async def test_a_host_that_cannot_be_reached_is_a_bad_gateway() -> None:
    async with scene() as world:
        world.internet.names[NAME] = [["198.35.26.97"]]

        reply = await world.get(URL)

        assert (reply.status, reply.reason) == (502, "Egress failed: unreachable")


async def test_nothing_meant_for_proxies_or_one_connection_reaches_the_site() -> None:
    async with scene() as world:
        await world.get(
            URL,
            *("Proxy-Connection: keep-alive", "proxy-anything: 1", "Upgrade: h2c", "TE: trailers"),
            *(
                "Connection: X-Secret, Host",
                "X-Secret: 1",
                "Keep-Alive: 9",
                "Expect: 100-continue",
            ),
        )

        names = [line.partition(":")[0] for line in world.site.heads[0].split("\r\n")[1:-2]]
        assert names == ["Host", "Connection"]


async def test_the_site_learns_the_host_that_was_judged_and_no_other() -> None:
    async with scene() as world:
        await world.say(f"GET {URL} HTTP/1.1", "Host: evil.example")

        assert f"Host: {NAME}\r\n" in world.site.heads[0] and "evil" not in world.site.heads[0]


@pytest.mark.parametrize(
    "headers",
    [(), ("Proxy-Authorization: Basic Z3VhcmQ6eA==",), ("Proxy-Authorization: Basic ü",)],
)
@pytest.mark.parametrize("line", [f"GET {URL} HTTP/1.1", f"CONNECT {NAME}:443 HTTP/1.1"])
async def test_nobody_gets_through_without_the_password(
    line: str, headers: tuple[str, ...]
) -> None:
    async with scene() as world:
        reply = parsed(await world.shout(head(line, f"Host: {NAME}", *headers)))

        assert (reply.status, reply.headers["proxy-authenticate"], world.site.visits) == (
            407,
            'basic realm="egress"',
            0,
        )


async def test_a_wrong_password_is_told_from_none() -> None:
    async with scene() as world:
        line = f"GET {URL} HTTP/1.1"
        for headers in ((), ("Proxy-Authorization: Basic Z3VhcmQ6eA==",)):
            await world.shout(head(line, f"Host: {NAME}", *headers))

        assert world.guard.refusals == {"password_missing": 1, "password_wrong": 1}


async def test_the_password_counts_as_basic_and_once_only() -> None:
    async with scene() as world:
        bearer = world.password.replace("Basic", "Bearer")
        line = f"GET {URL} HTTP/1.1"

        replies = [
            parsed(await world.shout(head(line, f"Host: {NAME}", bearer))),
            await world.say(line, f"Host: {NAME}", world.password),
        ]

        assert [reply.status for reply in replies] == [407, 407]


async def test_each_guard_has_its_own_password() -> None:
    async with scene() as one, scene() as other:
        assert one.password != other.password


async def test_a_guard_that_does_not_run_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = EgressGuard().url


async def test_a_body_is_carried_whole() -> None:
    async with scene(_reading_a_million) as world:
        reply = await world.get(
            URL, "Content-Length: 1000000", body=b"x" * 1_000_000, method="POST"
        )

        assert (reply.body, world.site.bodies) == (b"hello", [b"x" * 1_000_000])


async def test_a_body_in_chunks_is_carried_in_chunks() -> None:
    async with scene(_reading_chunks) as world:
        body = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

        await world.get(URL, "Transfer-Encoding: chunked", body=body, method="POST")

        assert world.site.bodies == [body]


async def test_the_last_word_of_a_response_without_a_length_is_its_end() -> None:
    async with scene(saying(b"HTTP/1.0 200 OK\r\n\r\nsome bytes")) as world:
        reply = await world.get(URL)

        assert reply.body == b"a\r\nsome bytes\r\n0\r\n\r\n"


async def test_head_is_answered_without_a_body() -> None:
    async with scene(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) as world:
        reply = await world.get(URL, method="HEAD")

        assert (reply.headers["content-length"], reply.body) == ("5", b"")


async def test_a_site_cannot_speak_in_the_guard_s_name() -> None:
    forged = b"HTTP/1.1 403 No\r\nX-Egress-Refused: own\r\nProxy-X: 1\r\nContent-Length: 0\r\n\r\n"
    async with scene(saying(forged)) as world:
        reply = await world.get(URL)

        assert (reply.status, set(reply.headers)) == (403, {"connection", "content-length"})


async def test_interim_responses_are_passed_over() -> None:
    response = b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    async with scene(saying(response)) as world:
        reply = await world.get(URL)

        assert (reply.status, reply.body) == (200, b"ok")


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 101 Switch\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000,
    ],
)
async def test_what_is_no_response_is_a_bad_gateway(response: bytes) -> None:
    async with scene(saying(response)) as world:
        reply = await world.get(URL)

        assert (reply.status, reply.reason) == (502, "Egress failed: response")


async def test_a_response_cut_off_in_the_middle_does_not_look_whole() -> None:
    async with scene(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) as world:
        reply = await world.get(URL)

        assert (reply.headers["content-length"], reply.body) == ("9", b"half")


async def test_a_response_in_chunks_that_breaks_off_has_no_end() -> None:
    broken = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    async with scene(saying(broken)) as world:
        reply = await world.get(URL)

        assert reply.body == b"4\r\nhalf\r\n"


async def _reading_a_million(site: Site, wire: Wire) -> None:
    await site.read(wire)
    site.bodies.append(await wire.reader.readexactly(1_000_000))
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


async def _reading_chunks(site: Site, wire: Wire) -> None:
    await site.read(wire)
    site.bodies.append(await wire.reader.readuntil(b"0\r\n\r\n"))
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
