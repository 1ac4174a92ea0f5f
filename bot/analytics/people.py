"""What is kept about one person: shown to them, and removed when they ask for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    Table,
    and_,
    delete,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.bus import Bus
from bot.analytics.events import UserForgotten
from bot.analytics.languages import Languages
from bot.analytics.mentions import pattern
from bot.clock import Clock, from_milliseconds, utc_now
from bot.database.alert_tables import alert_history, alert_outbox, alert_rules, silences
from bot.database.engine import Database
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_answers,
    quiz_runs,
    subscriptions,
)
from bot.database.tables import (
    chats,
    errors,
    events,
    interrupted_updates,
    payments,
    quarantined_updates,
    user_activity,
    users,
)
from bot.database.web_tables import shares, web_sessions


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """A column that says whose a row is.

    erased: what forgetting empties in the row; without it the row is deleted
    is_telegram_id: the column holds Telegram's id and not our number
    is_quote: the column is a text that may contain Telegram's id; it may be about others too, so
        it is not handed out
    """

    column: Column[Any]
    erased: tuple[Column[Any], ...] = ()
    is_telegram_id: bool = False
    is_quote: bool = False

    @property
    def table(self) -> Table:
        """Where the column is."""
        table: Table = self.column.table
        return table


# Every column that refers to a person; tests/analytics/test_people.py fails when one is missing.
# The person's own row is last, because the others are found through it.
TRACES = (
    Trace(column=events.c.user_number, erased=(events.c.user_number, events.c.text)),
    # A private chat has the id of its person.
    Trace(column=events.c.chat_id, erased=(events.c.chat_id, events.c.text), is_telegram_id=True),
    Trace(column=chats.c.chat_id, is_telegram_id=True),
    Trace(column=user_activity.c.user_id),
    # The accounts must still add up, so the amount stays and the name goes.
    Trace(column=payments.c.user_number, erased=(payments.c.user_number,)),
    # A queued download ends with its row: nobody waits for it any more.
    Trace(column=downloads.c.user_number),
    Trace(column=downloads.c.chat_id, is_telegram_id=True),
    Trace(column=subscriptions.c.user_number, erased=(subscriptions.c.user_number,)),
    Trace(column=quiz_answers.c.telegram_id, is_telegram_id=True),
    Trace(column=quiz_runs.c.starter_number, erased=(quiz_runs.c.starter_number,)),
    Trace(column=quiz_runs.c.chat_id, erased=(quiz_runs.c.chat_id,), is_telegram_id=True),
    Trace(
        column=completions.c.user_number,
        erased=(completions.c.user_number, completions.c.chat_id, completions.c.message_id),
    ),
    Trace(column=completions.c.chat_id, erased=(completions.c.chat_id,), is_telegram_id=True),
    Trace(
        column=conversations.c.user_number,
        # What another program calls it may say whose it is.
        erased=(
            conversations.c.user_number,
            conversations.c.chat_id,
            conversations.c.tracked_as,
        ),
    ),
    Trace(column=conversations.c.chat_id, erased=(conversations.c.chat_id,), is_telegram_id=True),
    # An admin is a person, too.
    Trace(
        column=alert_history.c.acked_by, erased=(alert_history.c.acked_by,), is_telegram_id=True
    ),
    Trace(column=silences.c.created_by, erased=(silences.c.created_by,), is_telegram_id=True),
    Trace(
        column=alert_rules.c.updated_by, erased=(alert_rules.c.updated_by,), is_telegram_id=True
    ),
    Trace(column=web_sessions.c.telegram_id, is_telegram_id=True),
    Trace(column=shares.c.created_by, erased=(shares.c.created_by,), is_telegram_id=True),
    Trace(column=alert_outbox.c.lane, is_quote=True),
    # Nobody can tell what else such a text says about the person, so the whole row goes.
    Trace(column=errors.c.message, is_quote=True),
    Trace(column=errors.c.traceback, is_quote=True),
    Trace(column=quarantined_updates.c.payload, is_quote=True),
    Trace(column=interrupted_updates.c.payload, is_quote=True),
    Trace(column=users.c.telegram_id, is_telegram_id=True),
)


class Sets(Protocol):
    """Sets of people's numbers, on disk and in memory."""

    async def erase(self, connection: AsyncConnection, number: int) -> None:
        """Take one person out of those on disk."""
        ...

    def drop(self, number: int) -> None:
        """Take one person out of those in memory."""
        ...


