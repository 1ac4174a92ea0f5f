"""The admin of the invented past: asks for silence before what is expected, answers what fires."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from bot.alerts.book import Book
from bot.alerts.desk import Desk
from bot.alerts.notifier import Buttons
from bot.alerts.silences import RULE
from bot.analytics.events import Event
from bot.analytics.operations import AlertFired
from bot.clock import Clock
from bot.database.engine import Database
from bot.sandbox.cast import ADMIN_ID
from bot.sandbox.history_incidents import Incident, Trouble

MINUTE = timedelta(minutes=1)
ANSWER_MINUTES = (3, 18)
# What of an expected trouble nobody wants to hear.
RULES = {Trouble.SLOWNESS: "HighLatency"}
REASON = "a synthetic silence: nothing was repaired"
SILENCE_EARLY = timedelta(minutes=10)
SILENCE_SECONDS = 2 * 3600


async def ask_for_silence(database: Database, some: Iterable[Incident]) -> None:
    """Write down the silences that were asked for before those that were expected."""
    for one in some:
        if one.is_expected:
            at = one.begins_at - SILENCE_EARLY
            desk = Desk(database, partial(datetime.fromtimestamp, at.timestamp(), UTC))
            await desk.silence(RULE, RULES[one.trouble], SILENCE_SECONDS, REASON, ADMIN_ID)


class Admin:
    """Acknowledges what was told, after a while; what is over by then has had no answer.

    hear: for the bus on which the manager says what fires
    """

    def __init__(self, database: Database, clock: Clock, chance: Random) -> None:
        self._desk = Desk(database, clock)
        self._book = Book(database)
        self._clock = clock
        self._chance = chance
        self._has_heard = False
        self._answers_at: dict[int, datetime] = {}

    def hear(self, event: Event) -> None:
        """Something may have fired."""
        self._has_heard = self._has_heard or isinstance(event, AlertFired)

    async def answer(self) -> None:
        """Acknowledge what it is time for."""
        if self._has_heard:
            self._has_heard = False
            await self._plan()
        due = [number for number, at in self._answers_at.items() if at <= self._clock()]
        for number in due:
            await self._desk.acknowledge(number, ADMIN_ID)
            del self._answers_at[number]

    async def _plan(self) -> None:
        board = await self._book.board(limit=0)
        for alert in board.firing:
            if alert.is_announced and not alert.acked_at:
                after = self._chance.uniform(*ANSWER_MINUTES) * MINUTE
                self._answers_at.setdefault(alert.id, alert.fired_at + after)


class Chat:
    """The admin's: everything arrives, and nobody remembers which messages it was."""

    async def send(self, _text: str, _buttons: Buttons = (), /) -> int:
        """As Notifier says."""
        return 0

    async def edit(self, _message_id: int, _text: str, _buttons: Buttons = (), /) -> None:
        """As Notifier says."""
