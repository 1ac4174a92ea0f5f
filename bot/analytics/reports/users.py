"""People: how many are known, new, active, and have the bot blocked; what they speak."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.blocks import blocked_at, met_before
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.kept import kept, within
from bot.analytics.reports.languages import LanguageShare, languages
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.database.tables import users as people

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Users:
    """People of a period against the one before.

    known: had ever been active by its end; new: met in it; active: on any of its days
    blocked: of the known, had the bot blocked at its end
    premium, premium_share: of the active; languages: of the active, the largest first
    """

    period: Period
    recorded_since: datetime | None
    known: Figure
    new: Figure
    active: Figure
    blocked: Figure
    premium: Figure
    premium_share: Figure
    languages: tuple[LanguageShare, ...]


async def users(source: Source, query: Query) -> Users:
    """Everybody the bot knows, in the query's period."""
    period = query.period
    spoken = await languages(source, replace(query, chat_id=None, user_id=None))
    async with source.database.read("report.users") as connection:
        recorded = await kept(connection, period)
        now = await _counts(connection, period)
        then = await _counts(connection, period.previous)
    figures = {name: recorded.figure(now[name], then[name]) for name in now}
    if period.previous.end_at < recorded.removed_until:  # and with the changes since, who it was
        figures["blocked"] = replace(
            figures["blocked"], before=None, unknown_before=Unknown.REMOVED
        )
    return Users(
        period=period,
        recorded_since=recorded.recorded_since,
        active=spoken.active,
        premium=spoken.premium,
        premium_share=spoken.premium_share,
        languages=spoken.languages,
        **figures,
    )


async def _counts(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    new = select(func.count()).where(within(people.c.first_seen_at, period))
    return {
        "known": await met_before(connection, period.end_at),
        "new": int(await connection.scalar(new) or 0),
        "blocked": await blocked_at(connection, period.end_at),
    }
