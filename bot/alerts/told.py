"""The messages that told of an alert, as they should look by now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.display import Part, composed
from bot.alerts.notifier import Buttons
from bot.alerts.records import alert_of, unended
from bot.alerts.silences import Silence
from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.database.alert_tables import alert_history, alert_outbox
from bot.database.engine import Database
from bot.database.tables import users

# Of the messages about a firing that went on for days, the first and the last ones are looked at.
LAST = 3

TermsOf = Callable[[str], Terms | None]

row = alert_outbox.c


def unknown(_rule: str) -> Terms | None:
    """Terms where nobody knows the rules."""
    return None


class Told:
    """Reads back what *lane* was told.  terms_of: a rule's labels, which silences may name"""

    def __init__(self, database: Database, lane: str, zone: tzinfo, terms_of: TermsOf) -> None:
        self._database = database
        self._lane = lane
        self._zone = zone
        self._terms_of = terms_of

    async def messages(self, history_id: int, now: datetime) -> dict[int, tuple[str, Buttons]]:
        """Text and buttons by number, of the messages that told of the firing *history_id*."""
        shown = {}
        async with self._database.read("alerts.told") as connection:
            silences = await unended(connection, now)
            for number in await self._numbers(connection, history_id):
                rows = (await connection.execute(self._said_in(number))).mappings().all()
                parts = [self._part(said, silences, now) for said in rows]
                shown[number] = composed(parts, self._zone)
        return shown

    async def _numbers(self, connection: AsyncConnection, history_id: int) -> list[int]:
        query = (
            select(row.message_id)
            .where(row.lane == self._lane, row.history_id == history_id, row.kind != "resolved")
            .where(row.message_id > 0)  # 0: sent, but nobody knows its number
            .order_by(row.id)
        )
        numbers = (await connection.execute(query)).scalars().all()
        return list(dict.fromkeys((*numbers[:1], *numbers[-LAST:])))

    def _said_in(self, number: int) -> Select[tuple[object, ...]]:
        name = func.coalesce(users.c.name, users.c.username).label("admin")
        return (
            select(row.kind, row.text, name, alert_history)
            .join(alert_history, alert_history.c.id == row.history_id)
            .outerjoin(users, users.c.telegram_id == alert_history.c.acked_by)
            .where(row.lane == self._lane, row.message_id == number)
            .order_by(row.id)
        )

    def _part(self, said: RowMapping, silences: Sequence[Silence], now: datetime) -> Part:
        alert = alert_of(said)
        terms = self._terms_of(alert.rule) or Terms(name=alert.rule, severity=alert.severity)
        ends = [silence.ends_at for silence in silences if silence.covers(terms, now)]
        return Part(
            kind=said[row.kind],
            said=said[row.text],
            alert=alert,
            acked_by=said["admin"] or _actor(alert),
            quiet_until=max(ends, default=None),
        )


def _actor(alert: Alert) -> str:
    if alert.acked_token:
        return f"the token {alert.acked_token}"
    return f"admin {alert.acked_by}" if alert.acked_by else "an admin"
