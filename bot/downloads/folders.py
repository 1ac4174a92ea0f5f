"""A folder for each process, and an end for those of processes that were killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

PREFIX = "telegauge-downloads-"
LOCK = "lock"

log = structlog.get_logger(__name__)


class OwnFolder:
    """A folder below *parent* that only this process uses.

    A lock says that it is in use, and the system drops the lock with the process, however that
    ends; so whatever is not locked may be swept away, also on a disk that several bots share.
    """

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._lock: int | None = None
        self.path = parent

    def open(self) -> Path:
        """Sweep away what the dead left, and make a folder; OSError."""
        if self._lock is None:
            self._parent.mkdir(parents=True, exist_ok=True)
            with _alone_in(self._parent):
                self._sweep()
                self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._parent))
                self._lock = _locked(self.path)
        return self.path

    def close(self) -> None:
        """Remove it."""
        if self._lock is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = None

    def _sweep(self) -> None:
        for folder in self._parent.glob(f"{PREFIX}*"):
            lock = _locked(folder)
            if lock is not None:
                log.info("leftovers swept away", folder=folder.name)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


@contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """One process after the other: a folder that has no lock yet looks like a dead one's."""
    door = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # network disks do not lock folders
            fcntl.flock(door, fcntl.LOCK_EX)
        yield
    finally:
        os.close(door)


def _locked(folder: Path) -> int | None:
    """The lock of *folder*, to be closed; None if somebody has it, or it is not ours to take."""
    try:
        lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
