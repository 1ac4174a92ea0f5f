"""Telegram's flood control: so many messages a second to a chat, then 429."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.params import ApiError

WINDOW_SECONDS = 1.0


@dataclass(slots=True)
class Flood:
    """Counts each chat's messages in the last second; `per_second` 0 means no limit."""

    per_second: float = 0.0
    clock: Callable[[], float] = time.monotonic
    _sent: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def count(self, chat: str) -> None:
        """Count one message to *chat*, or ApiError 429 with retry_after in seconds."""
        if not self.per_second:
            return
        # Less than one a second is one in a longer window.
        window = max(WINDOW_SECONDS, 1 / self.per_second)
        sent, now = self._sent[chat], self.clock()
        while sent and sent[0] <= now - window:
            sent.popleft()
        if len(sent) >= max(1, int(self.per_second)):
            wait = math.ceil(sent[0] + window - now)
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        sent.append(now)
