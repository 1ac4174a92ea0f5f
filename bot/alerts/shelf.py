"""The outbox table, as the sender of one lane sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Update, and_, exists, func, or_, select, update

from bot.alerts.parcels import Parcel, Waiting
from bot.clock import from_milliseconds
from bot.database.alert_tables import alert_history, alert_outbox
from bot.database.engine import Database

ERROR = 500

row = alert_outbox.c
sent = alert_outbox.alias("sent")
# Neither sent nor given up.
waits = and_(row.sent_at.is_(None), row.failed_at.is_(None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a lane is doing.

    waiting_since: when its oldest undelivered notice was written; error: what held it back
    given_up: how many notices were given up after the last one that arrived
    last_given_up: why the last of them was
    """

    waiting_since: datetime | None
    error: str
    given_up: int
    last_given_up: str


class Shelf:
    """Reads what waits in *lane* and marks what became of it."""

    def __init__(self, database: Database, lane: str) -> None:
        self._database = database
        self._lane = row.lane == lane

    async def waiting(self) -> list[Waiting]:
        """Every notice that is neither sent nor given up, oldest first."""
        query = _waiting().where(self._lane)
        async with self._database.read("alerts.waiting") as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Waiting(**found) for found in rows]

    async def standing(self, after: int, unless: Collection[str]) -> Standing:
        """How the lane is doing; given up before *after* or for one of *unless* does not count."""
        oldest = select(func.min(row.created_at)).where(self._lane, waits)
        held = (
            select(row.error)
            .where(self._lane, waits, row.error.is_not(None))
            .order_by(row.id.desc())
            .limit(1)
        )
        arrived = select(func.coalesce(func.max(row.sent_at), 0)).where(self._lane)
        lost = (
            select(row.error)
            .where(self._lane, row.failed_at > arrived.scalar_subquery(), row.failed_at > after)
            .where(or_(row.error.is_(None), row.error.not_in(unless)))
            .order_by(row.failed_at)
        )
        async with self._database.read("alerts.standing") as connection:
            since = (await connection.execute(oldest)).scalar()
            error = (await connection.execute(held)).scalar()
            given_up = (await connection.execute(lost)).scalars().all()
        return Standing(
            waiting_since=None if since is None else from_milliseconds(since),
            error=error or "",
            given_up=len(given_up),
            last_given_up=(given_up[-1] or "") if given_up else "",
        )

    async def mark_sent(self, parcel: Parcel, message_id: int, now: int) -> None:
        """*parcel* arrived; on disk when this returns, because a lost mark repeats the message."""
        told = [notice.id for notice in parcel.notices]
        # failed_at: somebody may have taken it back while it was on its way.
        arrived = {"sent_at": now, "failed_at": None, "error": None}
        async with self._database.write("alerts.sent", durable=True) as connection:
            await connection.execute(_those(parcel.ids).values(arrived))
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


async def lanes_waiting(database: Database) -> set[str]:
    """The lanes in which something waits."""
    query = select(row.lane).where(waits).distinct()
    async with database.read("alerts.lanes") as connection:
        return set((await connection.execute(query)).scalars())


def _waiting() -> Select[tuple[object, ...]]:
    is_heard = exists().where(
        sent.c.history_id == row.history_id,
        sent.c.lane == row.lane,
        sent.c.sent_at.is_not(None),
    )
    own = [row[name] for name in Waiting.__slots__ if name in row]
    alert = alert_history.c
    return (
        select(
            *own,
            alert.severity,
            alert.rule,
            alert.acked_at.is_not(None).label("is_acked"),
            alert.resolved_at.is_not(None).label("is_over"),
            is_heard.label("is_heard"),
        )
        .join(alert_history, alert.id == row.history_id)
        .where(waits)
        .order_by(row.id)
    )


def _those(ids: Iterable[int]) -> Update:
    return update(alert_outbox).where(row.id.in_(ids))
