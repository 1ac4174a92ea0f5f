"""The alert tables: states, history and outbox.  All the SQL of writing them is here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.states import Alert, Notice, State
from bot.clock import from_milliseconds, to_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox, alert_state


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What one check did to one rule.

    alert: the firing it is about, None where there is none
    notice, text: what to tell the admin; message_id: the message in which it was told already
    """

    before: State
    after: State
    alert: Alert | None = None
    notice: Notice | None = None
    text: str = ""
    message_id: int | None = None

    @property
    def is_fired(self) -> bool:
        """Whether a firing began."""
        return self.before.alert is None and self.after.alert is not None

    @property
    def is_resolved(self) -> bool:
        """Whether a firing ended."""
        return self.before.alert is not None and self.after.alert is None


async def load(connection: AsyncConnection) -> dict[str, State]:
    """Every rule's state, by the rule's name."""
    query = select(alert_state, alert_history).select_from(
        alert_state.outerjoin(alert_history, alert_state.c.history_id == alert_history.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return {row[alert_state.c.rule]: _state(row) for row in rows}


async def apply(connection: AsyncConnection, change: Change, at: datetime) -> State:
    """Write *change*; its state with the number that a new firing was given."""
    alert = await _save_alert(connection, change.alert) if change.alert else None
    after = replace(change.after, alert=alert) if change.after.alert else change.after
    await _save_state(connection, after)
    if alert and change.notice:
        await _enqueue(connection, alert.id, change, at)
    return after


async def _save_alert(connection: AsyncConnection, alert: Alert) -> Alert:
    if alert.id:
        where = alert_history.c.id == alert.id
        values = {
            "resolved_at": _or_none(alert.resolved_at),
            "is_announced": alert.is_announced,
        }
        await connection.execute(update(alert_history).where(where).values(values))
        return alert
    values = {name: getattr(alert, name) for name in Alert.__slots__ if name != "id"}
    values |= {"fired_at": to_milliseconds(alert.fired_at), "resolved_at": None}
    query = insert(alert_history).values(values).returning(alert_history.c.id)
    return replace(alert, id=(await connection.execute(query)).scalar_one())


async def _save_state(connection: AsyncConnection, state: State) -> None:
    values = {
        "state": state.phase,
        "since_at": to_milliseconds(state.since),
        "checks": state.checks,
        "history_id": state.alert.id if state.alert else None,
        "notified_at": _or_none(state.notified_at),
    }
    where = alert_state.c.rule == state.rule
    result = await connection.execute(update(alert_state).where(where).values(values))
    if not result.rowcount:
        await connection.execute(insert(alert_state).values(rule=state.rule, **values))


async def _enqueue(
    connection: AsyncConnection, alert_id: int, change: Change, at: datetime
) -> None:
    now = to_milliseconds(at)
    await connection.execute(
        insert(alert_outbox).values(
            history_id=alert_id,
            kind=change.notice,
            text=change.text,
            created_at=now,
            next_attempt_at=now,
            sent_at=None if change.message_id is None else now,
            message_id=change.message_id,
        )
    )


def alert_of(row: RowMapping) -> Alert:
    """The firing in a row that has alert_history's columns."""
    column = alert_history.c
    values: dict[str, Any] = {name: row[column[name]] for name in Alert.__slots__}
    values["fired_at"] = from_milliseconds(row[column.fired_at])
    values["resolved_at"] = _moment(row[column.resolved_at])
    return Alert(**values)


def _state(row: RowMapping) -> State:
    column = alert_state.c
    return State(
        rule=row[column.rule],
        phase=row[column.state],
        since=from_milliseconds(row[column.since_at]),
        checks=row[column.checks],
        alert=alert_of(row) if row[column.history_id] else None,
        notified_at=_moment(row[column.notified_at]),
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


def _or_none(at: datetime | None) -> int | None:
    return None if at is None else to_milliseconds(at)
