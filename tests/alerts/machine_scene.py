"""A scene in which everything may happen, for hypothesis to choose from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from bot.alerts.notifier import Buttons
from bot.alerts.terms import Terms
from bot.database.engine import Database
from bot.errors import NotifyError
from tests.alerts.dials import dials
from tests.alerts.judge import Judge
from tests.alerts.scene import ADMIN
from tests.fakes import AdminChat

GONE = "message refused"
# Nothing that is held back by a throttle or a cause is held back for longer.
MINUTES = 12
TRAP = (
    "CREATE TRIGGER trap BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
)
WHEN = {"alert_state": "UPDATE", "alert_history": "UPDATE"}


class Death(BaseException):
    """The process ends here."""


class Listener(AdminChat):
    """heard: tells of every text as it arrives; is_dying: the process ends as soon as it did."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        super().__init__()
        self.heard = heard
        self.is_dying = False

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        number = await super().send(text, buttons)
        self.heard(text)
        if self.is_dying:
            raise Death
        return number


class MachineScene(Judge):
    """Acts, each of which is followed by what it must have led to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.chat = Listener(lambda text: self.hear("chat", text))
        self.private = Listener(lambda text: self.hear(ADMIN, text))
        self.chats: dict[str, Listener] = {"chat": self.chat, ADMIN: self.private}
        self.admins = (ADMIN,)
        self.escalation = 180.0
        self.restart()

    def restart(self) -> None:
        self.is_alarmed = False
        super().restart()

    def turn(self, turned: dict[str, str]) -> None:
        """Turn some dials; the others stay."""
        self.turned.update(turned)

    def use(self, terms: tuple[Terms, ...]) -> None:
        self.used = terms
        self.rules = dials(self.turned, *terms)
        self.manager.use(self.rules)

    def set_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock; the other one does not care."""
        self.now += timedelta(seconds=seconds)
        self.turned_back = self.seen_rows if seconds < 0 else self.turned_back

    async def tick(self) -> None:
        """A minute and a check that the database takes."""
        await self.ask()
        await self.saved()

    async def ask(self) -> None:
        self.asked += 1
        self.turned["number"] = f"check {self.asked}"
        self.is_checking = True
        try:
            await self.check(self.snapshot)
        finally:
            self.is_checking = False

    async def refused(self, table: str) -> None:
        """A minute and a check that ends where it would change *table*, if it comes so far."""
        what = WHEN.get(table, "INSERT")
        await self.execute(TRAP.format(what=what, table=table))
        try:
            await self.ask()
        except DBAPIError:
            await self.execute("DROP TRIGGER trap")
        else:
            await self.execute("DROP TRIGGER trap")
            await self.saved()

    async def execute(self, statement: str) -> None:
        async with self.database.write("tests.trap") as connection:
            await connection.exec_driver_sql(statement)

    async def deliver(self) -> None:
        for outbox in (self.outbox, self.to_admin):
            try:
                await outbox.deliver()
            except Death:
                self.restart()
            await self.match()

    async def forbidden(self, lane: str) -> None:
        """The receiver refuses whatever comes next, for good."""
        before = self.chats[lane].problem
        self.chats[lane].problem = NotifyError(GONE, permanent=True)
        await self.deliver()
        self.chats[lane].problem = before
        for row in await self.rows():
            if row["error"] == GONE:
                self.excused.add((row["lane"], row["history_id"]))

    async def dying(self, lane: str) -> None:
        """The process dies between Telegram's answer and its own mark."""
        before = len(self.tellings)
        self.chats[lane].is_dying = True
        await self.deliver()
        self.chats[lane].is_dying = False
        self.excused |= {(one.lane, one.epoch) for one in self.tellings[before:]}

    async def acknowledge(self, pick: int) -> None:
        epochs = await self.epochs()
        if epochs:
            row = epochs[-1 - pick % len(epochs)]
            alert = await self.desk.acknowledge(row["id"], 7)
            assert (alert is None) == (row["resolved_at"] is not None)
            self.acked |= {alert.id} if alert else set()

    async def silence(self, target: tuple[str | None, str | None], seconds: float) -> None:
        silence = await self.desk.silence(*target, seconds, "works", 7)
        self.silences.append(silence)
        self.fresh.append(silence.id)

    async def end_silence(self, pick: int) -> None:
        number = pick % len(self.silences)
        ended = await self.desk.end_silence(self.silences[number].id)
        self.silences[number] = ended or self.silences[number]

    async def settle(self, *, is_calm: bool) -> None:
        """Everybody listens for a while, nothing is silenced; what was promised must be kept."""
        for chat in self.chats.values():
            chat.problem = None
        for number in range(len(self.silences)):
            await self.end_silence(number)
        if is_calm:
            self.turned.clear()
        self.ticks += 3_600  # whatever was tried in vain may be tried again
        for _ in range(MINUTES):
            await self.tick()
            await self.deliver()
        await self.promised()
