"""A process that takes reported facts: its store, its audience, its jobs, a hand on its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.closing import close_days
from bot.analytics.events import Event
from bot.analytics.people import People
from bot.analytics.reports.source import Source
from bot.analytics.rollups import roll_up
from bot.analytics.store import Store
from bot.analytics.tracking.claims import Claim
from bot.analytics.tracking.parcel import Parcel, Part
from bot.analytics.tracking.talks import Answered, Talk
from bot.analytics.tracking.tracking import Taken, Tracking
from bot.analytics.tracking.visits import Visit
from bot.database.engine import Database
from bot.plans import load_plans
from tests.analytics.moments import ANN, NOON, said, seen
from tests.fakes import Recorder

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
UTC = ZoneInfo("UTC")


class Yard:
    """One process.  told: what everybody but the store has heard"""

    def __init__(
        self, database: Database, now: datetime = NOON, zone: ZoneInfo = UTC, **more: Any
    ) -> None:
        self.now = now
        self.zone = zone
        self.database = database
        self.told = Recorder()
        self.bus = Bus(self.told)
        self.audience = Audience(database, zone=zone, clock=self.clock)
        self.store = Store(
            database, self.bus, zone=zone, clock=self.clock, noted=self.audience.note
        )
        self.bus.add(self.store)
        self.people = People(database, self.store.flush, self.bus, self.clock, sets=self.audience)
        usual: dict[str, Any] = {"days": 90, "keep_names": False}
        self.tracking = Tracking(
            database,
            self.audience,
            self.bus,
            self.store,
            zone=zone,
            clock=self.clock,
            **(usual | more),
        )

    def clock(self) -> datetime:
        """Its clock."""
        return self.now

    async def live(self, *facts: Event) -> None:
        """The bot itself notices *facts*."""
        for fact in facts:
            self.store(fact)
        await self.store.flush()

    async def jobs(self) -> None:
        """What runs by the clock has run."""
        await roll_up(self.database, clock=self.clock, zone=self.zone)
        await close_days(self.database, clock=self.clock, zone=self.zone)
        await self.audience.start()
        await self.audience.stop()

    async def take(self, *parts: Part, claim: Claim | None = None, **more: Any) -> Taken:
        """Report *parts*, and whatever *more* a parcel has."""
        return await self.tracking.take(parcel(parts, **more), claim)

    @property
    def source(self) -> Source:
        """Where reports about it ask."""
        return Source(
            database=self.database,
            audience=self.audience,
            plans=load_plans(),
            clock=self.clock,
        )


def parcel(parts: Sequence[Part] = (), talks: Sequence[Talk] = (), **more: Any) -> Parcel:
    """A batch; each part is a fact."""
    found = [(one.at, f"facts.{n}.at") for n, one in enumerate([*parts, *talks])]
    usual: dict[str, Any] = {"count": len(found), "moments": found}
    return Parcel(parts=parts, talks=talks, **(usual | more))


def wrote(at: datetime = NOON, user_id: int = ANN, **more: Any) -> list[Part]:
    """Somebody wrote a message elsewhere."""
    visit = Visit(at=at, user_id=user_id, kind="message", **more)
    return [visit, said(user_id, at)]


def as_noticed(parts: Sequence[Part]) -> list[Event]:
    """The same, as the bot would have noticed it."""
    return [
        seen(part.user_id, part.at, kind=part.kind) if isinstance(part, Visit) else part
        for part in parts
    ]


def talked(at: datetime = NOON, name: str = "helpdesk:1", **more: Any) -> Talk:
    """Ann asked one question, which took two seconds."""
    usual: dict[str, Any] = {"user_id": ANN, "chat_id": ANN, "answers": [answered(at)]}
    return Talk(at=at, name=name, **(usual | more))


def answered(at: datetime = NOON, **more: Any) -> Answered:
    """An answer of two seconds."""
    usual: dict[str, Any] = {"model": "tiny", "seconds": 2.0, "cost_usd": 0.5}
    return Answered(at=at, **(usual | {"tokens": {"input": 10, "output": 5}} | more))


def claim(key: str = "k1", digest: str = "d1", sender: str = "helpdesk") -> Claim:
    """A key."""
    return Claim(sender=sender, key=key, digest=digest)
