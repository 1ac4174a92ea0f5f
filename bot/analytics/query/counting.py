"""Rows counted: the sums of each group that a question cuts them into."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row

from bot.analytics.query.conditions import Conditions, Ground
from bot.analytics.query.facts import Facts
from bot.analytics.query.limits import Deadline, Limited
from bot.analytics.query.question import Dimension, Filter, Value
from bot.analytics.reports.kept import within
from bot.analytics.reports.period import Period

# Rows of the database, of which an answer has fewer once names are put together.
FOUND = 50_000

Key = tuple[Value, ...]
Sums = dict[str, int | float]


async def counted(  # noqa: PLR0913  what a count is
    limited: Limited,
    facts: Facts,
    ground: Ground,
    *,
    period: Period,
    dimensions: Sequence[Dimension],
    where: Filter | None,
) -> dict[Key, Sums]:
    """The sums of *facts* by their values of *dimensions*; TooMuchError for too many groups."""
    conditions = Conditions(facts, period, ground)
    query = _query(facts, conditions, period, dimensions, where)
    rows = await limited.rows(query)
    if len(rows) > FOUND:
        limited.deadline.check_rows(len(rows))
    # In a thread: as many rows take long enough to keep everybody else waiting.
    found = await asyncio.to_thread(_summed, rows, facts, conditions, dimensions, limited.deadline)
    limited.deadline.check_rows(len(found))
    return found


def _summed(
    rows: Sequence[Row[Any]],
    facts: Facts,
    conditions: Conditions,
    dimensions: Sequence[Dimension],
    deadline: Deadline,
) -> dict[Key, Sums]:
    found: dict[Key, Sums] = {}
    for row in rows:
        deadline.check()
        names, values = row[: len(dimensions)], row[len(dimensions) :]
        key = tuple(
            conditions.value(dimension, name)
            for dimension, name in zip(dimensions, names, strict=True)
        )
        sums = found.setdefault(key, dict.fromkeys(facts.measures, 0))
        for measure, value in zip(facts.measures, values, strict=True):
            sums[measure] += _number(value)
    return found


def _query(
    facts: Facts,
    conditions: Conditions,
    period: Period,
    dimensions: Sequence[Dimension],
    where: Filter | None,
) -> Select[Any]:
    """First what each row has, then the groups: PostgreSQL groups by columns, not by texts."""
    keys = [conditions.column(one).label(f"d{n}") for n, one in enumerate(dimensions)]
    values = [one.label(f"m{n}") for n, one in enumerate(facts.measures.values())]
    rows = (
        select(*keys, *values)
        .select_from(conditions.table(dimensions, where))
        .where(facts.where, within(facts.at, period), conditions.condition(where))
        .subquery("found")
    )
    groups = [rows.c[key.name] for key in keys]
    sums = [func.sum(rows.c[value.name]) for value in values]
    return select(*groups, *sums).group_by(*groups).limit(FOUND + 1)


def _number(value: Any) -> int | float:
    """PostgreSQL's sums of whole numbers are Decimals; a sum of nothing is None."""
    return int(value) if isinstance(value, Decimal) else value or 0
