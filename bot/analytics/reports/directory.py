"""Everybody the bot knows, the newest first, one page after the other.

A page begins after a person and not at a count, so that nobody is shown twice or left out while
people come, and the last page is as quick as the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, RowMapping, select

from bot.analytics.audience.segments import ACTIVE
from bot.analytics.reports.mau import DAYS
from bot.clock import from_milliseconds
from bot.database.tables import users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

# Sets hold numbers below.
HIGHEST = 2**32 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One person.

    username, name: None unless the bot keeps names; source: of the first start, "" without one
    """

    telegram_id: int
    username: str | None
    name: str | None
    language: str | None
    is_premium: bool
    source: str | None
    first_at: datetime
    last_at: datetime | None
    blocked_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some people.  after: where the next page begins; None: this is the last"""

    people: tuple[Listed, ...]
    after: int | None


async def directory(
    source: Source, *, after: int | None, size: int, is_active_only: bool = False
) -> Page:
    """The *size* people who came before the one that *after* stands for; None: the newest.

    is_active_only: of those who were active in the last 30 days, today included
    """
    if is_active_only:
        return await _active(source, after, size)
    row = users.c
    wanted: list[ColumnElement[bool]] = [row.first_seen_at.is_not(None)]
    if after is not None:
        wanted.append(row.number < after)
    found = await _rows(source, wanted, size + 1)
    return _page(found, [one["number"] for one in found], size)


async def _active(source: Source, after: int | None, size: int) -> Page:
    today = source.audience.today
    first = today - timedelta(days=DAYS - 1)
    members = await source.audience.union(ACTIVE, first, today)
    end = len(members) if after is None else members.rank(min(max(after - 1, 0), HIGHEST))
    numbers = [*members[max(0, end - size - 1) : end]][::-1]
    return _page(await _rows(source, [users.c.number.in_(numbers)], size + 1), numbers, size)


async def _rows(source: Source, wanted: Iterable[ColumnElement[bool]], most: int) -> list[Any]:
    query = select(users).where(*wanted).order_by(users.c.number.desc()).limit(most)
    async with source.database.read("report.directory") as connection:
        return [*(await connection.execute(query)).mappings()]


def _page(found: Iterable[RowMapping], numbers: list[int], size: int) -> Page:
    """The first *size*; there is one number more if there is another page."""
    shown = set(numbers[:size])
    return Page(
        people=tuple(_listed(row) for row in found if row["number"] in shown),
        after=numbers[size - 1] if len(numbers) > size else None,
    )


def _listed(row: RowMapping) -> Listed:
    return Listed(
        telegram_id=row["telegram_id"],
        username=row["username"],
        name=row["name"],
        language=row["language"],
        is_premium=bool(row["is_premium"]),
        source=row["source"],
        first_at=from_milliseconds(row["first_seen_at"]),
        last_at=_moment(row["last_seen_at"]),
        blocked_at=_moment(row["blocked_at"]),
    )


def _moment(at: int | None) -> datetime | None:
    return None if at is None else from_milliseconds(at)
