"""Looks at links, counted beside the answers: nobody waits for the database to write one down."""

from __future__ import annotations

import asyncio

import structlog

from bot.database.engine import DATABASE_ERRORS
from bot.shares import Share, Shares

log = structlog.get_logger(__name__)


class Visits:
    """Looks that are being written down, one link at a time; stop() waits for the last."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._looks: dict[str, tuple[Share, int]] = {}
        self._writing: asyncio.Task[None] | None = None

    def count(self, share: Share) -> None:
        """One more look, written down soon."""
        _, times = self._looks.get(share.id, (share, 0))
        self._looks[share.id] = share, times + 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def stop(self) -> None:
        """Return when all are written down."""
        if self._writing:
            await self._writing

    async def _write(self) -> None:
        while self._looks:
            _, (share, times) = self._looks.popitem()
            try:
                await self._shares.used(share, times)
            except DATABASE_ERRORS as exc:
                log.warning("looks at a link not counted", looks=times, error=str(exc))
