"""Which languages active people speak, and how many of them have Telegram Premium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from bot.analytics.audience.segments import LANGUAGE, PREMIUM
from bot.analytics.reports.acts import active
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import kept
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageShare:
    """One language.  tag: "de", other, or "" where Telegram names none.

    share: of the active people; premium_share: of those who speak it
    """

    tag: str
    people: int
    share: float | None
    premium: int
    premium_share: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Languages:
    """Active people of a period by the language of their Telegram, the largest first.

    Who changed it counts in both, so the shares can add up to more than 1.
    """

    period: Period
    active: Figure
    premium: Figure
    premium_share: Figure
    languages: tuple[LanguageShare, ...]


async def languages(source: Source, query: Query) -> Languages:
    """Languages and premium among the active people of the query's period and chat."""
    period = query.period
    everybody = await active(source, query, period)
    before = await active(source, query, period.previous)
    premium = everybody & await _union(source, PREMIUM, period)
    premium_then = before & await _union(source, PREMIUM, period.previous)
    async with source.database.read("report.languages") as connection:
        known = await kept(connection, period)
    figure = known.figure if query.chat_id is None else known.of_events
    return Languages(
        period=period,
        active=figure(len(everybody), len(before)),
        premium=figure(len(premium), len(premium_then)),
        premium_share=figure(
            share(len(premium), len(everybody)), share(len(premium_then), len(before))
        ),
        languages=await _languages(source, period, everybody, premium),
    )


async def _languages(
    source: Source, period: Period, everybody: BitMap, premium: BitMap
) -> tuple[LanguageShare, ...]:
    found: dict[str, BitMap] = {}
    for segment in await source.audience.segments():
        if segment.startswith(LANGUAGE):
            found[segment.removeprefix(LANGUAGE)] = everybody & await _union(
                source, segment, period
            )
    found[""] = everybody - BitMap.union(BitMap(), *found.values())
    shares = [
        _share(tag, members, everybody, premium) for tag, members in found.items() if members
    ]
    return tuple(sorted(shares, key=lambda one: (-one.people, one.tag)))


async def _union(source: Source, segment: str, period: Period) -> BitMap:
    return await source.audience.union(segment, period.first_day, period.last_day)


def _share(tag: str, members: BitMap, everybody: BitMap, premium: BitMap) -> LanguageShare:
    payers = len(members & premium)
    return LanguageShare(
        tag=tag,
        people=len(members),
        share=share(len(members), len(everybody)),
        premium=payers,
        premium_share=share(payers, len(members)),
    )
