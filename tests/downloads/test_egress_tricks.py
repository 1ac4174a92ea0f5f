"""Nothing a person sends makes the guard reach what is not public: each trick, on a live server.

The site listens on 127.0.0.1, and the guard would really dial it there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_address

import aiohttp
import pytest

from bot.downloads.egress import EgressGuard
from tests.downloads.egress_scene import NAME, PUBLIC, Reply, Scene, saying, scene

# Every spelling of this machine that a URL can hold, and what the guard calls it.
SPELLINGS = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "127.0.0.1.": "loopback",
    "0.0.0.0": "unspecified",  # noqa: S104  nobody binds
    "2130706433": "spelling",
    "0177.0.0.1": "spelling",
    "0x7f000001": "spelling",
    "0x7f.0.0.1": "spelling",
    "017700000001": "spelling",
    "127.1": "spelling",
    "0": "spelling",
    "[::1]": "loopback",
    "[0:0:0:0:0:0:0:1]": "loopback",
    "[::]": "unspecified",
    "[::ffff:127.0.0.1]": "mapped",
    "[::ffff:7f00:1]": "mapped",
    "[::ffff:0:127.0.0.1]": "mapped",
    "[::127.0.0.1]": "compatible",
    "[64:ff9b::127.0.0.1]": "nat64",
    "[64:ff9b:1::127.0.0.1]": "nat64",
    "[2002:7f00:1::]": "6to4",
    "[2001:0:7f00:1::]": "teredo",
    "[fe80::1]": "link_local",
    "[fe80::1%25lo]": "scoped",
    "[fe80::1%lo]": "scoped",
    "[fd00::1]": "unique_local",
    "[fec0::1]": "site_local",
    "[ff02::1]": "multicast",
    "169.254.169.254": "link_local",
    "10.0.0.1": "private",
    "100.64.0.1": "shared",
    "255.255.255.255": "broadcast",
}


@pytest.fixture
async def world() -> AsyncIterator[Scene]:
    async with scene() as one:
        yield one


def refusal(reply: Reply) -> tuple[int, str]:
    """The status, and the reason if header, first line and body agree about it."""
    reason = reply.headers["x-egress-refused"]
    assert reply.reason == f"Egress refused: {reason}"
    assert reply.body.decode() == f"egress guard: refused: {reason}\n"
    return reply.status, reason


@pytest.mark.parametrize(("host", "reason"), SPELLINGS.items())
async def test_no_spelling_of_a_private_address_is_fetched(
    world: Scene, host: str, reason: str
) -> None:
    reply = await world.get(f"http://{host}:{world.site.port}/")

    assert (refusal(reply), world.site.visits, world.internet.dialled) == ((403, reason), 0, [])


@pytest.mark.parametrize(("host", "reason"), SPELLINGS.items())
async def test_no_spelling_of_a_private_address_gets_a_tunnel(
    world: Scene, host: str, reason: str
) -> None:
    reply = await world.connect(f"{host}:{world.site.port}")

    assert (refusal(reply), world.site.visits, world.internet.dialled) == ((403, reason), 0, [])


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%lo"])
async def test_a_name_that_leads_home_is_refused(world: Scene, address: str) -> None:
    world.internet.names["home.example"] = [[address]]

    replies = [
        await world.get(f"http://home.example:{world.site.port}/"),
        await world.connect(f"home.example:{world.site.port}"),
    ]

    assert [reply.status for reply in replies] == [403, 403] and world.site.visits == 0


async def test_a_name_with_one_private_address_is_refused(world: Scene) -> None:
    world.internet.names[NAME] = [[PUBLIC, "127.0.0.1"]]

    reply = await world.get(f"http://{NAME}/")

    assert (refusal(reply), world.site.visits) == ((403, "loopback"), 0)


async def test_a_name_that_changes_its_mind_is_dialled_where_it_was_judged(world: Scene) -> None:
    world.internet.names["turning.example"] = [["198.35.26.97"], ["127.0.0.1"]]

    reply = await world.get(f"http://turning.example:{world.site.port}/")

    assert (reply.status, world.site.visits) == (502, 0)
    assert world.internet.asked == ["turning.example"]
    assert world.internet.dialled == ["198.35.26.97"]


async def test_a_name_that_has_changed_its_mind_is_judged_anew(world: Scene) -> None:
    world.internet.names[NAME] = [[PUBLIC], ["127.0.0.1"]]

    statuses = [(await world.get(f"http://{NAME}/")).status for _ in range(2)]

    assert (statuses, world.site.visits) == ([200, 403], 1)


async def test_a_redirect_home_is_refused() -> None:
    home = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n"
    async with scene() as hidden, scene(saying(home % hidden.site.port)) as world:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://{NAME}/", proxy=world.guard.url) as response,
        ):
            reason = response.headers["X-Egress-Refused"]

        assert (response.status, reason) == (403, "loopback")
        assert (world.site.visits, hidden.site.visits) == (1, 0)


async def test_python_s_client_reads_in_the_first_line_why_a_tunnel_was_refused(
    world: Scene,
) -> None:
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientHttpProxyError, match="Egress refused: loopback"):
            await client.get(f"https://127.0.0.1:{world.site.port}/", proxy=world.guard.url)

    assert world.site.visits == 0


async def test_a_second_request_on_the_line_goes_nowhere(world: Scene) -> None:
    second = f"GET http://127.0.0.1:{world.site.port}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()

    reply = await world.get(f"http://{NAME}/", "Connection: keep-alive", body=second)

    assert (reply.headers["connection"], reply.body) == ("close", b"hello")
    assert len(world.site.heads) == 1 and "127.0.0.1" not in world.site.heads[0]


async def test_the_password_never_leaves_with_a_second_request(world: Scene) -> None:
    second = f"GET / HTTP/1.1\r\nHost: x\r\n{world.password}\r\n\r\n".encode()

    await world.get(f"http://{NAME}/", body=second)

    assert "Basic" not in "".join(world.site.heads)


async def test_a_request_hidden_behind_two_lengths_is_refused(world: Scene) -> None:
    reply = await world.get(
        f"http://{NAME}/", "Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\nGET"
    )

    assert (reply.status, world.site.visits) == (400, 0)


async def test_connection_cannot_strike_out_the_length(world: Scene) -> None:
    await world.get(
        f"http://{NAME}/", "Content-Length: 4", "Connection: content-length", body=b"GET "
    )

    assert "Content-Length: 4\r\n" in world.site.heads[0]


@pytest.mark.parametrize(
    "target",
    [
        *("/", "*", "file:///etc/passwd", "ftp://site.example/", "https://site.example/"),
        *("gopher://site.example/", "http://a@site.example/", "http://site.example#@127.0.0.1/"),
        *("http://site.example:80:80/", "http://[::1", "//site.example/"),
    ],
)
async def test_only_http_with_a_plain_host_is_fetched(world: Scene, target: str) -> None:
    reply = await world.say(f"GET {target} HTTP/1.1", f"Host: {NAME}")

    assert (reply.status, world.site.visits) == (400, 0)


@pytest.mark.parametrize("port", [22, 25, 5432, 6379])
async def test_services_that_are_not_the_web_are_refused(world: Scene, port: int) -> None:
    replies = [await world.get(f"http://{NAME}:{port}/"), await world.connect(f"{NAME}:{port}")]

    assert [refusal(reply) for reply in replies] == [(403, "port"), (403, "port")]
    assert world.site.visits == 0


async def test_a_public_address_that_is_ours_is_refused() -> None:
    async with scene(own=lambda: frozenset({ip_address(PUBLIC)})) as world:
        reply = await world.get(f"http://{NAME}/")

        assert (refusal(reply), world.site.visits) == ((403, "own"), 0)


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:PORT"])
async def test_a_hole_leads_home_on_purpose(entry: str) -> None:
    async with scene(allowed=[entry]) as world:
        reply = await world.get(f"http://127.0.0.1:{world.site.port}/")
        async with world.tunnel(f"127.0.0.1:{world.site.port}"):
            pass

        assert (reply.body, world.site.visits) == (b"hello", 2)


@pytest.mark.parametrize(
    "entry", ["127.0.0.1:1", "127.0.0.2:PORT", "localhost:PORT", "[::1]:PORT"]
)
async def test_a_hole_elsewhere_does_not_lead_home(entry: str) -> None:
    async with scene(allowed=[entry]) as world:
        reply = await world.get(f"http://127.0.0.1:{world.site.port}/")

        assert (refusal(reply), world.site.visits) == ((403, "loopback"), 0)


@pytest.mark.parametrize(
    ("entries", "status", "visits"),
    [([], 403, 0), (["localhost"], 200, 1), (["127.0.0.1"], 403, 0)],
)
async def test_the_system_s_own_names_and_lines_obey_the_same(
    world: Scene, entries: list[str], status: int, visits: int
) -> None:
    guard = EgressGuard(allowed=entries)
    await guard.start()

    reply = await replace(world, guard=guard).get(f"http://localhost:{world.site.port}/")

    await guard.stop()
    assert (reply.status, world.site.visits) == (status, visits)
