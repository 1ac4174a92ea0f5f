"""The answer to a question as JSON: results, what they are about, and the question in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, Field

from bot.analytics.query.answer import Answer
from bot.analytics.query.question import Value
from bot.analytics.query.rows import Number, Row
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period
from bot.clock import from_milliseconds


class QueryUnknown(BaseModel):
    """A number that cannot be known, and why."""

    value: None = None
    reason: Unknown


Numbers = dict[str, int | float | QueryUnknown]


class QueryRow(BaseModel):
    """One row.

    dimensions: its value of each, null where nothing is known; values, before: of each metric
    """

    dimensions: dict[str, date | int | str | None]
    values: Numbers
    before: Numbers | None = Field(description="Of the same row in the period before.")


class QueryPeriod(BaseModel):
    """The days that are counted, in TIMEZONE.  end: the moment until which"""

    first_day: date
    last_day: date
    days: int
    start: datetime
    end: datetime
    is_over: bool


class QueryPage(BaseModel):
    """Which of the rows these are.  next_offset: of the next page, null on the last"""

    limit: int
    offset: int
    next_offset: int | None


class QueryTotals(BaseModel):
    """All rows as one; people count once, in however many rows they are."""

    values: Numbers
    before: Numbers | None


class QueryMeta(BaseModel):
    """What the results are about.

    rows: in all, on this page or not; warnings: sentences about what the numbers are not
    """

    period: QueryPeriod
    before: QueryPeriod | None
    zone: str
    rows: int
    page: QueryPage
    totals: QueryTotals
    recorded_since: datetime | None
    is_synthetic: bool
    elapsed_ms: float
    warnings: list[str]


class QueryAnswer(BaseModel):
    """The results.  query: the question with every default, which can be sent again as it is"""

    results: list[QueryRow]
    meta: QueryMeta
    query: dict[str, Any]


def told(answer: Answer, query: dict[str, Any], *, is_synthetic: bool) -> QueryAnswer:
    """*answer* to *query* as JSON has it."""
    question = answer.question
    names = question.dimensions
    totals = answer.totals
    meta = QueryMeta(
        period=_period(question.period),
        before=_period(question.period.previous) if question.is_compared else None,
        zone=str(question.period.zone),
        rows=answer.count,
        page=_page(answer),
        totals=QueryTotals(values=_numbers(totals.values), before=_before(totals)),
        recorded_since=answer.recorded_since,
        is_synthetic=is_synthetic,
        elapsed_ms=round(answer.seconds * 1000, 1),
        warnings=list(answer.warnings),
    )
    rows = [
        QueryRow(
            dimensions=_named(names, row.key), values=_numbers(row.values), before=_before(row)
        )
        for row in answer.rows
    ]
    return QueryAnswer(results=rows, meta=meta, query=query)


def _named(names: tuple[str, ...], key: tuple[Value, ...]) -> dict[str, Value]:
    return dict(zip(names, key, strict=True))


def _before(row: Row) -> Numbers | None:
    return None if row.before is None else _numbers(row.before)


def _numbers(values: Mapping[str, Number]) -> Numbers:
    return {
        name: QueryUnknown(reason=value) if isinstance(value, Unknown) else value
        for name, value in values.items()
    }


def _period(period: Period) -> QueryPeriod:
    return QueryPeriod(
        first_day=period.first_day,
        last_day=period.last_day,
        days=period.days,
        start=period.start.astimezone(UTC),
        end=from_milliseconds(period.end_at),
        is_over=period.is_over,
    )


def _page(answer: Answer) -> QueryPage:
    question = answer.question
    end = question.offset + question.limit
    return QueryPage(
        limit=question.limit,
        offset=question.offset,
        next_offset=end if end < answer.count else None,
    )
