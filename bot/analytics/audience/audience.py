"""Who was there on which day: sets of users.number, by day and segment.

What has just been written is noted in memory and saved every ten seconds; what a crash lost is
found again in the other tables.  Readers get one set a day, which they must not change.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, timedelta, tzinfo
from typing import Literal

import structlog
from pyroaring import BitMap
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import milestones
from bot.analytics.audience import disk, evidence, holdings, late
from bot.analytics.audience.cache import Cache
from bot.analytics.audience.days import DAY, Days, between
from bot.analytics.audience.notes import Notes
from bot.analytics.audience.rounds import Rounds
from bot.analytics.audience.segments import ACTIVE, PAID, PLAN, Sources, is_listed
from bot.analytics.batch import Batch
from bot.analytics.transaction import Written
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database

SAVE_SECONDS = 10.0
CACHE_BYTES = 64_000_000
# Names of segments are looked for this far back.
NAMES_FROM = timedelta(days=400)

Window = Literal["day", "week", "month"]
WINDOWS: dict[Window, int] = {"day": 1, "week": 7, "month": 30}

log = structlog.get_logger(__name__)


class Audience:
    """The sets of one process; several processes on one PostgreSQL unite theirs.

    Everything may be asked before start(), which only makes sure that nothing is missing.
    room: bytes of sets to keep in memory besides what is not saved yet
    heard: is called when another process has forgotten somebody
    """

    def __init__(
        self,
        database: Database,
        *,
        zone: tzinfo = UTC,
        clock: Clock = utc_now,
        room: int = CACHE_BYTES,
        heard: Callable[[], object] = lambda: None,
    ) -> None:
        self._database = database
        self._zone = zone
        self._clock = clock
        self._days = Days(zone)
        self._sources = Sources()
        self._notes = Notes(self._days, self._sources)
        self._cache = Cache(room)
        self._heard = heard
        # SQLite has one process; others must not write over each other's rows.
        self._owner = "live" if database.is_sqlite else secrets.token_hex(6)
        # Nothing is loaded while something is saved, or an old set would replace a new one.
        self._turn = asyncio.Lock()
        self._gone = BitMap()
        self._told = 0
        self._overdue: list[date] = []
        self._planned: date | None = None
        self._since: date | None = None
        self._next_save = -math.inf
        self._counts: dict[Window, int | None] = {}
        self._rounds = Rounds("audience", self._round)

    # -- what is asked --

    async def days(self, segment: str, first: date, last: date) -> Sequence[BitMap]:
        """One set for each day, both ends included; do not change them."""
        if segment == PAID or segment.startswith(PLAN):
            return await self._holders(segment, first, last)
        keys = [(day, segment) for day in between(first, last)]
        found = {key: members for key in keys if (members := self._cache.get(key)) is not None}
        if len(found) < len(keys):
            found |= await self._load(
                segment, [day for day, _ in keys if (day, segment) not in found]
            )
        # Once more from the cache: while we waited, notes may have gone there.
        sets = [self._cache.get(key) or found[key] for key in keys]
        unsaved = self._notes.sets
        return [
            members | unsaved[key] if key in unsaved else members
            for key, members in zip(keys, sets, strict=True)
        ]

    async def union(self, segment: str, first: date, last: date) -> BitMap:
        """Everybody who was in the segment on any of these days."""
        return BitMap.union(BitMap(), *await self.days(segment, first, last))

    async def segments(self) -> list[str]:
        """The names of all segments that had anybody lately, sorted."""
        async with self._database.read("audience.segments") as connection:
            named = await disk.segments(connection, self.today - NAMES_FROM)
            plans = {f"{PLAN}{plan}" for plan in await holdings.plans(connection)}
        found = named | plans | {segment for _, segment in self._notes.sets} | {PAID}
        return sorted(filter(is_listed, found))

    async def since(self) -> date | None:
        """The first day with anybody; None before that."""
        if self._since is None:  # asked for once a day, and after a forget-me
            async with self._database.read("audience.since") as connection:
                self._since = await evidence.first_day(connection)
        return self._since

    def active(self, window: Window) -> int | None:
        """How many people were active today (day), or in 7 or 30 days up to today.

        At most ten seconds old; None before the first count and while old days are counted.
        """
        return self._counts.get(window)

    @property
    def pending_days(self) -> int:
        """How many past days are still to be counted from the other tables."""
        return len(self._overdue)

    @property
    def today(self) -> date:
        """The day that is not over."""
        return self._clock().astimezone(self._zone).date()

    # -- what is told --

    def note(self, batch: Batch, written: Written) -> None:
        """Take in what is on disk now; quick, and never waits."""
        self._notes.add(batch, written)

    @property
    def quiet(self) -> asyncio.Lock:
        """To be held around add_late() with its transaction: nothing is loaded or saved then."""
        return self._turn

    async def add_late(
        self, connection: AsyncConnection, batch: Batch, written: Written, moved: late.Moved
    ) -> None:
        """Put on disk what *batch* says of old days, within the caller's transaction.

        To be followed by note() and move().
        """
        notes, newcomers = Notes(self._days, self._sources), late.Newcomers(moved, self._days)
        notes.add(batch, written)
        notes.unite(newcomers.found)
        at = to_milliseconds(self._clock())
        # After a crash, today and yesterday are found again.
        since = self.today - DAY
        await late.keep(connection, notes.sets, newcomers, since, self._owner, at)

    def move(self, moved: late.Moved) -> None:
        """Note who was first seen earlier than anybody knew."""
        self._since = None
        newcomers = late.Newcomers(moved, self._days)
        self._notes.unite(newcomers.found)
        for key, number in newcomers.leaving():
            self._notes.sets[key].discard(number)
            self._cache.shrink(key, number)

    async def erase(self, connection: AsyncConnection, number: int) -> None:
        """Take one person out of every set on disk, within the caller's transaction.

        To be called while the person's other rows are still there, and followed by drop().
        """
        await disk.erase(connection, number, self.today, to_milliseconds(self._clock()))

    def drop(self, number: int) -> None:
        """Take one person out of every set in memory."""
        self._since = None
        self._gone.add(number)
        self._notes.discard(number)
        self._cache.discard(number)

    # -- from start to stop --

    async def start(self) -> None:
        """Find what a crash lost of today and yesterday; begin to save, and to count old days."""
        async with self._database.read("audience.start") as connection:
            await evidence.learn(connection, self._sources)
            for day in (self.today - DAY, self.today):
                found = await evidence.evidence(connection, day, self._days, self._sources)
                self._notes.unite({(day, one): members for one, members in found.items()})
        await self._plan()
        self._rounds.start()

    async def stop(self) -> None:
        """Save one last time.  What cannot be saved is found again at the next start."""
        await self._rounds.stop()
        try:
            await self.save()
        except Exception:
            log.exception("audience not saved")

    async def save(self) -> None:
        """Put what is only in memory on disk, or raise what the database raised."""
        async with self._turn:
            some = {key: members.copy() for key, members in self._notes.sets.items() if members}
            if not some:
                return
            async with self._database.write("audience.save") as connection:
                at = to_milliseconds(self._clock())
                await disk.add(connection, some, self._owner, at)
            self._notes.remove(some)
            for key, members in some.items():
                self._cache.grow(key, members - self._gone)

    # -- behind it --

    async def _round(self) -> float:
        if time.monotonic() >= self._next_save:
            await self.save()
            await self.hear()
            await self._plan()
            await self.count()
            self._next_save = time.monotonic() + SAVE_SECONDS
        if not self._overdue:
            return SAVE_SECONDS
        await self._close(self._overdue[-1])
        self._overdue.pop()
        return 0

    async def hear(self) -> None:
        """Drop whom another process has forgotten, and old days that it has heard more of."""
        async with self._database.read("audience.forgotten") as connection:
            gone = await disk.forgotten(connection, self.today - DAY) - self._gone
            told = (await milestones.read(connection)).late
        if told != self._told and not self._database.is_sqlite:
            # Another process may have heard more of days that are over.
            self._told, self._since = told, None
            self._cache.clear()
        for number in gone:
            self.drop(number)
        if gone:
            self._heard()

    async def _plan(self) -> None:
        """Find the days that are over and not complete, once a day."""
        today = self.today
        if self._planned == today:
            return
        async with self._database.read("audience.plan") as connection:
            first = self._since = await evidence.first_day(connection)
            known = await disk.complete(connection)
        # Yesterday's last facts may still be on their way.
        days = between(first, today - 2 * DAY) if first else []
        self._overdue = [day for day in days if day not in known]
        self._planned = today

    async def _close(self, day: date) -> None:
        async with self._database.read("audience.evidence") as connection:
            found = await evidence.evidence(connection, day, self._days, self._sources)
        async with self._turn:
            async with self._database.write("audience.close") as connection:
                await disk.close(connection, day, found, to_milliseconds(self._clock()))
                await disk.tidy(connection, self.today)
            self._cache.drop_day(day)

    async def count(self) -> None:
        """Count anew what active() says."""
        today, oldest = self.today, self._overdue[-1] if self._overdue else date.min
        for window, days in WINDOWS.items():
            first = today - (days - 1) * DAY
            is_known = oldest < first
            count = len(await self.union(ACTIVE, first, today)) if is_known else None
            self._counts[window] = count

    async def _load(self, segment: str, days: Sequence[date]) -> dict[tuple[date, str], BitMap]:
        async with self._turn, self._database.read("audience.load") as connection:
            there = await disk.load(connection, segment, days[0], days[-1])
            found = {}
            for day in days:
                members, size = there.get(day, (BitMap(), 0))
                found[day, segment] = members - self._gone if self._gone else members
                self._cache.put((day, segment), found[day, segment], size, self._lifetime(day))
        return found

    def _lifetime(self, day: date) -> float:
        # Other processes go on adding to the days that are not complete.
        is_shared = not self._database.is_sqlite and day >= self.today - 2 * DAY
        return SAVE_SECONDS if is_shared else math.inf

    async def _holders(self, segment: str, first: date, last: date) -> Sequence[BitMap]:
        async with self._database.read("audience.holders") as connection:
            if segment == PAID:
                return await holdings.paid(connection, self._days, first, last)
            plan = segment.removeprefix(PLAN)
            return await holdings.on_plan(connection, self._days, plan, first, last)
