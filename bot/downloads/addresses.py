"""Says which IP addresses are out on the internet, and what the others are."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import psutil

Address = IPv4Address | IPv6Address

# IANA's registries of special addresses (RFC 6890 and its heirs), spelt out because what the
# standard library calls global differs between patch releases.  The first kind that fits counts.
SPECIAL_4 = {
    "unspecified": ("0.0.0.0/8",),
    "loopback": ("127.0.0.0/8",),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    "shared": ("100.64.0.0/10",),  # between a provider and its customers (CGNAT)
    "link_local": ("169.254.0.0/16",),  # clouds answer with their secrets here
    "protocol": ("192.0.0.0/24",),
    "documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    "6to4": ("192.88.99.0/24",),
    "benchmark": ("198.18.0.0/15",),
    "multicast": ("224.0.0.0/4",),
    "broadcast": ("255.255.255.255/32",),
    "reserved": ("240.0.0.0/4",),
}
SPECIAL_6 = {
    "unspecified": ("::/128",),
    "loopback": ("::1/128",),
    # Each of these wraps an IPv4 address, and somebody on the way may unwrap it.
    "mapped": ("::ffff:0:0/96", "::ffff:0:0:0/96"),
    "compatible": ("::/96",),
    "nat64": ("64:ff9b::/96", "64:ff9b:1::/48"),
    "teredo": ("2001::/32",),
    "6to4": ("2002::/16",),
    "documentation": ("2001:db8::/32", "3fff::/20"),
    "protocol": ("2001::/23",),
    "unique_local": ("fc00::/7",),
    "link_local": ("fe80::/10",),
    "site_local": ("fec0::/10",),
    "multicast": ("ff00::/8",),
}
NETWORKS_4 = [(kind, IPv4Network(text)) for kind, spelt in SPECIAL_4.items() for text in spelt]
NETWORKS_6 = [(kind, IPv6Network(text)) for kind, spelt in SPECIAL_6.items() for text in spelt]
GLOBAL_6 = IPv6Network("2000::/3")  # all that has been given out; the rest is reserved


def is_public(address: Address) -> bool:
    """Whether *address* is one that anybody on the internet may have."""
    return kind_of(address) == "public"


def kind_of(address: Address) -> str:
    """ "public", or what else *address* is: "loopback", "private", "nat64", "scoped", …"""
    if isinstance(address, IPv4Address):
        return next((kind for kind, network in NETWORKS_4 if address in network), "public")
    if address.scope_id is not None:
        return "scoped"
    rest = "public" if address in GLOBAL_6 else "reserved"
    return next((kind for kind, network in NETWORKS_6 if address in network), rest)


def own_addresses() -> frozenset[Address]:
    """The addresses this machine has at this moment, and those its networks broadcast to."""
    return frozenset(_own())


def _own() -> Iterator[Address]:
    for interface in psutil.net_if_addrs().values():
        for entry in interface:
            if entry.family in {socket.AF_INET, socket.AF_INET6}:
                yield ip_address(entry.address.partition("%")[0])
                if entry.broadcast:
                    yield ip_address(entry.broadcast)
