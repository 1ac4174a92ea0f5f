"""Only what is out on the internet is public, whoever asks in whichever way."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.downloads.addresses import is_public, kind_of, own_addresses

# The slow and obvious list: from, to.
BARRED_4 = """
    0.0.0.0          0.255.255.255
    10.0.0.0         10.255.255.255
    100.64.0.0       100.127.255.255
    127.0.0.0        127.255.255.255
    169.254.0.0      169.254.255.255
    172.16.0.0       172.31.255.255
    192.0.0.0        192.0.0.255
    192.0.2.0        192.0.2.255
    192.88.99.0      192.88.99.255
    192.168.0.0      192.168.255.255
    198.18.0.0       198.19.255.255
    198.51.100.0     198.51.100.255
    203.0.113.0      203.0.113.255
    224.0.0.0        255.255.255.255
"""
BARRED_6 = """
    ::               1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
    2001::           2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff
    2001:db8::       2001:db8:ffff:ffff:ffff:ffff:ffff:ffff
    2002::           2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff
    3fff::           3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff
    4000::           ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
"""


def ranges(text: str) -> list[tuple[int, int]]:
    rows = (line.split() for line in text.strip().splitlines())
    return [(int(ip_address(first)), int(ip_address(last))) for first, last in rows]


RANGES_4 = ranges(BARRED_4)
RANGES_6 = ranges(BARRED_6)
# Anywhere, and more often than chance would have it at the edges, where mistakes live.
EDGES_4 = [edge + step for pair in RANGES_4 for edge in pair for step in (-1, 0, 1)]
EDGES_6 = [edge + step for pair in RANGES_6 for edge in pair for step in (-1, 0, 1)]
NUMBERS_4 = st.sampled_from([n for n in EDGES_4 if 0 <= n < 2**32]) | st.integers(0, 2**32 - 1)
NUMBERS_6 = st.sampled_from([n for n in EDGES_6 if 0 <= n < 2**128]) | st.integers(0, 2**128 - 1)


@given(NUMBERS_4)
def test_an_ipv4_address_is_public_unless_the_list_bars_it(number: int) -> None:
    barred = any(first <= number <= last for first, last in RANGES_4)

    assert is_public(IPv4Address(number)) is not barred


@given(NUMBERS_6)
def test_an_ipv6_address_is_public_unless_the_list_bars_it(number: int) -> None:
    barred = any(first <= number <= last for first, last in RANGES_6)

    assert is_public(IPv6Address(number)) is not barred


@given(
    st.integers(0, 2**32 - 1), st.sampled_from(["::ffff:0:0", "::", "64:ff9b::", "::ffff:0:0:0"])
)
def test_no_ipv4_address_is_public_inside_an_ipv6_one(number: int, wrapping: str) -> None:
    wrapped = IPv6Address(int(IPv6Address(wrapping)) + number)

    assert not is_public(wrapped)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**80 - 1))
def test_no_ipv4_address_is_public_inside_a_6to4_or_teredo_one(number: int, rest: int) -> None:
    sixtofour = IPv6Address((0x2002 << 112) + (number << 80) + rest)
    teredo = IPv6Address((0x20010000 << 96) + (rest & (2**96 - 1)))

    assert not is_public(sixtofour) and not is_public(teredo)


@given(st.integers(0, 2**128 - 1), st.sampled_from(["eth0", "1", "lo"]))
def test_no_address_with_a_scope_is_public(number: int, scope: str) -> None:
    address = IPv6Address(f"{IPv6Address(number)}%{scope}")

    assert kind_of(address) == "scoped"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("198.35.26.96", "public"),
        ("2620:0:862:ed1a::1", "public"),
        ("0.0.0.0", "unspecified"),  # noqa: S104  nobody binds
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.100.100.200", "shared"),
        ("169.254.169.254", "link_local"),
        ("192.0.2.1", "documentation"),
        ("239.1.1.1", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("250.1.1.1", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "mapped"),
        ("::127.0.0.1", "compatible"),
        ("64:ff9b::7f00:1", "nat64"),
        ("64:ff9b:1::7f00:1", "nat64"),
        ("2002:7f00:1::", "6to4"),
        ("2001:0:1::1", "teredo"),
        ("2001:20::1", "protocol"),
        ("2001:db8::1", "documentation"),
        ("fd00::1", "unique_local"),
        ("fe80::1", "link_local"),
        ("fec0::1", "site_local"),
        ("ff02::1", "multicast"),
        ("100::1", "reserved"),
    ],
)
def test_the_kind_says_what_is_wrong(text: str, kind: str) -> None:
    assert kind_of(ip_address(text)) == kind


def test_this_machine_knows_its_own_addresses() -> None:
    entries = [entry for entries in psutil.net_if_addrs().values() for entry in entries]
    expected = {entry.address for entry in entries if entry.family == socket.AF_INET}

    own = own_addresses()

    assert expected <= {str(address) for address in own} and ip_address("127.0.0.1") in own


def test_own_addresses_carry_no_scope() -> None:
    assert [one for one in own_addresses() if one.version == 6 and one.scope_id] == []
