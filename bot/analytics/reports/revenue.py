"""Revenue in Stars: received, given back, kept; what recurs; and how many invoices are paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.buckets import beside, sums
from bot.analytics.reports.cuts import Cuts, cut
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import Kept, counted, kept, of_kind, within
from bot.analytics.reports.movements import MovementPart, Movements, movements
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query, Step
from bot.analytics.reports.source import Source
from bot.database.feature_tables import subscriptions
from bot.database.tables import events, payments
from bot.plans import OTHER

paid = payments.c
# Sold by us: its invoice was counted, too.
OURS = paid.plan.not_in(("", OTHER))
# Kinds of movements, as Movement names them.
MOVES = ("new", "expansion", "contraction", "voluntary", "failed", "refunded")


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """Stars.  refunds: given back in that time, whenever they were paid."""

    payments: int = 0
    gross: int = 0
    refunds: int = 0

    @property
    def net(self) -> int:
        """What is left."""
        return self.gross - self.refunds


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanMoney:
    """One plan.  plan: its name, or other; all_time: up to the end of the period."""

    plan: str
    period: Money
    all_time: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyPart:
    """One part of the period.  name: its first day, or hour; gross_before: as long before."""

    name: date
    gross: int
    refunds: int
    gross_before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Revenue:
    """Stars of a period against the one before.

    recurring, once: gross of subscriptions, and of purchases that end by themselves
    payers: distinct people who paid; arppu: their payments' gross / payers
    mrr: at the end, Σ monthly price of unexpired recurring subscriptions
    subscribers: people with one; holders: unexpired purchases that end by themselves, not in MRR
    moves: of MRR, by the names of MOVES, losses negative; parts: the same for each step
    invoices, checkouts: shown and begun; sales: payments that had an invoice, so no renewals
    conversion: sales / invoices; failures: how many checkouts and renewals failed, by reason
    usd_rate: dollars for a Star; None: nobody said
    """

    period: Period
    step: Step
    recorded_since: datetime | None
    payments: Figure
    gross: Figure
    refunds: Figure
    net: Figure
    recurring: Figure
    once: Figure
    payers: Figure
    arppu: Figure
    all_time: Money
    by_plan: tuple[PlanMoney, ...]
    timeline: tuple[MoneyPart, ...]
    mrr: Figure
    subscribers: Figure
    holders: Figure
    moves: Mapping[str, Figure]
    parts: tuple[MovementPart, ...]
    invoices: Figure
    checkouts: Figure
    sales: Figure
    conversion: Figure
    failures: Mapping[str, int]
    usd_rate: float | None

    def usd(self, stars: Figure) -> Figure | None:
        """*stars* in US dollars; None without a rate."""
        rate = self.usd_rate
        if rate is None:
            return None
        return Figure(
            value=None if stars.value is None else stars.value * rate,
            before=None if stars.before is None else stars.before * rate,
            unknown=stars.unknown,
            unknown_before=stars.unknown_before,
        )


async def revenue(source: Source, query: Query) -> Revenue:
    """Revenue of the query's period, cut into its steps."""
    period, previous = query.period, query.period.previous
    cuts, cuts_then = cut(period, query.step), cut(previous, query.step)
    async with source.database.read("report.revenue") as connection:
        known = await kept(connection, period)
        now, then = await _sums(connection, period), await _sums(connection, previous)
        moved = await movements(connection, period, cuts)
        moved_then = await movements(connection, previous, cuts_then)
        timeline = await _timeline(connection, known, cuts, cuts_then)
        plans = await _plans(connection, period)
        failures = await counted(connection, events.c.label, of_kind("payment_failed", period))
    figures: dict[str, Any] = {name: known.figure(now[name], then[name]) for name in SUMS}
    return Revenue(
        period=period,
        step=query.step,
        recorded_since=known.recorded_since,
        by_plan=plans,
        all_time=_added([plan.all_time for plan in plans]),
        timeline=timeline,
        parts=moved.parts,
        failures=failures,
        usd_rate=source.stars_usd_rate,
        **figures,
        **_of_events(known, now, then),
        **_of_moves(known, moved, moved_then),
    )


SUMS = (
    "payments",
    "gross",
    "refunds",
    "net",
    "recurring",
    "once",
    "payers",
    "arppu",
    "sales",
    "holders",
)


