"""Lost payments: what Telegram's account says and the ledger does not know yet.

Telegram tells a payment once; whoever was killed while writing it down finds it here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import select

from bot.billing.account import Account, AccountError, Transaction, Voice
from bot.billing.ledger import Ledger, Payment
from bot.billing.payload import PREFIX
from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import marks

PAGE = 100
# Of one run, so that a bot with years of payments does not ask Telegram for hours.
PAGES = 200

log = structlog.get_logger(__name__)


class LostPayments:
    """Reads Telegram's transactions, oldest first, from where it stopped the last time.

    bot_id: another bot has another account, with other places
    """

    def __init__(
        self, database: Database, ledger: Ledger, account: Account, voice: Voice, bot_id: int
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._account = account
        self._voice = voice
        self._name = f"billing.transactions:{bot_id}"
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """As find(), for a job: while Telegram does not answer the next run is soon enough."""
        try:
            await self.find()
        except AccountError as exc:
            log.warning("lost payments cannot be looked for now", reason=str(exc))

    async def find(self) -> bool:
        """Write down what is missing; whether the newest transaction was reached.

        Raises AccountError while Telegram does not answer.

        1. Go to the last transaction of the last run; if it is not there, begin anew.
        2. Page by page: write what the ledger lacks, tell the payer, remember the place.
        What is written before a failure stays, and nothing is written twice.
        """
        async with self._turn:
            place, last = await self._remembered()
            for _ in range(PAGES):
                found = await self._account.transactions(max(place - 1, 0), PAGE)
                if place and (not found or found[0].charge_id != last):
                    log.warning("the transactions have another order; reading all of them")
                    place, last = 0, ""
                    continue
                new = found[1:] if place else found
                if not new:
                    return True
                await self._settle(new)
                place, last = place + len(new), new[-1].charge_id
                await self._remember(place, last)
        return False

    async def _settle(self, transactions: Sequence[Transaction]) -> None:
        known = await self._ledger.known({one.charge_id for one in transactions})
        for one in transactions:
            if one.is_refund:
                await self._refund(one, known)
            elif one.charge_id not in known and one.payload.startswith(PREFIX):
                await self._record(one, known)

    async def _record(self, one: Transaction, known: dict[str, bool]) -> None:
        if one.user_id is None:
            return
        payment = Payment(
            charge_id=one.charge_id,
            user_id=one.user_id,
            stars=one.stars,
            payload=one.payload,
            is_recurring=one.is_recurring,
            paid_at=one.at,
        )
        known[one.charge_id] = False
        if receipt := await self._ledger.record(payment):
            log.warning("found a payment that Telegram did not tell", charge_id=one.charge_id)
            # An old one whose time is over is for the accounts only.
            if receipt.until:
                plan = receipt.plan.title if receipt.plan else ""
                await self._voice.found(one.user_id, one.stars, plan, receipt.until)

    async def _refund(self, one: Transaction, known: dict[str, bool]) -> None:
        if known.get(one.charge_id) is not False:  # unknown, or marked before
            return
        if await self._ledger.refund(one.charge_id) and one.user_id is not None:
            await self._voice.refunded(one.user_id, one.stars)

    async def _remembered(self) -> tuple[int, str]:
        query = select(marks.c.value).where(marks.c.name == self._name)
        async with self._database.read("lost.place") as connection:
            value = await connection.scalar(query)
        place, _, last = (value or "0:").partition(":")
        return int(place), last

    async def _remember(self, place: int, last: str) -> None:
        value = f"{place}:{last}"
        statement = insert_into(self._database.dialect, marks)
        statement = statement.values(name=self._name, value=value)
        change = statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        async with self._database.write("lost.place", durable=True) as connection:
            await connection.execute(change)