class People:
    """Answers "what do you know about me?" and "forget me".

    before: writes what still waits in memory, so that nothing arrives after the deletion
    after: drops from memory what is remembered there about a person
    sets: what a person is taken out of, too
    """

    def __init__(  # noqa: PLR0913  each has a sensible default
        self,
        database: Database,
        before: Callable[[], Awaitable[None]],
        bus: Bus,
        clock: Clock = utc_now,
        after: Callable[[int], object] = lambda _: None,
        *,
        sets: Sets | None = None,
    ) -> None:
        self._database = database
        self._after = after
        self._before = before
        self._bus = bus
        self._clock = clock
        self._sets = sets
        self.languages = Languages(database)

    async def export(self, telegram_id: int) -> dict[str, Any]:
        """Every row about this person, by table, ready for JSON; times are ISO 8601 in UTC.

        Of errors and updates set aside only when and what, not the text that quotes the person.
        """
        await self._before()
        async with self._database.read("people.export") as connection:
            keys = await _keys(connection, telegram_id)
            tables = {
                str(table.name): await _rows(connection, table, keys)
                for table in dict.fromkeys(trace.table for trace in TRACES)
            }
        return {
            "telegram_id": telegram_id,
            "exported_at": self._clock().isoformat(),
            "tables": tables,
        }

    async def forget(self, telegram_id: int) -> int:
        """Delete or anonymise every row about this person; how many changes that took.

        Publishes UserForgotten if there were any.
        """
        await self._before()
        async with self._database.write("people.forget", durable=True) as connection:
            keys = await _keys(connection, telegram_id)
            if self._sets and keys.number is not None:  # while the rows say where to look
                await self._sets.erase(connection, keys.number)
            rows = sum([await _erase(connection, trace, keys) for trace in TRACES])
        if self._sets and keys.number is not None:
            self._sets.drop(keys.number)
        self.languages.drop(telegram_id)
        self._after(telegram_id)
        if rows:
            self._bus.publish(UserForgotten(at=self._clock()))
        return rows


@dataclass(frozen=True, slots=True)
class _Keys:
    telegram_id: int
    number: int | None


async def _keys(connection: AsyncConnection, telegram_id: int) -> _Keys:
    query = select(users.c.number).where(users.c.telegram_id == telegram_id)
    return _Keys(telegram_id, await connection.scalar(query))


def _matches(trace: Trace, keys: _Keys) -> ColumnElement[bool]:
    if trace.is_quote:
        # The plain search is quick, and leaves few rows to the exact one.
        rough = trace.column.contains(str(keys.telegram_id))
        return and_(rough, trace.column.regexp_match(pattern(keys.telegram_id)))
    key = keys.telegram_id if trace.is_telegram_id else keys.number
    # A comparison with None would become IS NULL, which is everybody already forgotten.
    return false() if key is None else trace.column == key


async def _erase(connection: AsyncConnection, trace: Trace, keys: _Keys) -> int:
    where = _matches(trace, keys)
    if trace.erased:
        nothing = dict.fromkeys(trace.erased)
        result = await connection.execute(update(trace.table).where(where).values(nothing))
    else:
        result = await connection.execute(delete(trace.table).where(where))
    return int(result.rowcount)


async def _rows(connection: AsyncConnection, table: Table, keys: _Keys) -> list[dict[str, Any]]:
    traces = [trace for trace in TRACES if trace.table is table]
    quotes = {trace.column for trace in traces if trace.is_quote}
    query = select(*(column for column in table.c if column not in quotes))
    mine = or_(*(_matches(trace, keys) for trace in traces))
    found = await connection.execute(query.where(mine).order_by(*table.primary_key))
    return [_plain(row) for row in found.mappings()]


def _plain(row: RowMapping) -> dict[str, Any]:
    # SQLAlchemy's names are a kind of str that orjson does not take as a key.
    return {str(name): _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return from_milliseconds(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