async def _sums(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    """Every number of *period* that is no movement."""
    received = await _received(connection, period)
    refunds = select(func.sum(paid.stars)).where(within(paid.refunded_at, period))
    back = int(await connection.scalar(refunds) or 0)
    invoices, checkouts = [
        int(await connection.scalar(select(func.count()).where(of_kind(kind, period))) or 0)
        for kind in ("invoice", "checkout")
    ]
    return {
        **received,
        "refunds": back,
        "net": int(received["gross"] or 0) - back,
        "invoices": invoices,
        "checkouts": checkouts,
        "conversion": share(received["sales"] or 0, invoices),
        "holders": await _holders(connection, period.end_at),
    }


async def _received(connection: AsyncConnection, period: Period) -> dict[str, float | None]:
    recurring = func.sum(case((paid.is_recurring, paid.stars), else_=0))
    # Who asked to be forgotten cannot be told from others any more.
    known = func.sum(case((paid.user_number.is_not(None), paid.stars), else_=0))
    people = func.count(distinct(paid.user_number))
    sales = func.sum(cast(_is_sale(), Integer))
    columns = (func.count(), func.sum(paid.stars), recurring, known, people, sales)
    query = select(*columns).where(within(paid.paid_at, period))
    count, *rest = (await connection.execute(query)).one()
    gross, monthly, of_known, payers, sold = (int(value or 0) for value in rest)
    return {
        "payments": int(count),
        "gross": gross,
        "recurring": monthly,
        "once": gross - monthly,
        "payers": payers,
        "arppu": share(of_known, payers),
        "sales": sold,
    }


def _is_sale() -> ColumnElement[bool]:
    """An invoice was paid: Telegram renews a subscription without one."""
    first = subscriptions.c.first_charge_id == paid.telegram_payment_charge_id
    began = select(subscriptions.c.id).where(first).correlate(payments).exists()
    return and_(OURS, or_(~paid.is_recurring, began))


async def _holders(connection: AsyncConnection, at: int) -> int:
    """Unexpired purchases that end by themselves."""
    table = subscriptions.c
    is_over = and_(table.ended_at.is_not(None), table.ended_at <= at)
    runs = and_(~table.is_recurring, table.started_at < at, table.expires_at > at, ~is_over)
    return int(await connection.scalar(select(func.count()).where(runs)) or 0)


async def _plans(connection: AsyncConnection, period: Period) -> tuple[PlanMoney, ...]:
    """Each plan that had a payment by the end of *period*, the most of all time first."""
    is_paid, is_back = within(paid.paid_at, period), within(paid.refunded_at, period)
    ever = paid.refunded_at < period.end_at
    columns = [
        func.count(),
        func.sum(paid.stars),
        func.sum(case((ever, paid.stars), else_=0)),
        func.sum(cast(is_paid, Integer)),
        func.sum(case((is_paid, paid.stars), else_=0)),
        func.sum(case((is_back, paid.stars), else_=0)),
    ]
    query = select(paid.plan, *columns).where(paid.paid_at < period.end_at)
    rows = await connection.execute(query.group_by(paid.plan))
    plans: dict[str, PlanMoney] = {}
    for plan, *values in rows:
        name = plan or OTHER  # payments from before there were plans
        plans[name] = _plan(name, [int(value or 0) for value in values], plans.get(name))
    return tuple(sorted(plans.values(), key=lambda one: (-one.all_time.gross, one.plan)))


def _plan(plan: str, values: Sequence[int], same: PlanMoney | None) -> PlanMoney:
    count, gross, refunds, count_now, gross_now, refunds_now = values
    now = Money(payments=count_now, gross=gross_now, refunds=refunds_now)
    ever = Money(payments=count, gross=gross, refunds=refunds)
    if same is not None:
        now, ever = _added([same.period, now]), _added([same.all_time, ever])
    return PlanMoney(plan=plan, period=now, all_time=ever)


def _added(some: Sequence[Money]) -> Money:
    return Money(
        payments=sum(one.payments for one in some),
        gross=sum(one.gross for one in some),
        refunds=sum(one.refunds for one in some),
    )


async def _timeline(
    connection: AsyncConnection, known: Kept, cuts: Cuts, cuts_then: Cuts
) -> tuple[MoneyPart, ...]:
    period = known.period
    gross = await _stars(connection, paid.paid_at, period, cuts)
    refunds = await _stars(connection, paid.refunded_at, period, cuts)
    then = await _stars(connection, paid.paid_at, period.previous, cuts_then)
    before = beside([] if known.figure(0, 0).before is None else then, len(gross))
    return tuple(
        MoneyPart(name=name, gross=gross[n], refunds=refunds[n], gross_before=before[n])
        for n, name in enumerate(cuts.names)
    )


async def _stars(
    connection: AsyncConnection, at: ColumnElement[Any], period: Period, cuts: Cuts
) -> list[int]:
    return await sums(connection, cuts, at, func.sum(paid.stars), within(at, period))


def _of_events(
    known: Kept, now: Mapping[str, float | None], then: Mapping[str, float | None]
) -> dict[str, Any]:
    names = ("invoices", "checkouts", "conversion")
    return {name: known.of_events(now[name], then[name]) for name in names}


def _of_moves(known: Kept, now: Movements, then: Movements) -> dict[str, Any]:
    moved = {
        name: known.figure(getattr(now.total, name), getattr(then.total, name)) for name in MOVES
    }
    return {
        "mrr": known.figure(now.mrr_end, then.mrr_end),
        "subscribers": known.figure(now.subscribers_end, then.subscribers_end),
        "moves": moved,
    }
