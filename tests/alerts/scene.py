"""A bot's alerts with a hand on everything: the clock, the traffic, the database, the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.alerts.book import AlertBoard, Book
from bot.alerts.catalogue import build_rules
from bot.alerts.desk import Desk
from bot.alerts.manager import Manager
from bot.alerts.outbox import Outbox
from bot.alerts.rules import Rule
from bot.alerts.snapshot import Snapshot, Windows
from bot.analytics.bus import Bus
from bot.analytics.operations import AlertFired, AlertResolved
from bot.config import Settings
from bot.database.engine import Database
from tests.fakes import AdminChat, Recorder

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADMIN = "admin:7"
WANTED = ("DatabaseIssues", "PollStalled", "HighErrorRate")
RULES: tuple[Rule, ...] = tuple(
    rule for rule in build_rules(Settings(_env_file=None)) if rule.terms.name in WANTED
)


@dataclass(frozen=True)
class Share:
    bad: int
    total: int


FINE = Share(0, 200)
AWFUL = Share(100, 200)
NOTHING = Share(0, 0)
CALM = Snapshot(
    at=NOON,
    shares={"updates": Windows(FINE, FINE), "queries": Windows(FINE, FINE)},
    levels={"poll_age": 1.0},
)


def seeing(share: str, short: Share, long: Share | None = None) -> Snapshot:
    """A calm hour, but for one share; *long* is the same as *short* unless it is given."""
    return replace(CALM, shares={**CALM.shares, share: Windows(short, long or short)})


def standing(level: str, value: float | None) -> Snapshot:
    """A calm hour, but for one level."""
    return replace(CALM, levels={**CALM.levels, level: value})


ERRORS = seeing("updates", AWFUL)
BROKEN = seeing("queries", AWFUL)
STALLED = standing("poll_age", 200.0)


class Scene:
    """seen: every fact; now, ticks: the wall clock and the monotonic one.

    private: what the one admin gets
    interval, escalation, longest, lanes, admins: as the manager has them after a restart()
    """

    def __init__(self, database: Database, rules: tuple[Rule, ...] = RULES) -> None:
        self.database = database
        self.rules = rules
        self.interval = 60.0
        self.escalation = 900.0
        self.longest = 30.0
        self.admins: tuple[str, ...] = ()
        self.lanes: tuple[str, ...] = ("chat",)
        self.chat = AdminChat()
        self.private = AdminChat()
        self.seen = Recorder()
        self.book = Book(database)
        self.now = NOON
        self.ticks = 0.0
        self.snapshot = CALM
        self.restart()

    def restart(self) -> None:
        """Forget all that was only in memory."""
        bus = Bus(self.seen)
        self.manager = Manager(
            database=self.database,
            rules=self.rules,
            take=self.look,
            notifier=self.chat,
            bus=bus,
            zone=UTC,
            lanes=self.lanes,
            admins=self.admins,
            interval=self.interval,
            escalation=self.escalation,
            longest=self.longest,
            clock=lambda: self.now,
        )
        self.desk = Desk(self.database, lambda: self.now, self.manager.terms_of)
        self.outbox = self._lane("chat", self.chat, bus)
        self.to_admin = self._lane(ADMIN, self.private, bus)

    def _lane(self, lane: str, notifier: AdminChat, bus: Bus) -> Outbox:
        return Outbox(
            database=self.database,
            notifier=notifier,
            bus=bus,
            lane=lane,
            clock=lambda: self.now,
            monotonic=lambda: self.ticks,
        )

    def look(self) -> Snapshot:
        return self.snapshot

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.ticks += seconds

    async def check(self, *snapshots: Snapshot) -> None:
        """A minute and a check for each of *snapshots*."""
        for snapshot in snapshots:
            self.wait(60)
            self.snapshot = snapshot
            await self.manager.check()

    async def minutes(self, *snapshots: Snapshot) -> None:
        """As check(), and the outbox delivers after each."""
        for snapshot in snapshots:
            await self.check(snapshot)
            await self.outbox.deliver()
            await self.to_admin.deliver()

    async def refused_check(self) -> None:
        """A check that the database does not take."""
        try:
            await self.check(self.snapshot)
        except DBAPIError:
            return
        raise AssertionError("the database took it")

    async def board(self) -> AlertBoard:
        return await self.book.board()

    @property
    def titles(self) -> list[str]:
        """The first line of each message that was sent, without its icon and tags."""
        return [title(message) for message in self.chat.sent]

    @property
    def private_titles(self) -> list[str]:
        """The same of what the one admin was written."""
        return [title(message) for message in self.private.sent]

    @property
    def facts(self) -> list[str]:
        """What was published about alerts."""
        alerts = [fact for fact in self.seen if isinstance(fact, AlertFired | AlertResolved)]
        return [f"{type(fact).__name__} {fact.rule}" for fact in alerts]


def title(message: str) -> str:
    return message.partition("<b>")[2].partition("</b>")[0]


@asynccontextmanager
async def refusing(database: Database) -> AsyncIterator[None]:
    """Inside, the database refuses to save any alert state: its table is gone."""
    await _rename(database, "alert_state", "elsewhere")
    try:
        yield
    finally:
        await _rename(database, "elsewhere", "alert_state")


async def _rename(database: Database, old: str, new: str) -> None:
    async with database.write("tests.rename") as connection:
        await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
