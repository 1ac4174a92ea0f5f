"""What an earlier sandbox left in the database: its chats, files and payments are gone."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Update, delete, update

from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_runs,
    sent_files,
)
from bot.database.tables import interrupted_updates, marks
from bot.downloads.claims import ENDED
from bot.downloads.trouble import Trouble
from bot.quiz.run import State

# Chats of one world number their messages from here on, ten for each second since then, so that
# a number means one message in all worlds, and stays below 2**31 for the years that come.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGES_A_SECOND = 10
# Where the search for lost payments stopped in Telegram's account.
PLACES = "billing.transactions:%"


def beyond_earlier_worlds(now: datetime) -> int:
    """A message's number that no world had that began earlier; at least 1."""
    return max(int((now - EPOCH).total_seconds() * MESSAGES_A_SECOND), 1)


async def end_former(database: Database, now: datetime) -> None:
    """End what waits for an answer in a chat that is gone, and forget what is of use there only.

    People, statistics, payments and what was paid for stay.
    """
    async with database.write("sandbox.end_former", durable=True) as connection:
        for change in _ends({"ended_at": to_milliseconds(now)}):
            await connection.execute(change)
        for forgotten in (interrupted_updates, sent_files):
            await connection.execute(delete(forgotten))
        await connection.execute(delete(marks).where(marks.c.name.like(PLACES)))


def _ends(at: dict[str, int]) -> list[Update]:
    is_open = downloads.c.state.in_(("offered", "queued", "running"))
    cancelled = ENDED | at | {"state": "cancelled", "error": Trouble.cancelled}
    is_running, is_talk = quiz_runs.c.state == State.RUNNING, conversations.c.status == "open"
    return [
        update(downloads).where(is_open).values(cancelled),
        update(quiz_runs).where(is_running).values(at | {"state": State.ABANDONED}),
        update(conversations).where(is_talk).values(at | {"status": "ended"}),
        # The assistant itself ends what was running, and finds no message to mend.
        update(completions).values(message_id=None),
    ]
