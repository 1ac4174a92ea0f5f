"""Where a chat went when it became a supergroup: its people are the same, its number is new."""

from __future__ import annotations

import structlog
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from bot.database.alert_tables import alert_outbox
from bot.database.engine import Database
from bot.database.marks import mark_of, put_mark

log = structlog.get_logger(__name__)


class Moves:
    """Follows the chat of *lane* over restarts.

    A database that is away is no reason to keep quiet: then what is known so far counts.
    now: the number that Telegram knows; None until it was looked up
    """

    def __init__(self, database: Database, lane: str, chat_id: int) -> None:
        self._database = database
        self._lane = lane
        self._old = chat_id
        self.now: int | None = None

    @property
    def advice(self) -> str:
        """What the operator should change; empty while nothing has moved."""
        if self.now in {None, self._old}:
            return ""
        return f"the chat {self._old} has become {self.now}: set ALERT_CHAT_ID={self.now}"

    def is_it(self, chat_id: int) -> bool:
        """Whether that is the chat's number, or was."""
        return chat_id in {self.now, self._old}

    async def find(self) -> int:
        """The number to write to."""
        if self.now is None:
            try:
                noted = await mark_of(self._database, self._mark)
            except (SQLAlchemyError, OSError) as exc:
                log.warning("cannot look up where the chat went", error=type(exc).__name__)
                return self._old
            self.now = int(noted) if noted else self._old
        return self.now

    async def follow(self, chat_id: int) -> None:
        """The chat has become *chat_id*; numbers of messages in the old one mean nothing there."""
        self.now = chat_id
        log.warning("admin chat has moved; set ALERT_CHAT_ID", chat_id=chat_id)
        forget = update(alert_outbox).where(alert_outbox.c.lane == self._lane)
        try:
            async with self._database.write("alerts.moved") as connection:
                await connection.execute(forget.values(message_id=0))
            await put_mark(self._database, self._mark, str(chat_id))
        except (SQLAlchemyError, OSError) as exc:
            log.warning("cannot note where the chat went", error=type(exc).__name__)

    @property
    def _mark(self) -> str:
        return f"moved_chat:{self._old}"
