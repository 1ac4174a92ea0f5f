from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WALLS = """
import os, socket, subprocess, sys
from bot.downloads.child_walls import raise_walls
door, other = (("127.0.0.1", int(port)) for port in sys.argv[1:])
raise_walls(door, sys.executable)
try:
    {}
    print("done")
except PermissionError as error:
    print(error)
"""


@pytest.fixture
def ports() -> Iterator[list[str]]:
    """Two that listen: the door and another one."""
    free = ("127.0.0.1", 0)
    with socket.create_server(free) as door, socket.create_server(free) as other:
        yield [str(one.getsockname()[1]) for one in (door, other)]


def outcome(act: str, ports: list[str]) -> str:
    """What comes of *act* behind the walls."""
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", WALLS.format(act), *ports],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


@pytest.mark.parametrize(
    "act",
    [
        "socket.create_connection(door).close()",
        "subprocess.run([sys.executable, '-c', ''], check=True)",
    ],
)
def test_the_door_and_the_program_are_open(act: str, ports: list[str]) -> None:
    assert outcome(act, ports) == "done"


@pytest.mark.parametrize(
    "act",
    [
        "socket.create_connection(other)",
        "socket.create_connection(('localhost', door[1]))",
        "socket.getaddrinfo('example.invalid', 80)",
        "socket.gethostbyname('localhost')",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', other)",
        "socket.socket(socket.AF_UNIX).connect('/run/any')",
        "socket.socket().bind(('127.0.0.1', 0))",
        "subprocess.run(['/bin/true'])",
        "os.system('true')",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.fork()",
    ],
)
def test_everything_else_is_walled_off(act: str, ports: list[str]) -> None:
    assert outcome(act, ports).endswith("is walled off")
