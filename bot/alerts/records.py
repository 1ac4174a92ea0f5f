"""The alert tables: states, history and outbox.  All the SQL of writing them is here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.herald import Heard, Notification
from bot.alerts.silences import Silence
from bot.alerts.states import Alert, State
from bot.alerts.terms import Reading, Terms
from bot.alerts.turns import Change, Readings
from bot.clock import from_milliseconds, to_milliseconds
from bot.database.alert_tables import (
    alert_history,
    alert_outbox,
    alert_readings,
    alert_state,
    silences,
)
from bot.database.statements import insert_into

# Columns of alert_history that hold one.
MOMENTS = ("pending_at", "fired_at", "resolved_at", "acked_at", "escalated_at")
# What a check may change of a saved alert; who acknowledged it is the desk's.
CHANGING = ("resolved_at", "details", "is_announced", "escalated_at", "unwatched_ms")
READINGS_KEPT = timedelta(days=7)
# Why a row of the outbox is never sent.
SILENCED = "silenced before it was sent"
ACKNOWLEDGED = "acknowledged before it was sent"

box = alert_outbox.c
WAITING = box.sent_at.is_(None) & box.failed_at.is_(None)
JOINED = select(alert_state, alert_history).select_from(
    alert_state.outerjoin(alert_history, alert_state.c.history_id == alert_history.c.id)
)
STATES = [column.name for column in alert_state.c]
ALERTS = [column.name for column in alert_history.c]


async def load(connection: AsyncConnection) -> dict[str, State]:
    """Every rule's state, by the rule's name."""
    states = [_state(row) for row in await connection.execute(JOINED)]
    return {state.rule: state for state in states}


async def save(
    connection: AsyncConnection, changes: Sequence[Change], at: datetime
) -> list[Change]:
    """Write *changes*; the same with the numbers that new firings were given."""
    saved = await _numbered(connection, changes)
    alerts = [change.alert for change in changes if change.alert and change.alert.id]
    if alerts:
        number = alert_history.c.id == bindparam("number")
        query = (
            update(alert_history)
            .where(number)
            .values({name: bindparam(name) for name in CHANGING})
        )
        await connection.execute(query, [_changed(alert) for alert in alerts])
    if saved:
        # What comes from nowhere is inserted, what is there already is overwritten.
        query = insert_into(connection.dialect.name, alert_state)
        kept = {name: query.excluded[name] for name in STATES if name != "rule"}
        query = query.on_conflict_do_update(index_elements=["rule"], set_=kept)
        await connection.execute(query, [_state_values(change.after, at) for change in saved])
    return saved


async def _numbered(connection: AsyncConnection, changes: Sequence[Change]) -> list[Change]:
    new = [change.alert for change in changes if change.alert and not change.alert.id]
    if not new:
        return list(changes)
    await connection.execute(insert(alert_history), [_alert_values(alert) for alert in new])
    # A rule has one open alert, so its name says which number is whose, in one statement for all.
    column = alert_history.c
    is_new = column.rule.in_({alert.rule for alert in new}) & column.resolved_at.is_(None)
    query = select(column.rule, func.max(column.id)).where(is_new).group_by(column.rule)
    numbers = {row[0]: row[1] for row in await connection.execute(query)}
    return [_with_number(change, numbers) for change in changes]


def _with_number(change: Change, numbers: Mapping[str, int]) -> Change:
    after, alert, now = change.after, change.alert, change.now
    if alert is None or alert.id:
        return change
    number = numbers[alert.rule]
    return replace(
        change,
        alert=replace(alert, id=number),
        now=now and replace(now, id=number),
        after=replace(after, alert=after.alert and replace(after.alert, id=number)),
    )


async def forget(connection: AsyncConnection, rules: Collection[str]) -> None:
    """Drop the states of *rules*, which are no more."""
    await connection.execute(delete(alert_state).where(alert_state.c.rule.in_(rules)))


async def touch(connection: AsyncConnection, rules: Collection[str], at: datetime) -> None:
    """*rules* were watched at *at*."""
    if rules:
        query = update(alert_state).where(alert_state.c.rule.in_(rules))
        await connection.execute(query.values(checked_at=to_milliseconds(at)))


async def note(connection: AsyncConnection, readings: Readings, at: datetime) -> None:
    """Keep what every rule saw, for seven days."""
    seen = {one.terms.name: _noted(one.terms, reading) for one, reading in readings}
    values = {"at": to_milliseconds(at), "readings": msgspec.json.encode(seen).decode()}
    query = insert_into(connection.dialect.name, alert_readings).values(values)
    same = {"readings": query.excluded.readings}
    await connection.execute(query.on_conflict_do_update(index_elements=["at"], set_=same))
    old = alert_readings.c.at < to_milliseconds(at - READINGS_KEPT)
    await connection.execute(delete(alert_readings).where(old))


def _noted(terms: Terms, reading: Reading) -> tuple[object, ...]:
    seen = (reading.value, reading.threshold)
    return (*seen, terms.question) if terms.question else seen


async def enqueue(
    connection: AsyncConnection, notifications: Iterable[Notification], at: datetime
) -> None:
    """Put *notifications* into the outbox, and there are those that were delivered already."""
    now = to_milliseconds(at)
    rows = [
        {
            "history_id": one.history_id,
            "lane": one.lane,
            "kind": one.kind,
            "text": one.text,
            "created_at": now,
            "next_attempt_at": now,
            "sent_at": None if one.message_id is None else now,
            "message_id": one.message_id,
        }
        for one in notifications
    ]
    if rows:
        await connection.execute(insert(alert_outbox), rows)


async def heard(connection: AsyncConnection, ids: Collection[int]) -> Heard:
    """Which notices about the alerts *ids* arrived, and in which lanes."""
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    if ids:
        is_sent = box.history_id.in_(ids) & box.sent_at.is_not(None)
        query = select(box.history_id, box.lane, box.kind).where(is_sent).distinct()
        for number, lane, kind in await connection.execute(query):
            found[number].add((lane, kind))
    return found


async def withdraw(connection: AsyncConnection, ids: Collection[int], at: datetime) -> bool:
    """Take back what waits to be told about the alerts *ids*; whether there was anything.

    They count as never told, so that they are told when nothing holds them back any more.
    """
    those = box.history_id.in_(ids) & WAITING & (box.kind != "resolved")
    query = select(box.history_id, box.kind).where(those)
    found = (await connection.execute(query)).all() if ids else []
    if not found:
        return False
    await _give_up(connection, those, SILENCED, at)
    untold = {number for number, kind in found if kind != "escalation"}
    await _change(connection, untold, is_announced=False)
    unescalated = {number for number, kind in found if kind == "escalation"}
    await _change(connection, unescalated, escalated_at=None)
    return True


async def quiet(connection: AsyncConnection, history_id: int, at: datetime) -> None:
    """Take back what waits to urge somebody who has acknowledged the alert by now."""
    urges = box.kind.in_(("reminder", "escalation"))
    those = (box.history_id == history_id) & WAITING & urges
    await _give_up(connection, those, ACKNOWLEDGED, at)


async def _change(connection: AsyncConnection, ids: Collection[int], **values: object) -> None:
    if ids:
        query = update(alert_history).where(alert_history.c.id.in_(ids))
        await connection.execute(query.values(**values))


async def _give_up(
    connection: AsyncConnection, those: ColumnElement[bool], why: str, at: datetime
) -> None:
    values = {"failed_at": to_milliseconds(at), "error": why}
    await connection.execute(update(alert_outbox).where(those).values(values))


def _alert_values(alert: Alert) -> dict[str, Any]:
    values = {name: getattr(alert, name) for name in ALERTS if name != "id"}
    return values | {name: _or_none(values[name]) for name in MOMENTS}


def _changed(alert: Alert) -> dict[str, Any]:
    values = _alert_values(alert)
    return {"number": alert.id, **{name: values[name] for name in CHANGING}}


def _state_values(state: State, at: datetime) -> dict[str, Any]:
    return {
        "rule": state.rule,
        "state": state.phase,
        "since_at": to_milliseconds(state.since),
        "checks": state.checks,
        "history_id": state.alert.id if state.alert else None,
        "notified_at": _or_none(state.notified_at),
        "checked_at": to_milliseconds(at),
        "flips": ",".join(str(to_milliseconds(flip)) for flip in state.flips),
        "flapping_since": _or_none(state.flapping_since),
        "silenced_at": _or_none(state.silenced_at),
        "unheeded_at": _or_none(state.unheeded_at),
    }


def alert_of(row: RowMapping) -> Alert:
    """The firing in a row that has alert_history's columns."""
    return _alert({name: row[alert_history.c[name]] for name in ALERTS})


