"""Since when there are records of what a question asks, and so which numbers can be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.analytics.audience.days import Days
from bot.analytics.memory import REPORT_DAYS
from bot.analytics.milestones import Milestones
from bot.analytics.query.metrics import PEOPLE
from bot.analytics.query.question import HasDone, Is, Question, leaves
from bot.analytics.query.records import EVENTS, TABLES
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.kept import Kept
from bot.analytics.reports.period import Period
from bot.clock import MILLISECOND, from_milliseconds, to_milliseconds

ERRORS_STAY = timedelta(days=REPORT_DAYS) // MILLISECOND


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """What can be known.

    since: the oldest record, in UTC milliseconds; None: nothing is recorded
    gone: of each kind of records, those from before it were removed; 0: none were
    """

    days: Days
    since: int | None
    gone: Mapping[str, int]

    @property
    def recorded_since(self) -> datetime | None:
        """The oldest record; None without any."""
        return None if self.since is None else from_milliseconds(self.since)

    def gap(
        self, records: str, period: Period, day: date | None, *, is_before: bool = False
    ) -> Unknown | None:
        """Why a number of *period*, or of one *day* of it, is unknown; None if it is not.

        is_before: the period is what another one is compared with
        """
        if self.since is None:
            return Unknown.NOTHING_RECORDED
        start, end = self.days.limits(day) if day else (period.start_at, period.end_at)
        # Part of a period is a number, but nothing to compare a whole one with.
        if end <= self.since or (is_before and day is None and start < self.since):
            return Unknown.NOT_RECORDED_THEN
        return Unknown.REMOVED if start < self.gone[records] else None


def horizon(question: Question, kept: Kept, reached: Milestones, now: datetime) -> Horizon:
    """How far back *question* can be answered."""
    days = Days(question.period.zone)
    oldest = to_milliseconds(now) - ERRORS_STAY
    ends = {
        "always": 0,
        "events": kept.removed_until,
        "errors": oldest if kept.since is not None and kept.since < oldest else 0,
    }
    gone = {name: ends[facts.kept] for name, facts in TABLES.items()}
    for name in EVENTS:
        is_summed = can_be_summed(question, name)
        gone[name] = _of_sums(question, reached, days) if is_summed else kept.removed_until
    return Horizon(days=days, since=kept.since, gone={**gone, PEOPLE: 0})


def can_be_summed(question: Question, records: str) -> bool:
    """Whether sums of events tell all that is asked of them."""
    some = tuple(leaves(question.where))
    is_about_people = any(isinstance(one, HasDone) for one in some)
    return not is_about_people and used(question) <= {*EVENTS[records].summed_dimensions}


def used(question: Question) -> set[str]:
    """The dimensions that *question* cuts or filters by."""
    filtered = {one.dimension for one in leaves(question.where) if isinstance(one, Is)}
    return filtered.union(question.dimensions)


def _of_sums(question: Question, reached: Milestones, days: Days) -> int:
    """Of a day whose hours are gone, in part or all, only the sum of the day is left."""
    if "hour" not in used(question) or not reached.hours_since:
        return 0
    return days.limits(days.of(reached.hours_since))[1]
