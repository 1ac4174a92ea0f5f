"""Keeps the messages of those who wait true: whose place in the queue has changed is told."""

from __future__ import annotations

import asyncio
from typing import Protocol

from sqlalchemy import select

from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.line import PLACES, is_due
from bot.downloads.records import Waiting, all_of_downloads, waiting_of

# Of the line: further back a place changes nothing that anybody waits for.
TOLD = 20

row = downloads.c
_FRONT = (
    all_of_downloads()
    .add_columns(PLACES.c.place)
    .join(PLACES, PLACES.c.id == row.id)
    .where(is_due(), PLACES.c.place <= TOLD)
    .order_by(PLACES.c.place)
)


class Usher(Protocol):
    """Whoever tells a place; bot/downloads/telegram.py has the real one."""

    def is_news(self, waiting: Waiting) -> bool:
        """Whether the person was told another place, and the chat may be written to now."""

    async def stand(self, waiting: Waiting) -> None:
        """Tell it; raises nothing."""


class Standing:
    """Looks at the front of the line now and then.

    A new process was told nothing, so it tells everybody there once: also whoever lost a worker
    with the last process, and whose message would show a bar that does not move.
    """

    def __init__(self, database: Database, usher: Usher, clock: Clock = utc_now) -> None:
        self._database = database
        self._usher = usher
        self._clock = clock

    async def refresh(self) -> None:
        """Tell those whose place is another one."""
        news = [one for one in await self._front() if self._usher.is_news(one)]
        # Together, because one chat may have to wait for Telegram.
        await asyncio.gather(*(self._tell(one) for one in news))

    async def _front(self) -> list[Waiting]:
        """The first of the line; not those who were told when they are tried again."""
        asked = {"now": to_milliseconds(self._clock())}
        async with self._database.read("downloads.front") as connection:
            found = await connection.execute(_FRONT, asked)
            return [waiting_of(one) for one in found.mappings()]

    async def _tell(self, one: Waiting) -> None:
        # A worker, here or in another process, may have taken it since.
        waits = select(row.id).where(row.id == one.download.id, row.state == "queued")
        async with self._database.read("downloads.is_waiting") as connection:
            is_waiting = await connection.scalar(waits) is not None
        if is_waiting:
            await self._usher.stand(one)
