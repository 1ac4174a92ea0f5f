"""Ports that nobody listens on yet, for programs that cannot choose one themselves."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port on loopback that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
