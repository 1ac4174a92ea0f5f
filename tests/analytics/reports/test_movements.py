"""From any moment's recurring revenue to another's lead movements, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.cuts import cut
from bot.analytics.reports.movements import GRACE, Life, Movement, life_of, movements, moves
from bot.billing import subscriptions as billing
from bot.clock import MILLISECOND
from bot.database import feature_tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, HOUR, asked, deal, few_examples, replace

MONTH = 30 * DAY


async def test_what_happens_at_a_bound_moves_what_comes_after_it(sqlite: Database) -> None:
    period = asked(7).period
    ago, start = period.start - DAY, period.start
    ends = [start, start + timedelta(minutes=1), NOON]
    rows = [deal(n, ago, end="refunded", ended_at=at) for n, at in enumerate(ends, 1)]
    await replace(sqlite, feature_tables.subscriptions, [*rows, deal(9, start, ended_at=None)])

    async with sqlite.read("test") as connection:
        report = await movements(connection, period, cut(period, "day"))

    assert (report.mrr_start, report.subscribers_start) == (450, 3)
    assert report.total == Movement(new=150, refunded=-300)
    assert (report.mrr_end, report.subscribers_end) == (300, 2)


async def test_a_renewal_that_is_due_is_waited_for(sqlite: Database) -> None:
    waits = deal(1, NOON - MONTH - timedelta(minutes=59))
    gone = deal(2, NOON - MONTH - timedelta(minutes=61))
    stopped = deal(3, NOON - MONTH - timedelta(minutes=59), cancelled_at=NOON - MONTH)
    await replace(sqlite, feature_tables.subscriptions, [waits, gone, stopped])
    period = asked(1).period

    async with sqlite.read("test") as connection:
        report = await movements(connection, period, cut(period, "day"))

    assert report.mrr_end == 150
    assert report.total == Movement(failed=-150, voluntary=-150)


def kinds(*lives: Life) -> list[tuple[int, str, int]]:
    return list(moves(lives))


def test_a_lesser_subscription_is_a_contraction() -> None:
    assert kinds(Life(1, 5, 400, "contraction"), Life(5, 9, 150, "voluntary")) == [
        (1, "new", 400),
        (5, "contraction", -250),
        (9, "voluntary", -150),
    ]


def test_giving_up_a_subscription_for_a_single_purchase_is_a_contraction() -> None:
    assert kinds(Life(1, 5, 400, "contraction"))[1] == (5, "contraction", -400)


def test_who_comes_back_is_new_again() -> None:
    lives = Life(1, 3, 150, "failed"), Life(6, 9, 150, "voluntary")

    assert [kind for _, kind, _ in kinds(*lives)] == ["new", "failed", "new", "voluntary"]


def test_the_same_price_again_at_once_is_no_movement() -> None:
    assert len(kinds(Life(1, 5, 150, "contraction"), Life(5, 9, 150, "failed"))) == 2


def test_billing_waits_as_long_for_a_renewal_as_the_report_does() -> None:
    assert billing.GRACE // MILLISECOND == GRACE


states: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"cancelled_at": 0},
        {"end": "cancelled", "cancelled_at": 0, "late": 1},
        {"end": "failed", "late": 90},
        {"end": "refunded"},
        {"end": "refunded", "early": 500},
        {"end": "replaced", "early": 300},
    ]
)
# Hours; a month ago is when a renewal is due.
AGES = st.integers(0, 60 * 24) | st.sampled_from([719, 720, 721])
histories = st.lists(
    st.tuples(st.integers(1, 4), AGES, st.sampled_from([150, 400]), states),
    max_size=12,
)


def row_of(number: int, hours: int, stars: int, state: dict[str, Any]) -> Any:
    """A subscription that began so many hours ago; some have ended."""
    # Nothing happens at noon itself, when the question is asked.
    start = NOON - hours * HOUR - timedelta(minutes=7)
    expires = start + MONTH
    ended = None
    if "late" in state:
        ended = expires + timedelta(minutes=state["late"])
    if "early" in state:
        ended = start + state["early"] * HOUR
    has_ended = ended is not None and ended < NOON
    told = {name: state.get(name) for name in ("end", "cancelled_at")} if has_ended else {}
    if not has_ended and not ended:
        told = {name: state.get(name) for name in ("end", "cancelled_at")}
    return deal(
        number,
        start,
        stars=stars,
        expires_at=expires,
        ended_at=ended if has_ended else None,
        **told,
    )


class _Row:
    """A row of subscriptions as the database gives it."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


@few_examples
@given(histories, st.sampled_from(["day", "week", "month"]), st.integers(1, 45))
async def test_recurring_revenue_is_what_it_was_and_what_moved_it(
    sqlite: Database, history: list[Any], step: Any, days: int
) -> None:
    rows = [row_of(*one) | {"first_charge_id": str(n)} for n, one in enumerate(history)]
    await replace(sqlite, feature_tables.subscriptions, rows)
    period = asked(days).period

    async with sqlite.read("test") as connection:
        report = await movements(connection, period, cut(period, step))
        running = feature_tables.subscriptions.select().where(billing.running(NOON))
        lasting = (await connection.execute(running)).all()

    lives = [life_of(row) for row in map(_Row, rows)]
    edges = [*cut(period, step).starts[1:], period.end_at]
    slow = [sum(one.stars for one in lives if one.start < at <= one.over) for at in edges]
    assert [part.mrr for part in report.parts] == slow
    assert report.mrr_start + report.total.net == report.mrr_end
    assert report.total.net == sum(part.movement.net for part in report.parts)
    assert report.mrr_end == sum(row.stars for row in lasting if row.started_at < period.end_at)


def test_a_movement_is_the_sum_of_its_kinds() -> None:
    assert Movement(new=5).plus("failed", -2).plus("new", 1).net == 4
