"""Every address of a name is judged, once, and a hole is as narrow as it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address

import pytest

from bot.downloads.addresses import Address
from bot.downloads.judge import Judge, Names, Resolver
from bot.downloads.refusals import RefusedError
from bot.downloads.targets import Target, read_holes
from tests.downloads.egress_scene import NAME, PUBLIC, PUBLIC_6

HTTPS = Target(NAME, 443)


def answering(*addresses: str) -> Resolver:
    async def resolve(name: str) -> Sequence[str]:
        return addresses

    return resolve


def failing(error: Exception) -> Resolver:
    async def resolve(name: str) -> Sequence[str]:
        raise error

    return resolve


def judge(
    resolver: Resolver,
    holes: Iterable[str] = (),
    own: Callable[[], frozenset[Address]] = frozenset,
    seconds: float = 10,
) -> Judge:
    return Judge(holes=read_holes(holes), resolver=resolver, own=own, seconds=seconds)


async def test_all_public_addresses_are_handed_out_in_their_order() -> None:
    admitted = await judge(answering(PUBLIC_6, PUBLIC)).admit(HTTPS)

    assert admitted == [ip_address(PUBLIC_6), ip_address(PUBLIC)]


@pytest.mark.parametrize("addresses", [(PUBLIC, "10.0.0.1"), ("10.0.0.1", PUBLIC)])
async def test_one_private_address_spoils_the_name(addresses: tuple[str, str]) -> None:
    with pytest.raises(RefusedError, match="403 private"):
        await judge(answering(*addresses)).admit(HTTPS)


async def test_an_address_needs_no_resolver() -> None:
    admitted = await judge(failing(OSError())).admit(Target(PUBLIC, 443))

    assert admitted == [ip_address(PUBLIC)]


async def test_a_public_address_of_this_machine_is_refused() -> None:
    strict = judge(answering(PUBLIC), own=lambda: frozenset({ip_address(PUBLIC)}))

    with pytest.raises(RefusedError, match="403 own"):
        await strict.admit(HTTPS)


async def test_a_port_that_is_not_the_web_s_is_refused_before_anybody_is_asked() -> None:
    with pytest.raises(RefusedError, match="403 port"):
        await judge(failing(AssertionError())).admit(Target(NAME, 25))


@pytest.mark.parametrize("error", [OSError(), UnicodeError()])
async def test_a_name_without_addresses_is_unknown(error: Exception) -> None:
    with pytest.raises(RefusedError, match="502 name_unknown"):
        await judge(failing(error)).admit(HTTPS)


async def test_a_name_with_an_empty_answer_is_unknown() -> None:
    with pytest.raises(RefusedError, match="502 name_unknown"):
        await judge(answering()).admit(HTTPS)


async def test_a_resolver_that_never_answers_is_given_up() -> None:
    async def resolve(name: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(RefusedError, match="504 name_timeout"):
        await judge(resolve, seconds=0.01).admit(HTTPS)


@pytest.mark.parametrize("hole", [NAME, "SITE.example.", f"{NAME}:8090"])
async def test_a_hole_lets_its_host_be_anywhere(hole: str) -> None:
    admitted = await judge(answering("127.0.0.1"), [hole]).admit(Target(NAME, 8090))

    assert admitted == [ip_address("127.0.0.1")]


@pytest.mark.parametrize("hole", ["other.example", f"www.{NAME}", "example", f"{NAME}:80"])
async def test_a_hole_for_another_host_or_port_is_none(hole: str) -> None:
    with pytest.raises(RefusedError, match="403 loopback"):
        await judge(answering("127.0.0.1"), [hole]).admit(Target(NAME, 8090))


async def test_a_hole_for_an_address_does_not_serve_names_that_lead_there() -> None:
    with pytest.raises(RefusedError, match="403 loopback"):
        await judge(answering("127.0.0.1"), ["127.0.0.1"]).admit(HTTPS)


async def test_a_hole_with_a_port_opens_any_port() -> None:
    admitted = await judge(answering("127.0.0.1"), [f"{NAME}:6379"]).admit(Target(NAME, 6379))

    assert admitted == [ip_address("127.0.0.1")]


async def test_a_hole_without_a_port_opens_the_web_s_only() -> None:
    with pytest.raises(RefusedError, match="403 port"):
        await judge(answering("127.0.0.1"), [NAME]).admit(Target(NAME, 6379))


async def test_the_system_s_resolver_says_where_localhost_is() -> None:
    names = Names()

    found = await names("localhost")

    names.close()
    assert {ip_address(text).is_loopback for text in found} == {True}
