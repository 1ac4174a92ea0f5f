"""Who is on which plan: asked by every feature, so the answer never waits long."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, RowMapping, and_, or_, select
from sqlalchemy.exc import SQLAlchemyError

from bot.billing.bounded import within
from bot.clock import Clock, from_milliseconds, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import subscriptions
from bot.database.tables import users
from bot.plans import Plan, Plans

# Telegram charges for a renewal about when the month ends, and tells it a little later.
GRACE = timedelta(hours=1)
READ_SECONDS = 2.0
PEOPLE_REMEMBERED = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """What a person has paid for, and until when.

    plan: its name, which the plans file may not know any more; stars: of the last charge
    renews: Telegram will charge again at expires_at; can_resume: it would, had the person not
        stopped it
    """

    id: int
    plan: str
    stars: int
    is_recurring: bool
    renews: bool
    can_resume: bool
    first_charge_id: str
    last_charge_id: str
    expires_at: datetime

    def is_running(self, now: datetime) -> bool:
        """Whether the person has it at *now*; a renewal may be told a little late."""
        return now < self.expires_at + (GRACE if self.renews else timedelta())


def renewing() -> ColumnElement[bool]:
    """Rows that Telegram will charge for again, as far as we know."""
    table = subscriptions.c
    return table.is_recurring & table.cancelled_at.is_(None) & table.end.is_(None)


def running(now: datetime) -> ColumnElement[bool]:
    """Rows that give their person a plan at *now*: Subscription.is_running() for databases."""
    table = subscriptions.c
    late = to_milliseconds(now - GRACE)
    return and_(
        table.ended_at.is_(None),
        or_(table.expires_at > to_milliseconds(now), renewing() & (table.expires_at > late)),
    )


def subscription_of(row: RowMapping) -> Subscription:
    """A row of the table as the rest of the room knows it."""
    may_renew = row["is_recurring"] and row["end"] is None
    return Subscription(
        id=row["id"],
        plan=row["plan"],
        stars=row["stars"],
        is_recurring=row["is_recurring"],
        renews=may_renew and row["cancelled_at"] is None,
        can_resume=may_renew and row["cancelled_at"] is not None,
        first_charge_id=row["first_charge_id"],
        last_charge_id=row["last_charge_id"],
        expires_at=from_milliseconds(row["expires_at"]),
    )


class Subscriptions:
    """Reads what payments gave.

    seconds: how long held() and plan_of() wait for the database
    """

    def __init__(
        self,
        database: Database,
        plans: Plans,
        clock: Clock = utc_now,
        seconds: float = READ_SECONDS,
    ) -> None:
        self._database = database
        self._plans = plans
        self._clock = clock
        self._seconds = seconds
        self._known: OrderedDict[int, tuple[Subscription, ...]] = OrderedDict()

    async def plan_of(self, user_id: int) -> Plan:
        """The best plan that this person has paid for and still has; else the free one."""
        held = await self.held(user_id)
        return self._plans.plan[max((self._plans.rank(one.plan) for one in held), default=0)]

    async def held(self, user_id: int) -> tuple[Subscription, ...]:
        """As of(), but soon: while the database is away, what was last known of the person."""
        try:
            return await within(self._seconds, self.of(user_id))
        except (SQLAlchemyError, OSError) as exc:  # a TimeoutError is an OSError
            log.warning("plan from memory", error=type(exc).__name__)
        now = self._clock()
        return tuple(one for one in self._known.get(user_id, ()) if one.is_running(now))

    async def of(self, user_id: int) -> tuple[Subscription, ...]:
        """What this person has now, the best plan first; raises what the database raises."""
        table = subscriptions.join(users, users.c.number == subscriptions.c.user_number)
        mine = (users.c.telegram_id == user_id) & running(self._clock())
        query = select(subscriptions).select_from(table).where(mine)
        async with self._database.read("subscriptions.of") as connection:
            rows = (await connection.execute(query)).mappings().all()
        held = sorted(map(subscription_of, rows), key=self._worth, reverse=True)
        self._remember(user_id, tuple(held))
        return tuple(held)

    def forget(self, user_id: int) -> None:
        """Remember nothing of this person."""
        self._known.pop(user_id, None)

    def _worth(self, one: Subscription) -> Any:
        return self._plans.rank(one.plan), one.expires_at, one.id

    def _remember(self, user_id: int, held: tuple[Subscription, ...]) -> None:
        self._known.pop(user_id, None)
        if held:  # nobody needs to be remembered for having nothing
            self._known[user_id] = held
        if len(self._known) > PEOPLE_REMEMBERED:
            self._known.popitem(last=False)
