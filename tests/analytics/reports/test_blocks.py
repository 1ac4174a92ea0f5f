"""Blocks, and how many people could have blocked the bot, are what replaying each life gives."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.analytics.reports.blocks import Blocks, BlocksPart, blocks
from bot.analytics.reports.figure import Figure
from bot.analytics.reports.source import Source
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked
from tests.analytics.reports.talk import BERLIN, NOWS, Act, few, told

WEEK = 24 * 7


def met(number: int, hours: float) -> Act:
    return Act(number=number, hours=hours)


def block(number: int, hours: float, kind: str = "block", now: datetime = NOON) -> Act:
    return Act(number=number, hours=hours, kind=kind, label=None, now=now)


# 1 blocks now; 2 blocked before and comes back; 3 blocked before for good; 4 stays; 5 is new.
GOLDEN = [
    *[met(number, 3 * WEEK) for number in (1, 2, 3, 4)],
    met(5, 20),
    block(2, 24 * 10),
    block(3, 24 * 9),
    block(1, 30),
    block(2, 30, "unblock"),
    block(5, 3),
]


async def lived(database: Database, acts: list[Act]) -> Source:
    """The acts, and who has the bot blocked after all of them."""
    source = await told(database, acts, BERLIN)
    last = {act.number: act for act in acts if act.kind != "message"}
    for number, act in last.items():
        at = to_milliseconds(act.at) if act.kind == "block" else None
        query = update(tables.users).where(tables.users.c.number == number)
        async with database.write("test") as connection:
            await connection.execute(query.values(blocked_at=at))
    return source


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_a_small_history_by_hand(database: Database) -> None:
    report = await blocks(await lived(database, GOLDEN), asked(7))

    assert [values(one) for one in (report.blocks, report.unblocks, report.net)] == [
        (2, 2),
        (1, 0),
        (1, 2),
    ]
    assert values(report.reachable) == (2, 4)
    assert values(report.rate) == (1.0, 0.5)
    assert report.parts[-2:] == (
        BlocksPart(name=date(2025, 12, 31), blocks=1, unblocks=1),
        BlocksPart(name=date(2026, 1, 1), blocks=1, unblocks=0),
    )


async def test_a_rate_of_nobody_is_unknown(sqlite: Database) -> None:
    report = await blocks(await lived(sqlite, [met(1, 3)]), asked(7))

    assert (report.reachable.value, report.rate.value) == (0, None)


TURNS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 20 * 24)), max_size=20, unique=True)


@few
@given(turns=TURNS, known=st.integers(0, 20 * 24), now=st.sampled_from(NOWS))
async def test_any_history_life_by_life(
    sqlite: Database, turns: list[tuple[int, int]], known: int, now: datetime
) -> None:
    acts = [Act(number=number, hours=known, now=now) for number in range(1, 5)]
    is_blocked: set[int] = set()
    for number, hours in sorted(turns, key=lambda turn: -turn[1]):
        kind = "unblock" if number in is_blocked else "block"
        is_blocked ^= {number}
        acts.append(block(number, hours, kind, now=now))
    query = asked(9, BERLIN, now)

    report = await blocks(await lived(sqlite, acts), query)

    start = query.period.start
    assert counted(report) == expected(acts, start)


def counted(report: Blocks) -> tuple[float | None, ...]:
    return report.blocks.value, report.unblocks.value, report.reachable.value


def expected(acts: list[Act], start: datetime) -> tuple[int, int, int]:
    within = [act.kind for act in acts if act.at >= start]
    people = {act.number for act in acts if act.kind == "message" and act.at < start}
    state = {act.number: act.kind for act in acts if act.at < start and act.kind != "message"}
    free = {number for number in people if state.get(number) != "block"}
    return within.count("block"), within.count("unblock"), len(free)
