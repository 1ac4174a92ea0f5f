"""How often a chat is shown progress, so that Telegram need not ask for patience."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

# Telegram takes about one message a second in a private chat, and twenty a minute in a group.
PRIVATE_SECONDS = 1.5
GROUP_SECONDS = 3.0
REMEMBERED = 1_000

V = TypeVar("V")


class Rhythm:
    """Lets through a new stage at once and other news of a download when the chat's turn comes."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._due: OrderedDict[int, float] = OrderedDict()
        self._silent: OrderedDict[int, float] = OrderedDict()
        self._stages: OrderedDict[int, str] = OrderedDict()
        self._places: OrderedDict[int, int] = OrderedDict()

    def admits(self, download_id: int, chat_id: int, stage: str) -> bool:
        """Whether it may be shown now; if so, the chat's next news have to wait."""
        now = self._monotonic()
        if now < self._silent.get(chat_id, now):
            return False
        if stage == self._stages.get(download_id) and now < self._due.get(chat_id, now):
            return False
        self.enter(download_id, stage)
        self._wait(chat_id)
        return True

    def moves(self, download_id: int, chat_id: int, place: int) -> bool:
        """Whether a place in the queue may be told now, because it is another than was told.

        It waits for the chat's turn; if it may be told, the chat's next news have to wait.
        """
        now = self._monotonic()
        is_same = self._places.get(download_id) == place
        is_early = now < max(self._silent.get(chat_id, now), self._due.get(chat_id, now))
        if is_same or is_early or self.has_begun(download_id):
            return False
        self.stand(download_id, place)
        self._wait(chat_id)
        return True

    def stand(self, download_id: int, place: int) -> None:
        """Note that this place was told."""
        _put(self._places, download_id, place)

    def leave(self, download_id: int) -> None:
        """Forget what was told of it: it waits again, or the words did not arrive."""
        self._stages.pop(download_id, None)
        self._places.pop(download_id, None)

    def enter(self, download_id: int, stage: str) -> None:
        """Note that a download is in that stage."""
        _put(self._stages, download_id, stage)

    def has_begun(self, download_id: int) -> bool:
        """Whether anything was told of that download."""
        return download_id in self._stages

    def silence(self, chat_id: int, seconds: float) -> None:
        """Show the chat nothing for so long."""
        _put(self._silent, chat_id, self._monotonic() + seconds)

    def _wait(self, chat_id: int) -> None:
        seconds = PRIVATE_SECONDS if chat_id > 0 else GROUP_SECONDS
        _put(self._due, chat_id, self._monotonic() + seconds)


def _put(kept: OrderedDict[int, V], key: int, value: V) -> None:
    """Remember, and forget what has been there longest."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
