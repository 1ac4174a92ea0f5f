"""How answers ended: priced once, written down once, told as facts; and what a crash left open."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.analytics.bus import Bus
from bot.analytics.features.assistant import CompletionFailed, CompletionSucceeded
from bot.assistant.book import Asked, Book, Cut, Ended, Left
from bot.assistant.prices import PriceTable
from bot.assistant.screen import Outcome
from bot.assistant.tokens import TYPES, Tokens, estimate
from bot.assistant.trouble import Trouble
from bot.clock import Clock, utc_now
from bot.database.engine import Database

# A final edit may have to wait for Telegram for this long.
MEND_AFTER = timedelta(minutes=2)
FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0

log = structlog.get_logger(__name__)


class Record:
    """Freezes costs when they are written, and publishes what was written, after the commit.

    patience: an answer that runs for longer than this is given by nobody any more
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        prices: PriceTable,
        patience: timedelta,
        clock: Clock = utc_now,
    ) -> None:
        # Processes that share a database must not end what another of them is answering.
        self._patience = timedelta() if database.is_sqlite else patience
        self._book = Book(database)
        self._bus = bus
        self._prices = prices
        self._clock = clock

    async def end(
        self, completion_id: int, asked: Asked, outcome: Outcome, tokens: Tokens, seconds: float
    ) -> None:
        """Write an answer's end, however long the database is out of reach."""
        cost = self._prices.cost(asked.model, tokens, asked.at)
        ended = Ended(
            state=outcome.state,
            error=outcome.error,
            tokens=tokens,
            cost=cost,
            seconds=seconds,
            at=self._clock(),
        )
        if not await self._written(completion_id, ended):
            return
        if outcome.state in {"done", "stopped"}:
            self._succeeded(asked, ended)
        else:
            error = outcome.error or Trouble.INTERRUPTED
            self._failed(asked.user_id, asked.chat_id, asked.model, error)

    async def grew(self, completion_id: int, message_id: int | None, text: str) -> None:
        """Note how far an answer is; a database that is busy may miss it."""
        try:
            await self._book.grew(completion_id, message_id, estimate(text))
        except (SQLAlchemyError, OSError) as exc:
            log.warning("an answer's progress was not written", error=type(exc).__name__)

    async def told(self, completion_id: int) -> None:
        """Note that the chat shows the end of an answer."""
        await self._book.told(completion_id)

    async def close_interrupted(
        self, alive: Collection[int] = (), asking: Collection[int] = ()
    ) -> None:
        """End what a dead process left running, with the estimate it left behind.

        alive: answers that this process is giving; asking: the people it gives them to, also
        those whose question is on disk and has not got its number yet
        """
        for cut in await self._book.running(self._clock() - self._patience, but=alive):
            if cut.completion_id not in alive and cut.user_id not in asking:
                await self._close(cut)

    async def left(self, alive: Collection[int] = ()) -> list[Left]:
        """Messages in chats that do not show the end of their answers."""
        now = self._clock()
        found = await self._book.left(now, but=alive)
        # The end of a whole answer may just be on its way, from another process.
        old = {one.completion_id for one in await self._book.left(now - MEND_AFTER, but=alive)}
        return [one for one in found if one.is_cut or one.completion_id in old]

    async def _close(self, cut: Cut) -> None:
        now = self._clock()
        ended = Ended(
            state="interrupted",
            error=Trouble.INTERRUPTED,
            tokens=cut.tokens,
            cost=self._prices.cost(cut.model, cut.tokens, cut.at),
            seconds=max((now - cut.at).total_seconds(), 0),
            at=now,
        )
        if await self._book.end(cut.completion_id, ended) and cut.chat_id is not None:
            self._failed(cut.user_id, cut.chat_id, cut.model, Trouble.INTERRUPTED)

    async def _written(self, completion_id: int, ended: Ended) -> bool:
        seconds = FIRST_WAIT
        while True:
            try:
                return await self._book.end(completion_id, ended)
            except (SQLAlchemyError, OSError) as exc:
                name = type(exc).__name__
                log.warning("an answer's end is not written yet", error=name, again_in=seconds)
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, LONGEST_WAIT)

    def _succeeded(self, asked: Asked, ended: Ended) -> None:
        counts = {f"{name}_tokens": getattr(ended.tokens, name) for name in TYPES}
        fact = CompletionSucceeded(
            at=ended.at,
            user_id=asked.user_id,
            chat_id=asked.chat_id,
            model=asked.model,
            unpriced_tokens=ended.cost.unpriced_tokens,
            cost_usd=ended.cost.usd,
            seconds=ended.seconds,
            is_stopped=ended.state == "stopped",
            **counts,
        )
        self._bus.publish(fact)

    def _failed(self, user_id: int | None, chat_id: int, model: str, error: Trouble) -> None:
        fact = CompletionFailed(
            at=self._clock(), user_id=user_id, chat_id=chat_id, model=model, error=error.value
        )
        self._bus.publish(fact)
