"""Expiry: what was paid for ends, once, and the person hears of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select, update

from bot.analytics.bus import Bus
from bot.analytics.features.billing import (
    PaymentFailed,
    SubscriptionCancelled,
    SubscriptionExpired,
)
from bot.billing.account import AccountError, Voice
from bot.billing.subscriptions import Subscription, running, subscription_of
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import subscriptions
from bot.database.tables import users
from bot.plans import OTHER, Plans

AT_ONCE = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription whose time is over.  user_id: None when the person asked to be forgotten.

    end: why it will not go on, known before; "" otherwise
    """

    subscription: Subscription
    user_id: int | None
    end: str


class Expiry:
    """Ends subscriptions.

    find: looks for renewals that Telegram did not tell; whether it has seen all
    """

    def __init__(  # noqa: PLR0913  its parts
        self,
        *,
        database: Database,
        plans: Plans,
        bus: Bus,
        voice: Voice,
        find: Callable[[], Awaitable[bool]],
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._plans = plans
        self._bus = bus
        self._voice = voice
        self._find = find
        self._clock = clock

    async def run(self) -> None:
        """End what is over, at most 500 a run; the state changes before anybody is told.

        A renewing one ends only when Telegram's account has no further charge either.
        """
        due = await self._due()
        if any(one.subscription.renews for one in due):
            due = await self._after_a_look(due)
        now = self._clock()
        for one in due:
            if await self._ended(one, now):
                self._publish(one, now)
                await self._tell(one)

    async def _after_a_look(self, due: list[Due]) -> list[Due]:
        try:
            if await self._find():
                return await self._due()
        except AccountError as exc:
            log.warning("renewals cannot be looked for; they wait", reason=str(exc))
        return [one for one in due if not one.subscription.renews]

    async def _due(self) -> list[Due]:
        table = subscriptions.c
        people = subscriptions.outerjoin(users, users.c.number == table.user_number)
        is_over = table.ended_at.is_(None) & ~running(self._clock())
        query = select(subscriptions, users.c.telegram_id).select_from(people).where(is_over)
        oldest = query.order_by(table.expires_at).limit(AT_ONCE)
        async with self._database.read("expiry.due") as connection:
            rows = (await connection.execute(oldest)).mappings().all()
        return [Due(subscription_of(row), row["telegram_id"], row["end"] or "") for row in rows]

    async def _ended(self, one: Due, now: datetime) -> bool:
        """Whether it ended now; a charge, or another process, may have been quicker."""
        table = subscriptions.c
        mine = (table.id == one.subscription.id) & table.ended_at.is_(None) & ~running(now)
        values = {"ended_at": to_milliseconds(now), "end": _end(one)}
        async with self._database.write("expiry.end", durable=True) as connection:
            change = update(subscriptions).where(mine).values(values)
            return bool((await connection.execute(change)).rowcount)

    def _publish(self, one: Due, now: datetime) -> None:
        known = self._plans.get(one.subscription.plan)
        plan, end = known.name if known else OTHER, _end(one)
        if end == "failed" and one.user_id is not None:
            failed = PaymentFailed(at=now, user_id=one.user_id, plan=plan, reason="renewal")
            self._bus.publish(failed)
        self._bus.publish(SubscriptionExpired(at=now, user_id=one.user_id, plan=plan))
        if kind := {"failed": "failed", "cancelled": "voluntary"}.get(end):
            self._bus.publish(
                SubscriptionCancelled(at=now, user_id=one.user_id, plan=plan, kind=kind)
            )

    async def _tell(self, one: Due) -> None:
        if one.user_id is None:
            return
        known = self._plans.get(one.subscription.plan)
        title = known.title if known else one.subscription.plan
        await self._voice.expired(one.user_id, title, was_wanted=_end(one) == "failed")


def _end(one: Due) -> str:
    """Why it ends, as the table has it."""
    if one.end:
        return one.end
    if not one.subscription.is_recurring:
        return "expired"
    return "failed" if one.subscription.renews else "cancelled"
