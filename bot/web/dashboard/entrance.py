"""Links that sign in once: the sandbox prints one when it starts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from bot.clock import Clock

LIFE = timedelta(hours=1)


class Entrance:
    """Keeps the links in memory, as hashes; a restart ends them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[str, datetime] = {}

    def link(self, page: str) -> str:
        """A new link below *page*, for an hour and one use; the former one works no more."""
        secret = secrets.token_urlsafe(32)
        self._ends = {_digest(secret): self._clock() + LIFE}
        return f"{page}/enter/{secret}"

    def admit(self, secret: str) -> bool:
        """Whether that is a link's secret, which it is once."""
        # Looked up by its hash, so how long it takes says nothing about the secret.
        end = self._ends.pop(_digest(secret), None)
        return end is not None and self._clock() < end


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
