"""The outbox table, as the sender sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import RowMapping, Select, Update, exists, select, update

from bot.alerts import text
from bot.alerts.parcels import Parcel, Waiting
from bot.alerts.records import alert_of
from bot.database.alert_tables import alert_history, alert_outbox
from bot.database.engine import Database

ERROR = 500

row = alert_outbox.c
sent = alert_outbox.alias("sent")


class Shelf:
    """Reads what waits and marks what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> list[Waiting]:
        """Every notice that is neither sent nor given up, oldest first."""
        async with self._database.read("alerts.waiting") as connection:
            rows = (await connection.execute(_waiting())).mappings().all()
        return [Waiting(**found) for found in rows]

    async def announcement(self, history_id: int) -> dict[int, str]:
        """What the message that first told of a firing should say by now; empty without one."""
        first = (
            select(row.message_id)
            .where(row.history_id == history_id, row.kind != "resolved")
            .where(row.message_id > 0)  # 0: sent, but nobody knows its number
            .order_by(row.id)
            .limit(1)
        )
        async with self._database.read("alerts.announcement") as connection:
            message_id = (await connection.execute(first)).scalar()
            if message_id is None:
                return {}
            parts = (await connection.execute(_said_in(message_id))).mappings().all()
        return {message_id: "\n\n".join(_part(part) for part in parts)}

    async def mark_sent(self, parcel: Parcel, message_id: int, now: int) -> None:
        """*parcel* arrived; on disk when this returns, because a lost mark repeats the message."""
        told = [notice.id for notice in parcel.notices]
        async with self._database.write("alerts.sent", durable=True) as connection:
            await connection.execute(_those(parcel.ids).values(sent_at=now, error=None))
            await connection.execute(_those(told).values(message_id=message_id))

    async def mark_failed(self, notices: Sequence[Waiting], error: str, now: int) -> None:
        """*notices* are given up."""
        ids = [notice.id for notice in notices]
        async with self._database.write("alerts.failed", durable=True) as connection:
            await connection.execute(_those(ids).values(failed_at=now, error=error[:ERROR]))

    async def mark_retried(self, parcel: Parcel, error: str, next_attempt_at: int) -> None:
        """*parcel* did not arrive yet."""
        values = {"attempts": parcel.attempts + 1, "next_attempt_at": next_attempt_at}
        async with self._database.write("alerts.retried") as connection:
            await connection.execute(_those(parcel.ids).values(error=error[:ERROR], **values))


def _waiting() -> Select[tuple[object, ...]]:
    is_heard = exists().where(sent.c.history_id == row.history_id, sent.c.sent_at.is_not(None))
    own = [row[name] for name in Waiting.__slots__ if name in row]
    return (
        select(*own, alert_history.c.severity, is_heard.label("is_heard"))
        .join(alert_history, alert_history.c.id == row.history_id)
        .where(row.sent_at.is_(None), row.failed_at.is_(None))
        .order_by(row.id)
    )


def _said_in(message_id: int) -> Select[tuple[object, ...]]:
    return (
        select(row.kind, row.text, alert_history)
        .join(alert_history, alert_history.c.id == row.history_id)
        .where(row.message_id == message_id)
        .order_by(row.id)
    )


def _part(part: RowMapping) -> str:
    alert = alert_of(part)
    if part[row.kind] == "resolved" or alert.resolved_at is None:
        return str(part[row.text])
    return f"{part[row.text]}\n{text.ended(alert)}"


def _those(ids: Iterable[int]) -> Update:
    return update(alert_outbox).where(row.id.in_(ids))
