"""Mailbox: the updates that wait for the bot."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import orjson

from bot.sandbox.params import Json

KEPT = 100_000
KEPT_SECONDS = 86_400.0  # as Telegram does


class _Letter(NamedTuple):
    update: Json
    raw: str | None  # what stands in the list of updates in its place
    forgotten_at: float


@dataclass(slots=True)
class Mailbox:
    """Updates in the order of their numbers; too many or a day old, the oldest go."""

    kept: int = KEPT
    clock: Callable[[], float] = time.monotonic
    _letters: deque[_Letter] = field(default_factory=deque)

    def __len__(self) -> int:
        """How many wait."""
        self._forget_old()
        return len(self._letters)

    def __getitem__(self, index: int) -> Json:
        """The update at that place, 0 being the oldest."""
        return self._letters[index].update

    def __iter__(self) -> Iterator[Json]:
        """The updates, oldest first."""
        return (letter.update for letter in self._letters)

    def push(self, update: Json, raw: str | None = None) -> None:
        """Add an update at the end; *raw* goes over the wire instead of it."""
        self._letters.append(_Letter(update, raw, self.clock() + KEPT_SECONDS))
        if len(self._letters) > self.kept:
            self._letters.popleft()

    def wire(self, limit: int) -> list[bytes]:
        """The oldest *limit* updates as they go over the wire."""
        self._forget_old()
        return [_bytes(letter) for letter in islice(self._letters, limit)]

    def confirm(self, offset: int) -> None:
        """Forget the updates below *offset*; a negative one keeps that many of the newest."""
        if offset < 0:
            newest = list(self._letters)[offset:]
            offset = newest[0].update["update_id"] if newest else 0
        while self._letters and self._letters[0].update["update_id"] < offset:
            self._letters.popleft()

    def clear(self) -> None:
        """Forget every update."""
        self._letters.clear()

    def _forget_old(self) -> None:
        now = self.clock()
        while self._letters and self._letters[0].forgotten_at <= now:
            self._letters.popleft()


def _bytes(letter: _Letter) -> bytes:
    return orjson.dumps(letter.update) if letter.raw is None else letter.raw.encode()
