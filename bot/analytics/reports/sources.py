"""Where people came from: what each source brought, by three models of attribution."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pyroaring import BitMap
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.audience.segments import ACTIVE
from bot.analytics.reports.kept import Kept, kept, of_kind, streamed
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.clock import from_milliseconds
from bot.database.tables import events, payments, users

if TYPE_CHECKING:
    from bot.analytics.reports.source import Source

MODELS = ("first", "last", "significant")
ACTIVE_DAYS = 7
TAGGED = re.compile(r"source-(.+?)(?:_medium-(.+?))?(?:_campaign-(.+))?")


@dataclass(frozen=True, order=True, slots=True)
class Origin:
    """What a /start payload says: a source, or source-x_medium-y_campaign-z; "" says nothing."""

    source: str
    medium: str = ""
    campaign: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """What one origin brought.

    people: whose launch came from there; active: of them, in the last ACTIVE_DAYS days
    paid: of them, since that launch; revenue: how many Stars; what was given back is in neither
    """

    origin: Origin
    people: int
    active: int
    paid: int
    revenue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Origins of the launches of a period, by each of MODELS, the most people first.

    first: the launch is a person's first; last: their last; significant: their last one that was
    their first, or a return after they had blocked the bot.  Only launches in the period count.
    kept_since: launches before it were removed; whoever was met before it has no first one here,
        because any that is left may be a later one; None: nothing was removed
    """

    period: Period
    active_days: int
    recorded_since: datetime | None
    kept_since: datetime | None
    models: Mapping[str, tuple[Brought, ...]]


@dataclass(slots=True)
class _Launches:
    """One person's launches that a model can choose: when, and with which payload.

    is_whole: none of their launches was removed
    """

    is_whole: bool
    first: tuple[int, str] | None = None
    last: tuple[int, str] | None = None
    significant: tuple[int, str] | None = None
    has_blocked: bool = False

    def note(self, kind: str, at: int, label: str) -> None:
        """Take in the next event of the person."""
        if kind == "block":
            self.has_blocked = True
            return
        launch = (at, label)
        is_first = self.is_whole and self.first is None
        if is_first:
            self.first = launch
        if is_first or self.has_blocked:
            self.significant = launch
        self.last = launch
        self.has_blocked = False


@dataclass(slots=True)
class _Tally:
    people: BitMap = field(default_factory=BitMap)
    paid: BitMap = field(default_factory=BitMap)
    revenue: int = 0


def origin_of(payload: str) -> Origin:
    """What *payload* says."""
    found = TAGGED.fullmatch(payload)
    return Origin(*(part or "" for part in found.groups())) if found else Origin(payload)


async def sources(source: Source, query: Query) -> Sources:
    """Whom the launches in the query's period brought, and what became of them by its end."""
    period = query.period
    since = period.last_day - timedelta(days=ACTIVE_DAYS - 1)
    recent = await source.audience.union(ACTIVE, since, period.last_day)
    async with source.database.read("report.sources") as connection:
        known = await kept(connection, period)
        chosen = _chosen(await _launches(connection, known), period)
        tallies = await _tallies(connection, period, chosen)
    return Sources(
        period=period,
        active_days=ACTIVE_DAYS,
        recorded_since=known.recorded_since,
        kept_since=from_milliseconds(known.removed_until) if known.removed_until else None,
        models={model: _ranked(tallies[model], recent) for model in MODELS},
    )


async def _launches(connection: AsyncConnection, known: Kept) -> dict[int, _Launches]:
    """Of everybody who launched the bot in the period: all their launches up to its end."""
    row, period = events.c, known.period
    here = select(row.user_number).where(of_kind("start", period), row.user_number.is_not(None))
    query = (
        select(row.user_number, row.kind, row.at, row.label, users.c.first_seen_at)
        .outerjoin_from(events, users, users.c.number == row.user_number)
        .where(row.user_number.in_(here), or_(row.kind == "start", row.kind == "block"))
        .where(row.at < period.end_at)
        .order_by(row.user_number, row.at, row.id)
    )
    found: dict[int, _Launches] = {}
    async for number, kind, at, label, met_at in streamed(connection, query):
        is_whole = (at if met_at is None else met_at) >= known.removed_until
        person = found.setdefault(number, _Launches(is_whole))
        person.note(kind, at, label or "")
    return found


Chosen = dict[int, tuple[int, str]]


def _chosen(launches: Mapping[int, _Launches], period: Period) -> dict[str, Chosen]:
    """The launch of each person by each model, where that is in *period*."""
    chosen: dict[str, Chosen] = {model: {} for model in MODELS}
    for number, person in launches.items():
        for model in MODELS:
            launch: tuple[int, str] | None = getattr(person, model)
            if launch is not None and launch[0] >= period.start_at:
                chosen[model][number] = launch
    return chosen


async def _tallies(
    connection: AsyncConnection, period: Period, chosen: Mapping[str, Chosen]
) -> dict[str, dict[Origin, _Tally]]:
    tallies: dict[str, dict[Origin, _Tally]] = {model: {} for model in MODELS}
    for model, people in chosen.items():
        for number, (_, payload) in people.items():
            tallies[model].setdefault(origin_of(payload), _Tally()).people.add(number)
    for number, at, stars in await _paid(connection, period):
        for model, people in chosen.items():
            if number in people and people[number][0] <= at:
                tally = tallies[model][origin_of(people[number][1])]
                tally.paid.add(number)
                tally.revenue += stars
    return tallies


async def _paid(connection: AsyncConnection, period: Period) -> list[tuple[int, int, int]]:
    """Who paid how much when, as far as it was not given back by the end of *period*."""
    row = payments.c
    is_kept = or_(row.refunded_at.is_(None), row.refunded_at >= period.end_at)
    query = select(row.user_number, row.paid_at, row.stars).where(
        row.paid_at >= period.start_at, row.paid_at < period.end_at, is_kept
    )
    return [(number, at, stars) for number, at, stars in await connection.execute(query)]


def _ranked(tallies: Mapping[Origin, _Tally], recent: BitMap) -> tuple[Brought, ...]:
    some = [
        Brought(
            origin=origin,
            people=len(tally.people),
            active=len(tally.people & recent),
            paid=len(tally.paid),
            revenue=tally.revenue,
        )
        for origin, tally in tallies.items()
    ]
    return tuple(sorted(some, key=lambda one: (-one.people, one.origin)))
