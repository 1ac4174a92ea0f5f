"""The queue as workers see it: who has what, for how long, and what became of it."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, Update, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import downloads
from bot.downloads.courier import Download, Sent
from bot.downloads.line import in_order, is_due, is_left_behind, line
from bot.downloads.records import FORGOTTEN, SentFiles, all_of_downloads, download_of, is_known
from bot.downloads.trouble import Trouble

LEASE_SECONDS = 60
HOST_LENGTH = 40

row = downloads.c
ENDED = FORGOTTEN | {"claimed_by": None, "lease_until_at": None}
FREED = {"state": "queued", "claimed_by": None, "lease_until_at": None}


def _first() -> Select[Any]:
    waiting = or_(is_due(), is_left_behind())
    everybody = line(waiting)
    return (
        all_of_downloads()
        .join(everybody, everybody.c.id == row.id)
        # Asked again outside of the line: PostgreSQL looks once more at a row that it locks,
        # and another process may have taken it in between.
        .where(waiting)
        .order_by(*in_order(everybody))
        .limit(1)
        .with_for_update(of=downloads, skip_locked=True)
    )


_FIRST = _first()
_FIRST_KNOWN = _FIRST.where(is_known())


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A download that is ours until the lease ends; due_at: when it could have begun."""

    download: Download
    due_at: datetime


class Claims:
    """Takes downloads, holds them, and writes their end, in transactions on disk.

    A claim that is lost can end nothing: every statement asks whether it is still ours.
    worker: a name that no other life of this or another process has
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._sent_files = SentFiles(database, clock)
        self.worker = f"{socket.gethostname()[:HOST_LENGTH]}/{secrets.token_hex(8)}"

    async def take_over(self) -> int:
        """Free at once what an earlier life left on SQLite, which has no other processes.

        On PostgreSQL somebody may be at it, so its lease has to pass.
        """
        if not self._database.is_sqlite:
            return 0
        theirs = and_(row.state == "running", row.claimed_by != self.worker)
        async with self._database.write("downloads.take_over", durable=True) as connection:
            free = update(downloads).where(theirs)
            result = await connection.execute(
                free.values(FREED | {"next_attempt_at": self._now()})
            )
        return int(result.rowcount)

    async def claim(self, busy: frozenset[int], *, only_known: bool = False) -> Claim | None:
        """The next download for this process; None if nothing is due.  Counts as an attempt.

        busy: what this process is at
        only_known: take nothing that would need a download
        """
        now = self._now()
        async with self._database.write("downloads.claim", durable=True) as connection:
            found = await self._next(connection, now, busy, only_known=only_known)
            if found is None:
                return None
            started_at = now if found["started_at"] is None else found["started_at"]
            values = {
                "state": "running",
                "claimed_by": self.worker,
                "lease_until_at": now + LEASE_SECONDS * 1000,
                "attempts": found["attempts"] + 1,
                "started_at": started_at,
            }
            this = update(downloads).where(row.id == found["id"])
            await connection.execute(this.values(values))
        due_at = max(
            found[name] or 0 for name in ("queued_at", "next_attempt_at", "lease_until_at")
        )
        download = replace(
            download_of(found),
            attempts=found["attempts"] + 1,
            started_at=from_milliseconds(started_at),
        )
        return Claim(download=download, due_at=from_milliseconds(due_at))

    async def held(self, busy: frozenset[int], *, renew: bool) -> dict[int, bool]:
        """Which of *busy* are still ours, and whether the person wants each to be cancelled.

        renew: give them another minute
        """
        ours = and_(row.claimed_by == self.worker, row.state == "running", row.id.in_(busy))
        query = select(row.id, row.is_cancel_wanted).where(ours)
        if not renew:
            async with self._database.read("downloads.watch") as connection:
                return {one.id: one.is_cancel_wanted for one in await connection.execute(query)}
        lease = {"lease_until_at": self._now() + LEASE_SECONDS * 1000}
        # Not durable: after a power cut nobody holds anything.
        async with self._database.write("downloads.renew") as connection:
            await connection.execute(update(downloads).where(ours).values(lease))
            return {one.id: one.is_cancel_wanted for one in await connection.execute(query)}

    async def finish(self, download: Download, sent: Sent) -> bool:
        """The file is with the person and known to all; False if it was not ours any more."""
        values = {"state": "done", "error": None, "ended_at": self._now()}
        values["size_bytes"] = sent.size_bytes
        async with self._database.write("downloads.finish", durable=True) as connection:
            result = await connection.execute(self._ours(download).values(ENDED | values))
            if result.rowcount and sent.file_id:  # empty: nobody knows it
                key, choice = download.media_key, download.choice
                await self._sent_files.remember(connection, key, choice, sent)
        return bool(result.rowcount)

    async def fail(self, download: Download, trouble: Trouble) -> bool:
        """It ended without a file; False if it was not ours any more."""
        is_cancelled = trouble is Trouble.cancelled
        state = "cancelled" if is_cancelled else "failed"
        values = {"state": state, "error": trouble, "ended_at": self._now()}
        return await self._write("downloads.fail", download, ENDED | values)

    async def postpone(
        self, download: Download, trouble: Trouble, seconds: float, *, is_counted: bool
    ) -> bool:
        """Another attempt in *seconds*; False if it was not ours any more.

        is_counted: it was the download's own fault, so that there are not many more
        """
        values = FREED | {
            "error": trouble,
            "next_attempt_at": self._now() + round(seconds * 1000),
            "attempts": download.attempts - (not is_counted),
        }
        return await self._write("downloads.postpone", download, values)

    async def give_back(self, download: Download) -> bool:
        """We stop: another life may begin it anew, as if we never had."""
        values = FREED | {"attempts": download.attempts - 1, "next_attempt_at": self._now()}
        return await self._write("downloads.give_back", download, values)

    async def _write(
        self, operation: str, download: Download, values: Mapping[str, object]
    ) -> bool:
        async with self._database.write(operation, durable=True) as connection:
            result = await connection.execute(self._ours(download).values(values))
        return bool(result.rowcount)

    def _ours(self, download: Download) -> Update:
        is_ours = and_(row.claimed_by == self.worker, row.state == "running")
        return update(downloads).where(row.id == download.id, is_ours)

    async def _next(
        self, connection: AsyncConnection, now: int, busy: frozenset[int], *, only_known: bool
    ) -> RowMapping | None:
        query = _FIRST_KNOWN if only_known else _FIRST
        asked = {"now": now, "worker": self.worker, "busy": sorted(busy)}
        found: RowMapping | None
        found = (await connection.execute(query, asked)).mappings().one_or_none()
        return found

    def _now(self) -> int:
        return to_milliseconds(self._clock())
