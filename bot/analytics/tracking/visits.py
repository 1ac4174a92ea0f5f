"""People who did something elsewhere: what was said of them, and what is known already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.events import UserSeen
from bot.clock import EPOCH, from_milliseconds
from bot.database.tables import users

row = users.c
SAID = ("language", "is_premium", "username", "name")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A person acted.  kind: as with UserSeen; None: the program did not say"""

    at: datetime
    user_id: int
    kind: str
    language: str | None = None
    is_premium: bool | None = None
    username: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is on disk of a person.  first_at: UTC milliseconds, None: never active"""

    number: int
    first_at: int | None
    last_at: datetime | None
    said: Mapping[str, Any]


async def known(connection: AsyncConnection, user_ids: Collection[int]) -> dict[int, Known]:
    """Those of *user_ids* who have a row."""
    columns = [row.telegram_id, row.number, row.first_seen_at, row.last_seen_at]
    query = select(*columns, *(row[name] for name in SAID)).where(row.telegram_id.in_(user_ids))
    return {
        one["telegram_id"]: Known(
            number=one["number"],
            first_at=one["first_seen_at"],
            last_at=None
            if one["last_seen_at"] is None
            else from_milliseconds(one["last_seen_at"]),
            said={name: one[name] for name in SAID},
        )
        for one in (await connection.execute(query)).mappings()
    }


class Profiles:
    """What is known of people while visits are taken in, the oldest first.

    A program that does not know somebody's language takes nothing away from what is known, and
    an old visit changes nothing that a newer one said.
    """

    def __init__(self, people: Mapping[int, Known], *, keep_names: bool) -> None:
        self._last = {user_id: one.last_at or EPOCH for user_id, one in people.items()}
        self._said = {user_id: dict(one.said) for user_id, one in people.items()}
        self._keep_names = keep_names

    def seen(self, visit: Visit) -> UserSeen:
        """The fact that somebody acted, with all that is known of them."""
        said = self._said.setdefault(visit.user_id, {})
        if visit.at >= self._last.get(visit.user_id, EPOCH):
            self._last[visit.user_id] = visit.at
            news = {name: getattr(visit, name) for name in SAID}
            said.update({name: value for name, value in news.items() if value is not None})
        names = said if self._keep_names else {}
        return UserSeen(
            at=visit.at,
            user_id=visit.user_id,
            kind=visit.kind,
            language=said.get("language"),
            is_premium=bool(said.get("is_premium")),
            username=names.get("username"),
            name=names.get("name"),
        )
