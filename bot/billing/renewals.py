"""Renewals: Telegram stops them, or goes on with them, when the person or the ledger says so."""

from __future__ import annotations

import structlog
from sqlalchemy import ColumnElement, or_, select, update

from bot.billing.account import Account, AccountError
from bot.billing.entitlement import UNWANTED
from bot.billing.subscriptions import Subscription, renewing, subscription_of
from bot.clock import Clock, to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import subscriptions
from bot.database.tables import users

AT_ONCE = 100

log = structlog.get_logger(__name__)


class Renewals:
    """`cancelled_at` says that Telegram knows: it is written after Telegram agreed.

    A crash in between costs the person nothing: Telegram charges no more, and asking again is
    harmless.
    """

    def __init__(self, database: Database, account: Account, clock: Clock = utc_now) -> None:
        self._database = database
        self._account = account
        self._clock = clock

    async def stop(self, user_id: int, subscription: Subscription) -> None:
        """No charge after the time that is paid for; raises AccountError."""
        await self._ask(user_id, subscription, is_wanted=False)
        await self._mark(subscription.id, to_milliseconds(self._clock()))

    async def resume(self, user_id: int, subscription: Subscription) -> None:
        """Let the person have it renewed after all; raises AccountError.

        Telegram charges again only after they have switched it on in its own settings.
        """
        await self._ask(user_id, subscription, is_wanted=True)
        await self._mark(subscription.id, None)

    async def stop_all(self, user_id: int) -> None:
        """No further charge of this person, for whatever it is; raises AccountError.

        Of what is no longer wanted, too: nobody could find the person's renewals afterwards.
        """
        for _, subscription in await self._chargeable(users.c.telegram_id == user_id):
            try:
                await self.stop(user_id, subscription)
            except AccountError as exc:
                if subscription.renews or not exc.permanent:
                    raise
                await self._mark(subscription.id, to_milliseconds(self._clock()))

    async def stop_unwanted(self) -> None:
        """Stop what was replaced or refunded; what Telegram cannot do now waits for a next run."""
        for user_id, subscription in await self._chargeable(subscriptions.c.end.in_(UNWANTED)):
            try:
                await self.stop(user_id, subscription)
            except AccountError as exc:
                log.warning("renewal not stopped", reason=str(exc), charge=subscription.id)
                if exc.permanent:  # it has ended at Telegram, too
                    await self._mark(subscription.id, to_milliseconds(self._clock()))

    async def _chargeable(self, which: ColumnElement[bool]) -> list[tuple[int, Subscription]]:
        """Those that Telegram charges for, as far as we know, and whom."""
        table = subscriptions.c
        charged = or_(renewing(), table.end.in_(UNWANTED) & table.cancelled_at.is_(None))
        people = subscriptions.join(users, users.c.number == table.user_number)
        query = select(subscriptions, users.c.telegram_id).select_from(people)
        query = query.where(table.is_recurring & charged & which)
        async with self._database.read("renewals.chargeable") as connection:
            rows = (await connection.execute(query.limit(AT_ONCE))).mappings().all()
        return [(row["telegram_id"], subscription_of(row)) for row in rows]

    async def _ask(self, user_id: int, subscription: Subscription, *, is_wanted: bool) -> None:
        """By the charge it began with; by the last one, if Telegram does not know that."""
        first, last = subscription.first_charge_id, subscription.last_charge_id
        try:
            await self._account.renew(user_id, first, is_wanted=is_wanted)
        except AccountError as exc:
            if last == first or not exc.permanent:
                raise
            await self._account.renew(user_id, last, is_wanted=is_wanted)

    async def _mark(self, row_id: int, at: int | None) -> None:
        change = update(subscriptions).where(subscriptions.c.id == row_id).values(cancelled_at=at)
        async with self._database.write("renewals.mark", durable=True) as connection:
            await connection.execute(change)