def _alert(values: dict[str, Any]) -> Alert:
    return Alert(**values | {name: _moment(values[name]) for name in MOMENTS})


def _state(row: Row[Any]) -> State:
    # By place, because looking up each column by name costs more than all the rest.
    state = dict(zip(STATES, row, strict=False))
    alert = row[len(STATES) :]
    return State(
        rule=state["rule"],
        phase=state["state"],
        since=from_milliseconds(state["since_at"]),
        checks=state["checks"],
        alert=_alert(dict(zip(ALERTS, alert, strict=True))) if state["history_id"] else None,
        notified_at=_moment(state["notified_at"]),
        checked_at=_moment(state["checked_at"]),
        flips=tuple(from_milliseconds(int(flip)) for flip in state["flips"].split(",") if flip),
        flapping_since=_moment(state["flapping_since"]),
        silenced_at=_moment(state["silenced_at"]),
        unheeded_at=_moment(state["unheeded_at"]),
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


def _or_none(at: datetime | None) -> int | None:
    return None if at is None else to_milliseconds(at)


async def unended(connection: AsyncConnection, at: datetime) -> list[Silence]:
    """Silences that hold or are to come, the one that ends first in front."""
    column = silences.c
    query = select(silences).where(column.ends_at > to_milliseconds(at))
    rows = await connection.execute(query.order_by(column.ends_at, column.id))
    return [silence_of(row) for row in rows.mappings()]


def silence_of(row: RowMapping) -> Silence:
    """The silence in a row of its table."""
    column = silences.c
    return Silence(
        id=row[column.id],
        key=row[column.key],
        value=row[column.value],
        starts_at=from_milliseconds(row[column.starts_at]),
        ends_at=from_milliseconds(row[column.ends_at]),
        reason=row[column.reason],
        created_by=row[column.created_by],
        created_token=row[column.created_token],
    )
