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

    def admits(self, download_id: int, chat_id: int, stage: str) -> bool:
        """Whether it may be shown now; if so, the chat's next news have to wait."""
        now = self._monotonic()
        if now < self._silent.get(chat_id, now):
            return False
        if stage == self._stages.get(download_id) and now < self._due.get(chat_id, now):
            return False
        self.enter(download_id, stage)
        _put(self._due, chat_id, now + (PRIVATE_SECONDS if chat_id > 0 else GROUP_SECONDS))
        return True

    def enter(self, download_id: int, stage: str) -> None:
        """Note that a download is in that stage."""
        _put(self._stages, download_id, stage)

    def has_begun(self, download_id: int) -> bool:
        """Whether anything was told of that download."""
        return download_id in self._stages

    def silence(self, chat_id: int, seconds: float) -> None:
        """Show the chat nothing for so long."""
        _put(self._silent, chat_id, self._monotonic() + seconds)


def _put(kept: OrderedDict[int, V], key: int, value: V) -> None:
    """Remember, and forget what has been there longest."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
