"""Monthly recurring revenue: what it is at any moment, and what moved it from one to another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.cuts import Cuts
from bot.analytics.reports.kept import streamed
from bot.analytics.reports.period import Period
from bot.clock import MILLISECOND
from bot.database.feature_tables import subscriptions

# A renewal may be told a little late; as long as bot/billing/subscriptions.py waits for it.
GRACE = timedelta(hours=1) // MILLISECOND

WHY = {"refunded": "refunded", "failed": "failed", "cancelled": "voluntary"}
# Of several ends in one moment, the one that is told.
WEIGHT = ("refunded", "failed", "voluntary", "contraction")


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """What moved MRR in some time, in Stars a month; losses are negative.

    new: people who had no subscription; expansion and contraction: people whose subscriptions
        became more or less, also those who gave one up for a purchase that ends by itself
    voluntary, failed, refunded: people who have none any more, because they stopped the renewal,
        because no charge came, or because they got their Stars back
    """

    new: int = 0
    expansion: int = 0
    contraction: int = 0
    voluntary: int = 0
    failed: int = 0
    refunded: int = 0

    @property
    def net(self) -> int:
        """MRR at the end less MRR at the start."""
        return sum(getattr(self, kind.name) for kind in fields(self))

    def plus(self, kind: str, stars: int) -> Movement:
        """With *stars* more of one kind."""
        return replace(self, **{kind: getattr(self, kind) + stars})


@dataclass(frozen=True, kw_only=True, slots=True)
class MovementPart:
    """One part of the period.  name: its first day, or hour; mrr: at its end."""

    name: date
    movement: Movement
    mrr: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Movements:
    """MRR over a period: mrr_start + Σ parts' net = mrr_end.

    MRR at a moment is Σ price of the recurring subscriptions that have begun before it and not
    expired by then.  A price is that of 30 days, which is how Telegram charges.
    subscribers_start, subscribers_end: people with at least one
    """

    mrr_start: int
    mrr_end: int
    subscribers_start: int
    subscribers_end: int
    total: Movement
    parts: tuple[MovementPart, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A recurring subscription from its start until it is over, in UTC milliseconds.

    why: what its end is, should it be the last of its person: voluntary, failed, refunded, or
        contraction
    """

    start: int
    over: int
    stars: int
    why: str


@dataclass(slots=True)
class _Sums:
    cuts: Cuts
    moved: list[Movement]
    mrr: list[int] = field(default_factory=lambda: [0, 0])
    people: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, lives: Sequence[Life], period: Period) -> None:
        """Count one person."""
        for place, at in enumerate((period.start_at, period.end_at)):
            stars = _before(lives, at)
            self.mrr[place] += stars
            self.people[place] += bool(stars)
        for at, kind, stars in moves(lives):
            if period.start_at <= at < period.end_at:
                place = self.cuts.index(at)
                self.moved[place] = self.moved[place].plus(kind, stars)


async def movements(connection: AsyncConnection, period: Period, cuts: Cuts) -> Movements:
    """What moved MRR in *period*; one person's subscriptions are in memory at a time."""
    sums = _Sums(cuts, [Movement() for _ in cuts.names])
    async for lives in _people(connection, period):
        sums.add(lives, period)
    return Movements(
        mrr_start=sums.mrr[0],
        mrr_end=sums.mrr[1],
        subscribers_start=sums.people[0],
        subscribers_end=sums.people[1],
        total=_total(sums.moved),
        parts=tuple(_parts(cuts, sums)),
    )


def moves(lives: Sequence[Life]) -> Iterator[tuple[int, str, int]]:
    """When one person's MRR changed, what that is called, and by how much."""
    moments = {life.start for life in lives} | {life.over for life in lives}
    stars = 0
    for at in sorted(moments):
        after = sum(life.stars for life in lives if life.start <= at < life.over)
        if after != stars:
            yield at, _kind(lives, at, stars, after), after - stars
        stars = after


def life_of(row: Any) -> Life:
    """A recurring row of subscriptions.  Without an end yet, it is over when it expires.

    What was replaced or refunded was over when that was written.  Anything else was over when it
    expired, however late the bot noticed.
    """
    why = WHY.get(row.end or "", "")
    if row.end == "replaced":
        return Life(row.started_at, row.ended_at or row.expires_at, row.stars, "contraction")
    if row.end == "refunded":
        return Life(row.started_at, row.ended_at or row.expires_at, row.stars, why)
    is_stopped = row.cancelled_at is not None and row.end != "failed"
    late = row.expires_at if is_stopped or row.end == "cancelled" else row.expires_at + GRACE
    over = late if row.ended_at is None else min(late, row.ended_at)
    return Life(row.started_at, over, row.stars, why or ("voluntary" if is_stopped else "failed"))


async def _people(connection: AsyncConnection, period: Period) -> AsyncIterator[list[Life]]:
    """The subscriptions of each person that matter for *period*.

    Nobody knows any more which belong together of those whose person asked to be forgotten, so
    each of them is one person.
    """
    table = subscriptions.c
    query = (
        select(subscriptions)
        .where(table.is_recurring, table.started_at < period.end_at)
        .where(or_(table.ended_at.is_(None), table.ended_at >= period.start_at))
        .order_by(table.user_number, table.id)
    )
    number: int | None = None
    lives: list[Life] = []
    async for row in streamed(connection, query):
        if lives and (row.user_number is None or row.user_number != number):
            yield lives
            lives = []
        number = row.user_number
        lives.append(life_of(row))
    if lives:
        yield lives


def _before(lives: Sequence[Life], at: int) -> int:
    """MRR just before *at*: what begins or ends in that moment is a movement after it."""
    return sum(life.stars for life in lives if life.start < at <= life.over)


def _kind(lives: Sequence[Life], at: int, stars: int, after: int) -> str:
    if after > stars:
        return "expansion" if stars else "new"
    if after:
        return "contraction"
    ends = {life.why for life in lives if life.over == at and life.start < at}
    return next(why for why in WEIGHT if why in ends)


def _total(moved: Sequence[Movement]) -> Movement:
    names = [kind.name for kind in fields(Movement)]
    return Movement(**{name: sum(getattr(one, name) for one in moved) for name in names})


def _parts(cuts: Cuts, sums: _Sums) -> Iterator[MovementPart]:
    mrr = sums.mrr[0]
    for name, movement in zip(cuts.names, sums.moved, strict=True):
        mrr += movement.net
        yield MovementPart(name=name, movement=movement, mrr=mrr)
