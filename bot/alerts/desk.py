"""The admins' desk: they acknowledge alerts, ask for silence, and end it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts import records
from bot.alerts.actor import By, written
from bot.alerts.silences import Silence
from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.alerts.told import TermsOf, unknown
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.alert_tables import alert_history, silences
from bot.database.engine import Database
from bot.database.locks import ALERTS, alone

REASON = 200

row = silences.c


class Desk:
    """Each answer is on disk before it is given.

    terms_of: a rule's labels, which silences may name; without them a silence of a label takes
    back what waits to be told only at the next check
    """

    def __init__(
        self, database: Database, clock: Clock = utc_now, terms_of: TermsOf = unknown
    ) -> None:
        self._database = database
        self._clock = clock
        self._terms_of = terms_of

    async def acknowledge(self, history_id: int, by: By) -> Alert | None:
        """The alert, which *by* takes care of from now on; None when there is none or it is over.

        For this epoch only; who acknowledges what somebody has acknowledged changes nothing.
        """
        now, column = self._clock(), alert_history.c
        is_open = (column.id == history_id) & column.resolved_at.is_(None)
        values = {"acked_at": to_milliseconds(now), **written("acked", by)}
        change = update(alert_history).where(is_open, column.acked_at.is_(None)).values(values)
        async with self._database.write("alerts.acknowledge", durable=True) as connection:
            await alone(connection, ALERTS)
            await connection.execute(change)
            found = await connection.execute(select(alert_history).where(is_open))
            alert = found.mappings().one_or_none()
            if alert:
                await records.quiet(connection, history_id, now)
        return records.alert_of(alert) if alert else None

    async def silence(  # noqa: PLR0913  what a silence is made of
        self,
        key: str | None,
        value: str | None,
        seconds: float,
        reason: str,
        by: By | None,
        *,
        starts_at: datetime | None = None,
    ) -> Silence:
        """For *seconds*, from now or then on, nothing of what *key* and *value* name is told."""
        now = self._clock()
        begin = starts_at or now
        silence = Silence(
            key=key,
            value=value,
            starts_at=begin,
            ends_at=begin + timedelta(seconds=seconds),
            reason=reason[:REASON],
            created_by=None if isinstance(by, str) else by,
            created_token=by if isinstance(by, str) else None,
        )
        values = {
            **{name: getattr(silence, name) for name in ("key", "value", "reason")},
            **written("created", by),
            "starts_at": to_milliseconds(silence.starts_at),
            "ends_at": to_milliseconds(silence.ends_at),
            "created_at": to_milliseconds(now),
        }
        query = insert(silences).values(values).returning(row.id)
        async with self._database.write("alerts.silence", durable=True) as connection:
            await alone(connection, ALERTS)
            number = (await connection.execute(query)).scalar_one()
            if begin <= now:
                await self._take_back(connection, silence, now)
        return replace(silence, id=number)

    async def end_silence(self, silence_id: int) -> Silence | None:
        """The silence as it ended; None when there is none or it is over."""
        now = to_milliseconds(self._clock())
        is_it = (row.id == silence_id) & (row.ends_at > now)
        change = update(silences).where(is_it).values(ends_at=now).returning(silences)
        async with self._database.write("alerts.end_silence", durable=True) as connection:
            found = (await connection.execute(change)).mappings().one_or_none()
        return records.silence_of(found) if found else None

    async def silences(self) -> list[Silence]:
        """Those that hold or are to come, the one that ends first in front."""
        async with self._database.read("alerts.silences") as connection:
            return await records.unended(connection, self._clock())

    async def _take_back(
        self, connection: AsyncConnection, silence: Silence, now: datetime
    ) -> None:
        """What waits to be told must not be told either."""
        query = select(alert_history.c.id, alert_history.c.rule, alert_history.c.severity)
        found = await connection.execute(query.where(alert_history.c.resolved_at.is_(None)))
        silenced = [
            number
            for number, rule, severity in found
            if silence.names(self._terms_of(rule) or Terms(name=rule, severity=severity))
        ]
        await records.withdraw(connection, silenced, now)
