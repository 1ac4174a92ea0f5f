"""Sources get their people by three models of attribution."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.sources import Brought, Origin, origin_of, sources
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked, cleaned, replace
from tests.analytics.reports.talk import Act, few, told
from tests.rows import event, payment, put

HOUR = timedelta(hours=1)


def start(number: int, hours: float, source: str = "") -> Act:
    return Act(number=number, hours=hours, kind="start", label=source)


def block(number: int, hours: float) -> Act:
    return Act(number=number, hours=hours, kind="block", label=None)


# 1 came by ads, and again by news; 2 by ads, blocked, and returned by news; 3 plainly.
GOLDEN = [
    start(1, 100, "ads"),
    start(1, 50, "news"),
    start(2, 90, "ads"),
    block(2, 60),
    start(2, 40, "news"),
    start(2, 30, "ads"),
    start(3, 20),
    start(4, 24 * 30, "old"),
    Act(number=1, hours=10),
    Act(number=2, hours=24 * 9),
]


def paid(number: int, hours: float, **more: Any) -> dict[str, Any]:
    return payment(f"{number} {hours}", NOON - hours * HOUR, user_number=number, **more)


def row(source: str, people: int, active: int, paid: int, revenue: int) -> Brought:
    return Brought(origin=Origin(source), people=people, active=active, paid=paid, revenue=revenue)


async def test_a_small_history_by_hand(database: Database) -> None:
    source = await told(database, GOLDEN)
    given_back = {"refunded_at": 5}
    some = [paid(1, 70), paid(2, 35), paid(3, 1)]
    await replace(database, tables.payments, [{**one, "refunded_at": None} for one in some])
    async with database.write("test") as connection:
        lost = tables.payments.update().where(tables.payments.c.user_number == 3)
        await connection.execute(lost.values(given_back))

    models = (await sources(source, asked(7))).models

    assert models["first"] == (row("ads", 2, 1, 2, 100), row("", 1, 0, 0, 0))
    assert models["last"] == (row("", 1, 0, 0, 0), row("ads", 1, 0, 0, 0), row("news", 1, 1, 0, 0))
    assert models["significant"] == (
        row("", 1, 0, 0, 0),
        row("ads", 1, 1, 1, 50),
        row("news", 1, 0, 1, 50),
    )


async def test_who_is_older_than_the_records_is_not_taken_for_new(sqlite: Database) -> None:
    back = [block(2, 60), start(2, 40, "news")]
    source = await told(sqlite, [start(1, 50, "news"), *back, start(3, 20, "ads")])
    await put(sqlite, tables.events, event("edit", NOON - timedelta(days=400), id=0))
    async with sqlite.write("test") as connection:
        met = tables.users.update().where(tables.users.c.number < 3)
        await connection.execute(met.values(first_seen_at=5))
    await cleaned(sqlite, NOON - timedelta(days=90))

    models = (await sources(source, asked(7))).models

    assert models["first"] == (row("ads", 1, 0, 0, 0),)
    assert models["last"] == (row("news", 2, 0, 0, 0), row("ads", 1, 0, 0, 0))
    assert models["significant"] == (row("ads", 1, 0, 0, 0), row("news", 1, 0, 0, 0))


@pytest.mark.parametrize(
    ("payload", "origin"),
    [
        ("", Origin("")),
        ("ads", Origin("ads")),
        ("source-ads", Origin("ads")),
        ("source-my_ads_medium-cpc_campaign-spring_1", Origin("my_ads", "cpc", "spring_1")),
        ("source-ads_campaign-spring", Origin("ads", "", "spring")),
        ("source-", Origin("source-")),
    ],
)
def test_a_payload_is_a_source_or_names_medium_and_campaign(payload: str, origin: Origin) -> None:
    assert origin_of(payload) == origin


LIVES = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(1, 24 * 14), st.sampled_from(["block", "", "ads", "news"])
    ),
    max_size=25,
    unique_by=lambda one: one[:2],
)


@few
@given(lives=LIVES)
async def test_any_history_launch_by_launch(
    sqlite: Database, lives: list[tuple[int, int, str]]
) -> None:
    acts = [block(n, h) if what == "block" else start(n, h, what) for n, h, what in lives]
    query = asked(7)

    models = (await sources(await told(sqlite, acts), query)).models

    for model, some in models.items():
        expected: dict[str, int] = {}
        for number in range(1, 5):
            mine = sorted((one for one in acts if one.number == number), key=lambda one: one.at)
            chosen = launch(mine, model)
            if chosen is not None and chosen[0] >= query.period.start:
                expected[chosen[1]] = expected.get(chosen[1], 0) + 1
        assert {one.origin.source: one.people for one in some} == expected


def launch(acts: list[Act], model: str) -> tuple[datetime, str] | None:
    """Which launch of one person counts, looked for backwards."""
    starts = [at for at, act in enumerate(acts) if act.kind == "start"]
    if model == "significant":
        starts = [at for at in starts if at == starts[0] or acts[at - 1].kind == "block"]
    if not starts:
        return None
    act = acts[starts[0] if model == "first" else starts[-1]]
    return act.at, act.label or ""
