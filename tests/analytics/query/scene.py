"""People, what they did and when, written by a real store: for questions about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.analytics.events import ButtonPressed, CommandUsed, Event, UserStarted
from bot.analytics.query.answer import Answer, Questions
from bot.analytics.query.question import Question
from bot.analytics.query.rows import Number
from bot.analytics.reports.period import Compare, last_days
from bot.analytics.reports.source import Source
from bot.database import tables
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from bot.database.rollup_tables import daily_stats
from bot.plans import load_plans
from tests.analytics.audience.scene import House
from tests.analytics.moments import NOON, said, seen

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = {"UTC": ZoneInfo("UTC"), "Europe/Berlin": BERLIN}
# Two days after the clocks went on, two days after they went back, and a winter's day.
NOWS = [datetime(2026, 3, 31, 9, 30, tzinfo=UTC), datetime(2026, 10, 27, 9, 30, tzinfo=UTC), NOON]
HOUR = timedelta(hours=1)
GROUP = -7
LANGUAGES = {1: "de", 2: "de-at", 3: "en", 4: None, 5: "zz"}
SOURCES = {1: "ads", 2: "source-ads_medium-mail", 3: "", 4: "blog", 5: ""}
# What they are called in an answer.
LANGUAGE_NAMES = {1: "de", 2: "de", 3: "en", 4: None, 5: "other"}
SOURCE_NAMES = {1: "ads", 2: "ads", 3: None, 4: "blog", 5: None}
EMPTIED = (
    *(tables.events, tables.users, tables.user_activity, tables.chats, tables.metric_aggregates),
    *(tables.marks, tables.payments, tables.errors, audience_sets, daily_stats),
)

# Each example is told to a real store and asked of a real database.
few = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a person did.  label: the content type or the command's name"""

    person: int
    at: datetime
    kind: Literal["message", "command", "button"] = "message"
    label: str = "text"
    is_in_group: bool = False

    @property
    def chat_type(self) -> str:
        """Where it was."""
        return "group" if self.is_in_group else "private"

    def day(self, zone: ZoneInfo) -> date:
        """When, as a day of *zone*."""
        return self.at.astimezone(zone).date()

    def facts(self) -> Iterator[Event]:
        """What is published about it; a command is a message, too."""
        user_id = 1000 + self.person
        chat_id = GROUP if self.is_in_group else user_id
        if source := SOURCES[self.person]:
            yield UserStarted(at=self.at, user_id=user_id, source=source)
        yield seen(user_id, self.at, kind=self.kind, language=LANGUAGES[self.person])
        if self.kind == "button":
            yield ButtonPressed(at=self.at, user_id=user_id, chat_id=chat_id, button="more")
            return
        kind = self.label if self.kind == "message" else "text"
        place: dict[str, Any] = {"chat_id": chat_id, "chat_type": self.chat_type}
        yield said(user_id, self.at, content_type=kind, **place)
        if self.kind == "command":
            yield CommandUsed(at=self.at, user_id=user_id, chat_id=chat_id, command=self.label)


def histories(now: datetime, days: int = 12) -> st.SearchStrategy[list[Deed]]:
    """Anything that a few people may have done in the last days."""
    kinds = st.sampled_from(
        [("message", "text"), ("message", "photo"), ("command", "help"), ("command", "quiz"),
         ("button", "")]
    )  # fmt: skip
    deeds = st.builds(
        lambda person, half_hours, kind, is_in_group: Deed(
            person=person,
            at=now - half_hours * HOUR / 2,
            kind=kind[0],
            label=kind[1],
            is_in_group=is_in_group,
        ),
        st.integers(1, 5),
        st.integers(1, days * 48),
        kinds,
        st.booleans(),
    )
    return st.lists(deeds, min_size=1, max_size=24)


class Scene:
    """A bot that has been told of some deeds, and where it is asked about them."""

    def __init__(self, database: Database, now: datetime = NOON, zone: str = "UTC") -> None:
        self.zone = ZONES[zone]
        self.now = now
        self.database = database
        self.house = House(database, now, self.zone)
        self.source = Source(
            database=database,
            audience=self.house.audience,
            plans=load_plans(),
            clock=lambda: now,
        )

    async def tell(self, *deeds: Deed) -> Scene:
        """Only these deeds are known."""
        async with self.database.write("test") as connection:
            for table in EMPTIED:
                await connection.execute(delete(table))
        in_order = sorted(deeds, key=lambda deed: deed.at)
        # In the order of time, in which everything comes that a bot sees itself.
        await self.house.write(*(fact for deed in in_order for fact in deed.facts()))
        return self

    async def ask(
        self, *metrics: str, days: int = 7, compare: Compare | None = None, **more: Any
    ) -> Answer:
        """The answer to a question about the last days."""
        period = last_days(days, self.now, self.zone, compare=compare or "previous")
        asked = {"is_compared": compare is not None, "limit": 10_000} | more
        question = Question(metrics=metrics, period=period, **asked)
        return await Questions(self.source).ask(question)


def table(answer: Answer, metric: str | None = None) -> dict[Any, Number]:
    """The values of a metric by key; of one dimension, by its value."""
    name = metric or answer.question.metrics[0]
    is_single = len(answer.question.dimensions) == 1
    return {row.key[0] if is_single else row.key: row.values[name] for row in answer.rows}


def counted(answer: Answer, metric: str | None = None) -> dict[Any, Number]:
    """The same, where there is anything."""
    found = table(answer, metric)
    return {key: value for key, value in found.items() if isinstance(value, int) and value}


def within(deeds: Sequence[Deed], answer: Answer) -> list[Deed]:
    """The deeds of the answer's period."""
    period = answer.question.period
    return [
        deed
        for deed in deeds
        if deed.at.astimezone(period.zone).date() >= period.first_day and deed.at < period.now
    ]
