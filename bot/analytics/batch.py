"""The rows of some facts, folded: what one transaction of the store writes.

A person who sends ten messages is one row of users, one of user_activity and ten of events; ten
updates of one outcome in one minute are one row of metric_aggregates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.analytics.events import Event, UserSeen
from bot.analytics.histogram import bucket
from bot.clock import to_milliseconds
from bot.database.tables import HISTOGRAM

ACTIVITY_COLUMNS = ("message_count", "command_count", "button_count", "other_count")
ACTIVITY = {"message": 0, "command": 1, "button": 2}
OTHER_ACTIVITY = 3
MINUTE = 60_000
LABEL_LENGTH = 64
NOTHING_TOOK = (0,) * len(HISTOGRAM)
TITLE_LENGTH = 256

Row = dict[str, Any]
# at, kind, user's Telegram id, chat_id, label, value, text
EventRow = tuple[int, str, int | None, int | None, str | None, float | None, str | None]


class Calendar:
    """Cuts time into days of one time zone; remembers the day it cut last."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._day = date.min
        # In UTC, because on days with a clock change two moments share a local time.
        self._start = self._end = datetime.max.replace(tzinfo=UTC)

    def day(self, at: datetime) -> date:
        """The day of *at*."""
        if not self._start <= at < self._end:
            self._day = at.astimezone(self._zone).date()
            self._start = self._midnight(self._day)
            self._end = self._midnight(self._day + timedelta(days=1))
        return self._day

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).astimezone(UTC)


@dataclass(slots=True)
class Person:
    """What a batch says about one person; None where it says nothing."""

    seen: UserSeen | None = None
    first_at: int | None = None
    last_at: int | None = None
    source: str | None = None
    # None: not said; 0: unblocked; else when they blocked
    blocked_at: int | None = None


@dataclass(slots=True)
class Batch:
    """Rows by table.  People are still known by their Telegram ids."""

    calendar: Calendar
    people: dict[int, Person] = field(default_factory=dict)
    # Who is only mentioned gets no row: the last button of a person who asked to be forgotten
    # must not bring them back.
    mentioned: set[int] = field(default_factory=set)
    activity: dict[tuple[int, date], list[int]] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)
    chats: dict[int, Row] = field(default_factory=dict)
    # count, total, then a count for each bucket of HISTOGRAM
    aggregates: dict[tuple[str, str, int], list[float]] = field(default_factory=dict)
    updates: dict[int, int] = field(default_factory=dict)  # number → when it was handled
    errors: list[Row] = field(default_factory=list)
    quarantined: list[Row] = field(default_factory=list)

    def person(self, user_id: int) -> Person:
        """The notes on one person."""
        found = self.people.get(user_id)
        if found is None:
            found = self.people[user_id] = Person()
        return found

    def active(self, fact: UserSeen) -> None:
        """Note that a person acted."""
        at = to_milliseconds(fact.at)
        person = self.person(fact.user_id)
        person.seen = fact
        person.first_at = at if person.first_at is None else person.first_at
        person.last_at = at
        key = (fact.user_id, self.calendar.day(fact.at))
        counts = self.activity.get(key)
        if counts is None:
            counts = self.activity[key] = [0] * len(ACTIVITY_COLUMNS)
        counts[ACTIVITY.get(fact.kind, OTHER_ACTIVITY)] += 1

    def event(  # noqa: PLR0913  one argument for each column
        self,
        fact: Event,
        kind: str,
        *,
        user_id: int | None = None,
        chat_id: int | None = None,
        label: str | None = None,
        value: float | None = None,
        text: str | None = None,
    ) -> None:
        """Note a row of events."""
        if user_id is not None:
            self.mentioned.add(user_id)
        at = to_milliseconds(fact.at)
        short = label and label[:LABEL_LENGTH].replace("\0", "")
        clean = text and text.replace("\0", "")  # which PostgreSQL does not take
        self.events.append((at, kind, user_id, chat_id, short, value, clean))

    def chat(self, chat_id: int, **columns: object) -> None:
        """Note what is known of a group or channel; later facts win."""
        title = columns.get("title")
        if isinstance(title, str):
            columns["title"] = title.replace("\0", "")[:TITLE_LENGTH]
        self.chats.setdefault(chat_id, {}).update(columns)

    def aggregate(self, name: str, label: str, fact: Event, measured: float | None = None) -> None:
        """Count one into its minute.

        label: of a few names of the code, never of people; measured: seconds, if it took any
        """
        at = to_milliseconds(fact.at)
        key = (name, label, at - at % MINUTE)
        tally = self.aggregates.get(key)
        if tally is None:
            tally = self.aggregates[key] = [0, 0.0, *NOTHING_TOOK]
        tally[0] += 1
        if measured is not None:
            tally[1] += measured
            tally[2 + bucket(measured)] += 1


# How a fact becomes rows.
Keep = Callable[[Batch, Any], None]
