"""Money adds up: by plan, by day, and from each month's recurring revenue to the next."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.revenue import Money, PlanMoney, revenue
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    asked,
    deal,
    few_examples,
    milliseconds,
    old_record,
    replace,
    source_of,
)
from tests.rows import event, payment, put

MONTH = 30 * DAY


async def has(database: Database, *deals: dict[str, Any]) -> None:
    await put(database, feature_tables.subscriptions, *deals)


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_money_received_less_money_given_back_is_what_is_kept(database: Database) -> None:
    await old_record(database)
    back = {"refunded_at": milliseconds(NOON - DAY)}
    await put(
        database,
        tables.payments,
        payment("a", NOON - DAY, plan="premium", stars=150, is_recurring=True),
        payment("b", NOON - 2 * DAY, plan="vip", stars=500, user_number=2),
        payment("c", NOON - 9 * DAY, plan="vip", stars=400, is_recurring=True, **back),
        payment("d", NOON - 90 * DAY, plan="", stars=50, user_number=None),
    )

    report = await revenue(source_of(database), asked(7))

    assert (values(report.gross), values(report.refunds)) == ((650, 400), (400, 0))
    assert (values(report.net), values(report.payments)) == ((250, 400), (2, 1))
    assert (values(report.recurring), values(report.once)) == ((150, 400), (500, 0))
    assert (values(report.payers), values(report.arppu)) == ((2, 1), (325, 400))
    assert report.all_time == Money(payments=4, gross=1100, refunds=400)
    assert report.all_time.net == 700


async def test_each_plan_has_its_own_money(database: Database) -> None:
    back = {"refunded_at": milliseconds(NOON - DAY)}
    await put(
        database,
        tables.payments,
        payment("a", NOON - DAY, plan="vip", stars=500, **back),
        payment("b", NOON - 90 * DAY, plan="vip", stars=500),
        payment("c", NOON - DAY, plan=""),
        payment("d", NOON - DAY, plan="other"),
    )

    report = await revenue(source_of(database), asked(7))

    vip = Money(payments=1, gross=500, refunds=500)
    ever = Money(payments=2, gross=1000, refunds=500)
    other = Money(payments=2, gross=100)
    assert report.by_plan == (
        PlanMoney(plan="vip", period=vip, all_time=ever),
        PlanMoney(plan="other", period=other, all_time=other),
    )


async def test_who_is_forgotten_is_no_payer_and_in_no_mean(sqlite: Database) -> None:
    await put(sqlite, tables.payments, payment("a", NOON - DAY))
    await put(sqlite, tables.payments, payment("b", NOON - DAY, user_number=None, stars=9))

    report = await revenue(source_of(sqlite), asked(7))

    assert (report.payers.value, report.arppu.value, report.gross.value) == (1, 50, 59)


async def test_conversion_is_paid_invoices_without_renewals(database: Database) -> None:
    await old_record(database)
    invoices = [event("invoice", NOON - DAY, label="vip") for _ in range(4)]
    failed = [event("payment_failed", NOON - DAY, label=why) for why in ("renewal", "already_on")]
    await put(database, tables.events, *invoices, *failed, event("checkout", NOON - DAY))
    await has(database, deal(1, NOON - DAY, first_charge_id="first"))
    monthly = {"plan": "vip", "is_recurring": True}
    await put(
        database,
        tables.payments,
        payment("first", NOON - DAY, **monthly),
        payment("again", NOON - DAY, **monthly),
        payment("once", NOON - DAY, plan="vip"),
        payment("theirs", NOON - DAY, plan="other"),
    )

    report = await revenue(source_of(database), asked(7))

    assert (report.invoices.value, report.checkouts.value, report.sales.value) == (4, 1, 2)
    assert (report.conversion.value, report.conversion.unknown_before) == (
        0.5,
        Unknown.NO_UPDATES,
    )
    assert report.failures == {"already_on": 1, "renewal": 1}


async def test_recurring_revenue_moves_from_one_period_to_the_next(database: Database) -> None:
    await old_record(database)
    upgrade, ago = NOON - 3 * DAY, NOON - 20 * DAY
    over = {"expires_at": NOON - 2 * DAY, "ended_at": NOON - 2 * DAY + HOUR}
    await has(
        database,
        deal(1, ago, end="replaced", ended_at=upgrade),
        deal(1, upgrade, plan="vip", stars=400),
        deal(2, NOON - DAY),
        deal(3, ago, cancelled_at=ago, end="cancelled", **over),
        deal(4, ago, end="failed", **over),
        deal(5, ago, end="refunded", ended_at=NOON - DAY),
        deal(6, NOON - DAY, is_recurring=False, plan="vip", stars=500),
    )

    report = await revenue(source_of(database), asked(7))

    assert (values(report.mrr), values(report.subscribers)) == ((550, 600), (2, 4))
    moved = {name: figure.value for name, figure in report.moves.items()}
    losses = {"voluntary": -150, "failed": -150, "refunded": -150}
    assert moved == {"new": 150, "expansion": 250, "contraction": 0} | losses
    assert values(report.holders) == (1, 0)
    assert [part.mrr for part in report.parts] == [600, 600, 600, 850, 550, 550, 550]


async def test_each_day_is_of_the_zone_and_has_the_same_day_before(sqlite: Database) -> None:
    await old_record(sqlite)
    berlin = ZoneInfo("Europe/Berlin")
    late = NOON.replace(hour=23, minute=30) - DAY  # half past midnight of the next day there
    await put(sqlite, tables.payments, payment("a", late), payment("b", late - DAY, stars=7))

    report = await revenue(source_of(sqlite), asked(1, zone=berlin))

    (today,) = report.timeline
    assert (today.gross, today.gross_before) == (50, 7)


async def test_stars_are_dollars_only_by_a_rate(sqlite: Database) -> None:
    await put(sqlite, tables.payments, payment("a", NOON - DAY))

    without = await revenue(source_of(sqlite), asked(7))
    report = await revenue(source_of(sqlite, rate=0.013), asked(7))

    assert without.usd(without.gross) is None
    dollars = report.usd(report.gross)
    assert dollars is not None
    assert dollars.value == pytest.approx(0.65)
    assert dollars.unknown_before is Unknown.NOT_RECORDED_THEN


async def test_without_records_nothing_is_known(sqlite: Database) -> None:
    report = await revenue(source_of(sqlite), asked(7))

    assert report.gross.unknown is Unknown.NOTHING_RECORDED
    assert report.mrr.value is None


async def test_hours_are_parts_of_a_day(sqlite: Database) -> None:
    await put(sqlite, tables.payments, payment("a", NOON - HOUR), payment("b", NOON - 2 * HOUR))

    report = await revenue(source_of(sqlite), asked(1, step="hour"))

    assert [part.gross for part in report.timeline] == [0] * 10 + [50, 50]


SALES: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        at=st.integers(1, 24 * 20).map(lambda hours: NOON - hours * HOUR),
        user_number=st.sampled_from([1, 2, 3, None]),
        plan=st.sampled_from(["premium", "vip", "other", ""]),
        stars=st.integers(1, 900),
        is_recurring=st.booleans(),
        refunded_at=st.none() | st.integers(1, 240).map(lambda n: milliseconds(NOON - n * HOUR)),
    ),
    max_size=15,
)


@few_examples
@given(SALES, st.integers(0, 5))
async def test_money_is_what_adding_payment_by_payment_gives(
    sqlite: Database, some: list[dict[str, Any]], invoices: int
) -> None:
    sales = [payment(str(n), **one) for n, one in enumerate(some)]
    await replace(sqlite, tables.payments, sales)
    await replace(sqlite, tables.events, [event("invoice", NOON - HOUR)] * invoices)
    question = asked(7)

    report = await revenue(source_of(sqlite), question)

    start, end = question.period.start_at, question.period.end_at
    mine = [one for one in sales if start <= one["paid_at"] < end]
    gross = sum(one["stars"] for one in mine)
    back = [one["stars"] for one in sales if start <= (one["refunded_at"] or 0) < end]
    payers = {one["user_number"] for one in mine} - {None}
    of_payers = sum(one["stars"] for one in mine if one["user_number"])
    sold = [one for one in mine if one["plan"] in {"premium", "vip"} and not one["is_recurring"]]
    assert report.all_time.gross == sum(one["stars"] for one in sales)
    assert sum(plan.period.gross for plan in report.by_plan) == gross
    assert sum(part.gross - part.refunds for part in report.timeline) == gross - sum(back)
    if sales or invoices:
        assert (report.gross.value, report.net.value) == (gross, gross - sum(back))
        assert report.arppu.value == (of_payers / len(payers) if payers else None)
        assert report.conversion.value == (len(sold) / invoices if invoices else None)
