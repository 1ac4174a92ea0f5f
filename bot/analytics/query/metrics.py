"""Every metric that can be asked for: what it means, and which sums it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import pos
from typing import Any

from bot.analytics.query.question import TIMES, Dimension
from bot.analytics.query.records import EVENTS, TABLES
from bot.analytics.reports.figure import Unknown, share

# Counted from sets of people, not from rows.
PEOPLE = "people"
OF_PEOPLE: tuple[Dimension, ...] = (*TIMES, "command", "feature", "language", "source", "plan")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric.

    records: in which rows it is (a name of EVENTS or TABLES), or PEOPLE
    measures: which of their sums make() takes
    unknown: why there may be no number where there are rows
    """

    name: str
    meaning: str
    records: str
    measures: tuple[str, ...] = ("count",)
    make: Callable[..., Any] = pos
    unknown: Unknown = Unknown.NO_UPDATES

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What it can be cut and filtered by."""
        if self.records == PEOPLE:
            return OF_PEOPLE
        if self.records in EVENTS:
            return EVENTS[self.records].single().dimensions
        return TABLES[self.records].dimensions

    @property
    def knows_people(self) -> bool:
        """Whether it can be narrowed to people who have done something."""
        return "language" in self.dimensions

    @property
    def is_additive(self) -> bool:
        """Whether the sum of its rows is the whole."""
        return self.make is pos and self.records != PEOPLE


def _success(done: int, failed: int) -> float | None:
    return share(done, done + failed)


def _cost(cost: float, priced: int, tokens: int) -> float | None:
    return None if tokens and not priced else float(cost)


def _metric(name: str, records: str, meaning: str, *measures: str, **more: Any) -> Metric:
    own = measures or ("count",)
    return Metric(name=name, meaning=meaning, records=records, measures=own, **more)


ALL = (
    _metric("people", PEOPLE, "Distinct people who were active.", "people"),
    _metric("new_people", "new_people", "People seen for the first time."),
    _metric("messages", "messages", "Messages received, service messages among them."),
    _metric("commands", "commands", "Commands typed."),
    _metric("buttons", "buttons", "Inline buttons pressed."),
    _metric("feature_uses", "uses", "What people did in the features."),
    _metric("downloads", "downloads", "Downloads that people chose."),
    _metric("downloads_done", "downloads", "Of those, delivered.", "done"),
    _metric("downloads_failed", "downloads", "Of those, failed.", "failed"),
    _metric(
        "download_success",
        "downloads",
        "Delivered / (delivered + failed).",
        *("done", "failed"),
        make=_success,
    ),
    _metric("payments", "payments", "Payments received."),
    _metric("stars", "payments", "Stars received.", "stars"),
    _metric("refunds", "refunds", "Payments given back, when they were."),
    _metric("refunded_stars", "refunds", "Stars given back, when they were.", "stars"),
    _metric("quizzes", "quizzes", "Quizzes begun."),
    _metric("quizzes_completed", "quizzes", "Of those, played to the end.", "completed"),
    _metric("quiz_answers", "answers", "Answers in quizzes that began then."),
    _metric("quiz_right_answers", "answers", "Of those, right ones.", "right"),
    _metric(
        "quiz_correct_share",
        "answers",
        "Right answers / answers.",
        *("right", "count"),
        make=share,
    ),
    _metric("conversations", "conversations", "Conversations with the assistant begun."),
    _metric("assistant_messages", "questions", "Questions to the assistant that have ended."),
    _metric("assistant_answers", "questions", "Of those, answered.", "answered"),
    _metric("assistant_tokens", "questions", "Tokens of all types.", "tokens"),
    _metric(
        "assistant_cost",
        "questions",
        "US dollars for the tokens that have a price.",
        *("cost", "priced", "tokens"),
        make=_cost,
        unknown=Unknown.NO_PRICE,
    ),
    _metric("errors", "errors", "Errors raised."),
)
METRICS = {metric.name: metric for metric in ALL}
