"""The last things people did, from the table of events: a restart forgets none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, Select, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_milliseconds
from bot.database.tables import chats, events, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

# What people do themselves; what follows from it, such as the end of a download, is not theirs.
KINDS = (
    "message",
    "command",
    "button",
    "edit",
    "reaction",
    "join",
    "leave",
    "block",
    "unblock",
    "download_queued",
    "quiz_started",
    "quiz_right",
    "quiz_wrong",
    "checkout",
    "payment",
)
MESSAGE, COMMAND = "message", "command"
# Of each kind so many are looked at: in a bot for channels hardly any message is a person's.
DEPTH = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One thing that somebody did.

    kind: as in the table of events; label: the command, the content type, the button, …
    username, name: None unless the bot keeps names; chat_id: None where there was no chat
    chat_type, chat_title: None of a chat that the bot does not know
    """

    at: datetime
    kind: str
    label: str | None
    telegram_id: int
    username: str | None
    name: str | None
    chat_id: int | None
    chat_type: str | None
    chat_title: str | None


async def activities(source: Source, size: int) -> tuple[Activity, ...]:
    """The last *size*, the newest first; a command is there once, though it is a message, too."""
    async with source.database.read("report.activities") as connection:
        found = (await connection.execute(_query(size))).all()
        newest = sorted(found, key=lambda row: (row.at, row.id), reverse=True)
        commands = {(row.at, row.user_number) for row in newest if row.kind == COMMAND}
        shown = [
            row.id
            for row in newest
            if row.kind != MESSAGE or (row.at, row.user_number) not in commands
        ]
        return await _told(connection, shown[:size])


def _query(size: int) -> Select[Any]:
    # Twice as many, because a message may be left out for its command.
    found = union_all(*(select(_last(kind, 2 * size)) for kind in KINDS)).subquery()
    return select(found)


def _last(kind: str, most: int) -> Any:
    """The last events of one kind that are somebody's: by the index alone, or nearly."""
    row = events.c
    some = (
        select(row.id, row.at, row.kind, row.user_number)
        .where(row.kind == kind)
        .order_by(row.at.desc())
        .limit(DEPTH)
        .subquery()
    )
    theirs = select(some).where(some.c.user_number.is_not(None))
    return theirs.order_by(some.c.at.desc()).limit(most).subquery()


async def _told(connection: AsyncConnection, ids: Sequence[int]) -> tuple[Activity, ...]:
    row, who, where = events.c, users.c, chats.c
    query = (
        select(
            row.id,
            row.at,
            row.kind,
            row.label,
            row.chat_id,
            who.telegram_id,
            who.username,
            who.name,
            where.type,
            where.title,
        )
        .join(users, who.number == row.user_number)
        .outerjoin(chats, where.chat_id == row.chat_id)
        .where(row.id.in_(ids))
        .order_by(row.at.desc(), row.id.desc())
    )
    return tuple(_activity(one) for one in (await connection.execute(query)).mappings())


def _activity(row: RowMapping) -> Activity:
    is_private = row["chat_id"] == row["telegram_id"]
    return Activity(
        at=from_milliseconds(row["at"]),
        kind=row["kind"],
        label=row["label"],
        telegram_id=row["telegram_id"],
        username=row["username"],
        name=row["name"],
        chat_id=row["chat_id"],
        chat_type="private" if is_private else row["type"],
        chat_title=row["title"],
    )
