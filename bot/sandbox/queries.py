"""Questions a person's page waits on: button presses, inline queries, checkouts."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Telegram forgets a query that nobody answered; a late answer is then refused.
QUERY_SECONDS = 60


@dataclass(slots=True)
class Queries:
    """Open questions by id; the bot's answer is handed to whoever asked."""

    clock: Callable[[], float] = time.monotonic
    _open: dict[str, tuple[float, asyncio.Future[Any]]] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(time.time_ns()))

    def ask(self) -> str:
        """The id of a new question, open for QUERY_SECONDS."""
        query_id = str(next(self._ids))
        self._forget_old()
        closes_at = self.clock() + QUERY_SECONDS
        self._open[query_id] = (closes_at, asyncio.get_running_loop().create_future())
        return query_id

    def answer(self, query_id: str, value: Any) -> bool:
        """Hand *value* to the asker; False when the question is unknown, old or answered."""
        self._forget_old()
        _, waiting = self._open.get(query_id, (0.0, None))
        if waiting is None or waiting.done():
            return False
        waiting.set_result(value)
        return True

    async def wait(self, query_id: str, seconds: float) -> Any:
        """The bot's answer, or None when it did not come in *seconds*."""
        _, waiting = self._open[query_id]
        done, _ = await asyncio.wait({waiting}, timeout=seconds)
        return waiting.result() if done else None

    def _forget_old(self) -> None:
        now = self.clock()
        for query_id in [key for key, (closes_at, _) in self._open.items() if closes_at < now]:
            del self._open[query_id]
