"""Where questions are asked: a few at a time, each within its time, of what reports know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.analytics.query.counting import Key, Sums
from bot.analytics.query.inquiry import Inquiry
from bot.analytics.query.judge import judge
from bot.analytics.query.limits import ROWS, Deadline
from bot.analytics.query.question import Question
from bot.analytics.query.rows import Found, Row, rows
from bot.analytics.reports.source import Source
from bot.analytics.turns import Turns

SECONDS = 5.0
AT_ONCE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was found.

    rows: those of the page; count: how many there are in all; totals: everything, as one row
    recorded_since: the oldest record; None: there is none
    warnings: sentences about what these numbers are not
    """

    question: Question
    rows: Sequence[Row]
    count: int
    totals: Row
    recorded_since: datetime | None
    warnings: Sequence[str]
    seconds: float


class Questions:
    """Asks the database and the audience; never writes to either.

    seconds: how long an answer may take; size: how many rows it may have
    """

    def __init__(self, source: Source, *, seconds: float = SECONDS, size: int = ROWS) -> None:
        self._source = source
        self._size = size
        self._seconds = seconds
        self._turns = Turns(AT_ONCE)

    async def ask(self, question: Question) -> Answer:
        """The answer to *question*.

        Raises QuestionError for what cannot be asked, TooMuchError for what would take too long
        or have too many rows, BusyError while others are asking.
        """
        judge(question)
        started = time.monotonic()
        deadline = Deadline(self._seconds, rows=self._size)
        async with self._turns.taken(deadline.left):
            inquiry = Inquiry(self._source, question, deadline)
            await inquiry.begin()
            now = await inquiry.found(question.period)
            then = await inquiry.found(question.period.previous) if question.is_compared else {}
            totals = await _totals(inquiry, question, now, then, deadline)
            # In a thread: thousands of rows take long enough to keep everybody else waiting.
            found = await asyncio.to_thread(rows, question, now, then, inquiry.horizon, deadline)
        return Answer(
            question=question,
            rows=found[question.offset : question.offset + question.limit],
            count=len(found),
            totals=totals,
            recorded_since=inquiry.horizon.recorded_since,
            warnings=inquiry.warnings(),
            seconds=time.monotonic() - started,
        )


async def _totals(
    inquiry: Inquiry, question: Question, now: Found, then: Found, deadline: Deadline
) -> Row:
    """All as one row: people are counted anew, because one may be in several rows."""
    whole = replace(question, dimensions=(), order=())
    sums = await asyncio.to_thread(_merged, now) | await inquiry.everybody(question.period)
    before: Found = {}
    if question.is_compared:
        everybody = await inquiry.everybody(question.period.previous)
        before = await asyncio.to_thread(_merged, then) | everybody
    (row,) = rows(whole, sums, before, inquiry.horizon, deadline)
    return row


def _merged(found: Found) -> dict[str, dict[Key, Sums]]:
    merged: dict[str, dict[Key, Sums]] = {}
    for records, groups in found.items():
        sums: Sums = {}
        for one in groups.values():
            for measure, value in one.items():
                sums[measure] = sums.get(measure, 0) + value
        merged[records] = {(): sums}
    return merged
