"""On duty: what admins do about alerts, wherever they do it, and messages that show it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from bot.alerts.actor import By
from bot.alerts.book import AlertBoard, Book
from bot.alerts.desk import Desk
from bot.alerts.silences import RULE, Silence
from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.alerts.trace import Trace, Traces
from bot.alerts.wish import Target, Wish
from bot.clock import Clock, utc_now
from bot.database.engine import Database

# Two presses of one button are one wish.
SLACK = 60.0

Concerns = Callable[[], Sequence[Terms]]


class Notices(Protocol):
    """Whoever has told of alerts."""

    async def refresh(self, history_id: int) -> None:
        """Let the messages about this firing show its state; sends nothing new."""


class Duty:
    """Reads and writes the alert tables for people; what it returns is on disk.

    concerns: the terms of all that can fire now; notices: None while nobody is told anything
    """

    def __init__(
        self,
        database: Database,
        concerns: Concerns,
        notices: Notices | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.book = Book(database)
        self.desk = Desk(database, clock, self._terms_of)
        self._traces = Traces(database)
        self._concerns = concerns
        self._notices = notices
        self._clock = clock

    @property
    def concerns(self) -> Sequence[Terms]:
        """The terms of all that can fire now."""
        return self._concerns()

    def terms(self, alert: Alert) -> Terms:
        """The terms of the alert's rule; of one that is gone only what the alert knows of them."""
        known = {terms.name: terms for terms in self.concerns}
        return known.get(alert.rule) or Terms(name=alert.rule, severity=alert.severity)

    def _terms_of(self, rule: str) -> Terms | None:
        return next((terms for terms in self.concerns if terms.name == rule), None)

    async def trace(self, alert: Alert, until: datetime) -> Trace:
        """What the alert's rule saw until then."""
        return await self._traces.of(self.terms(alert), until)

    async def silence(self, wish: Wish, by: By) -> Silence:
        """The silence as wished for; one from now on that holds as long is not made twice."""
        now, target = self._clock(), wish.target
        for one in await self.desk.silences():
            left = (one.ends_at - now).total_seconds()
            is_same = (one.key, one.value) == (target.key, target.value) and one.starts_at <= now
            is_plain = not (wish.reason or wish.starts_at)
            if is_same and is_plain and 0 <= wish.seconds - left < SLACK:
                return one
        seconds, reason, start = wish.seconds, wish.reason, wish.starts_at
        return await self.desk.silence(
            target.key, target.value, seconds, reason, by, starts_at=start
        )

    async def hush(self, alert: Alert, seconds: float, by: By, reason: str = "") -> Silence:
        """A silence about the alert's rule."""
        return await self.silence(Wish(Target(RULE, alert.rule), seconds, reason), by)

    async def firing(self, silences: Iterable[Silence]) -> list[Alert]:
        """The alerts that fire now and that one of *silences* is about, over or not."""
        some = list(silences)
        board: AlertBoard = await self.book.board(limit=0)
        return [
            alert for alert in board.firing if any(one.names(self.terms(alert)) for one in some)
        ]

    async def refresh(self, alerts: Iterable[Alert], patience: float | None = None) -> None:
        """Let the messages about *alerts* show their state.

        patience: seconds for each; what takes longer is done with the next deliveries
        """
        if self._notices is None:
            return
        for alert in alerts:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._notices.refresh(alert.id)
