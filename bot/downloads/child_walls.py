"""The child's own walls: no way out but the guard, no other program, an end with its parent."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

# How a process could start another one; subprocess.Popen is judged by the program.
STARTING = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"}
)
SENDING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"})
ASKING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})

Address = tuple[str, int]
LIMITS = {
    "file_bytes": resource.RLIMIT_FSIZE,
    "cpu_seconds": resource.RLIMIT_CPU,
    "memory_bytes": resource.RLIMIT_AS,
}


def raise_walls(way_out: Address | None, program: str | None) -> None:
    """From now on only *way_out* can be reached and only *program* be started; None: nothing.

    The guard is the first wall. This second one stands for what forgets to ask the guard: a
    library that finds a way around its proxy, or a site's trick nobody has thought of.
    """

    def hear(event: str, details: tuple[Any, ...]) -> None:
        if not event.startswith(("socket.", "subprocess.", "os.")):
            return
        if not _is_allowed(event, details, way_out, program):
            raise PermissionError(f"{event} is walled off")

    sys.addaudithook(hear)


def _is_allowed(
    event: str, details: tuple[Any, ...], way_out: Address | None, program: str | None
) -> bool:
    if event == "subprocess.Popen":
        return program is not None and details[0] == program
    if event in SENDING:
        address = details[1]
        return way_out is not None and isinstance(address, tuple) and address[:2] == way_out
    if event in ASKING:
        return way_out is not None and details[0] == way_out[0]
    return event not in STARTING


def set_limits(limits: Mapping[str, int]) -> None:
    """Bound what this process and its children may write, compute and hold (names: LIMITS)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, value in limits.items():
        kind = LIMITS[name]
        highest = resource.getrlimit(kind)[1]
        bound = value if highest == resource.RLIM_INFINITY else min(value, highest)
        resource.setrlimit(kind, (bound, bound))


def die_with_parent() -> None:
    """End this whole process group when standard input ends, that is when the parent does.

    A parent killed with -9 can tell nobody, but its end of the pipe closes.
    """
    threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)
