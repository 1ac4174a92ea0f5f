"""Takes facts that other programs report: all of a batch is on disk when it is answered, or none.

They do not go through the store, whose buffer may drop what waits: a batch, the days it changes
and the key that makes it count once are one durable transaction.  What is told afterwards is told
to everybody but the store.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics import transaction
from bot.analytics.audience.audience import Audience
from bot.analytics.audience.days import Days
from bot.analytics.audience.late import Moved
from bot.analytics.batch import Batch, Calendar
from bot.analytics.bus import Bus
from bot.analytics.events import Event, UserFirstSeen
from bot.analytics.store import Store, is_broken
from bot.analytics.tracking import claims, late, talks
from bot.analytics.tracking.claims import Claim
from bot.analytics.tracking.gate import Gate
from bot.analytics.tracking.names import Names
from bot.analytics.tracking.parcel import Parcel, facts_of, folded
from bot.analytics.tracking.trouble import BusyError, FactError
from bot.analytics.tracking.visits import known
from bot.analytics.transaction import Written
from bot.clock import Clock, from_milliseconds, to_milliseconds
from bot.database.engine import DATABASE_ERRORS, Database
from bot.database.locks import TALKS, alone

# Clocks differ a little.
AHEAD = timedelta(seconds=60)
# What is older may be about hours that are summed up; those end three hours ago at the latest.
LATE = timedelta(hours=1)
# What is older says nothing about now: a counter that it moved would show a rush there is not.
FRESH = timedelta(minutes=5)
# Then the caller may ask again; the transaction ends by itself.
ANSWER_SECONDS = 20.0
AGAIN_SECONDS = 5
AT_ONCE = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is answered.  is_repeated: it was taken, and answered so, before"""

    answer: bytes
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class _Done:
    batch: Batch
    written: Written
    facts: list[Event]
    moved: Moved | None


class Tracking:
    """One way in for all batches.

    days: how old a fact may be; keep_names: STORE_NAMES
    """

    def __init__(  # noqa: PLR0913  its parts
        self,
        database: Database,
        audience: Audience,
        bus: Bus,
        store: Store,
        *,
        zone: ZoneInfo,
        clock: Clock,
        days: int,
        keep_names: bool,
        gate: Gate | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._database = database
        self._audience = audience
        self._bus = bus
        self._store = store
        self._zone = zone
        self._clock = clock
        self._longest = timedelta(days=days)
        self._keep_names = keep_names
        self._gate = gate or Gate()
        self._answer_seconds = answer_seconds
        self._names = Names()
        self._running: set[asyncio.Task[Taken]] = set()

    async def take(self, parcel: Parcel, claim: Claim | None = None) -> Taken:
        """Return when all of *parcel* is on disk; what was claimed before is counted once.

        Raises FactError, ReusedError, or BusyError when it may be sent again.
        """
        await self._gate.enter()
        task = asyncio.create_task(self._take(parcel, claim), name="tracking")
        self._running.add(task)
        task.add_done_callback(self._ended)
        try:
            # A caller may leave, a transaction may not.
            async with asyncio.timeout(self._answer_seconds):
                return await asyncio.shield(task)
        except TimeoutError:
            text = "The database takes long; send this batch again."
            raise BusyError(text, AGAIN_SECONDS) from None

    def _ended(self, task: asyncio.Task[Taken]) -> None:
        self._gate.leave()
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody else wants to know

    async def _take(self, parcel: Parcel, claim: Claim | None) -> Taken:
        try:
            if claim and (answer := await self._answered(claim)):
                return Taken(answer, is_repeated=True)
            now = self._check(parcel)
            with self._names.admitted(parcel.sender, parcel.names):
                return await self._write(parcel, claim, now)
        except DATABASE_ERRORS as exc:
            if is_broken(exc):
                raise
            log.warning("reported facts not taken", facts=parcel.count, error=type(exc).__name__)
            text = "The database cannot be reached; send this batch again."
            raise BusyError(text, AGAIN_SECONDS) from None

    async def _answered(self, claim: Claim) -> bytes | None:
        async with self._database.read("track.find") as connection:
            found = await claims.find(connection, claim)
        return found.encode() if found else None

    def _check(self, parcel: Parcel) -> datetime:
        """The moment it is, if the batch can be taken now; else FactError."""
        now = self._clock()
        for at, field in parcel.moments:
            if at > now + AHEAD:
                problem = f"is in the future: more than {AHEAD.seconds} s after now"
                raise FactError(field, problem)
            if at < now - self._longest:
                problem = f"is too long ago: RETENTION_DAYS is {self._longest.days}"
                raise FactError(field, problem)
        return now

    async def _write(self, parcel: Parcel, claim: Claim | None, now: datetime) -> Taken:
        if parcel.oldest >= now - LATE:
            with suppress(late.EarlierError):
                return await self._written(parcel, claim, now, is_late=False)
        return await self._written(parcel, claim, now, is_late=True)

    async def _written(
        self, parcel: Parcel, claim: Claim | None, now: datetime, *, is_late: bool
    ) -> Taken:
        """Raises EarlierError when it has to be written as late, and nothing was written."""
        answer = orjson.dumps({"taken": parcel.count})
        # First the audience's turn, then the database's: it takes them in this order, too.
        async with self._audience.quiet if is_late else nullcontext():
            async with self._database.write("track.write", durable=True) as connection:
                if claim and not await self._claimed(connection, claim, answer, now):
                    found = await claims.find(connection, claim)
                    return Taken((found or "").encode(), is_repeated=True)
                done = await self._rows(connection, parcel, is_late=is_late)
            self._remember(done)
        await self._tell(done, now)
        return Taken(answer, is_repeated=False)

    async def _claimed(
        self, connection: AsyncConnection, claim: Claim, answer: bytes, now: datetime
    ) -> bool:
        at = to_milliseconds(now)
        return await claims.put(connection, claim, answer.decode(), at)

    async def _rows(self, connection: AsyncConnection, parcel: Parcel, *, is_late: bool) -> _Done:
        """Everything that the batch changes, in the caller's transaction."""
        begun: dict[str, int] = {}
        if parcel.talks:
            await alone(connection, TALKS)
            begun = await talks.known(connection, parcel.talks)
        people = await known(connection, parcel.people)
        facts = facts_of(parcel, people, begun, keep_names=self._keep_names)
        batch = folded(facts, parcel.talks, Calendar(self._zone))
        if not is_late:
            written = await transaction.write(connection, batch)
            await late.check(connection, batch, written, to_milliseconds(parcel.oldest))
            await talks.write(connection, parcel.talks, begun, written.numbers)
            return _Done(batch, written, facts, None)
        numbers = {user_id: one.number for user_id, one in people.items()}
        oldest = to_milliseconds(parcel.oldest)
        before = await late.begin(connection, batch, numbers, oldest)
        written = await transaction.write(connection, late.spared(before, batch))
        await talks.write(connection, parcel.talks, begun, written.numbers)
        moved = await late.settle(connection, before, batch, written, Days(self._zone))
        await self._audience.add_late(connection, batch, written, moved)
        return _Done(batch, written, facts, moved)

    def _remember(self, done: _Done) -> None:
        self._audience.note(done.batch, done.written)
        if done.moved is not None:
            self._audience.move(done.moved)

    async def _tell(self, done: _Done, now: datetime) -> None:
        others = self._bus.without(self._store)
        for n, fact in enumerate(done.facts):
            if n % AT_ONCE == 0:
                await asyncio.sleep(0)  # the bot has people to answer
            if fact.at >= now - FRESH:
                others.publish(fact)
        for user_id in done.written.new:
            first_at = from_milliseconds(done.batch.people[user_id].first_at or 0)
            if first_at >= now - FRESH:
                others.publish(UserFirstSeen(at=now, user_id=user_id))
