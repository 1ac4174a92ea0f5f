"""What cannot be asked is refused, and the part that is wrong is named."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from bot.analytics.query.judge import CONDITIONS, DEEPEST, HAS_DONE, judge
from bot.analytics.query.metrics import METRICS
from bot.analytics.query.question import (
    DIMENSIONS,
    Either,
    Every,
    HasDone,
    Is,
    Not,
    Order,
    Question,
    QuestionError,
)
from bot.analytics.reports.period import last_days
from tests.analytics.moments import NOON

PERIOD = last_days(7, NOON, UTC)
TODAY = NOON.date()
TEXT = Is("content_type", ("text",), "filters")
DID = HasDone("message", TODAY, TODAY, at="filters.and.1")


def nested(depth: int) -> Any:
    where: Any = TEXT
    for _ in range(depth):
        where = Not(where)
    return where


def fault(*metrics: str, **more: Any) -> tuple[str, str]:
    with pytest.raises(QuestionError) as refused:
        judge(Question(metrics=metrics or ("messages",), period=PERIOD, **more))
    return refused.value.field, refused.value.problem


@pytest.mark.parametrize(
    ("asked", "field", "problem"),
    [
        ({"metrics": ("messages", "likes")}, "metrics.1", "is none of the metrics: people, "),
        ({"metrics": ("messages", "messages")}, "metrics.1", "messages stands there twice"),
        ({"dimensions": ("day", "day")}, "dimensions.1", "day stands there twice"),
        (
            {"dimensions": ("day", "command")},
            "dimensions.1",
            "messages cannot be cut by command, only by day, hour, weekday, content_type,",
        ),
        ({"metrics": ("people", "errors"), "dimensions": ("language",)}, "dimensions.0", "errors"),
        ({"metrics": ("errors",), "where": TEXT}, "filters.field", "errors cannot be filtered by"),
        (
            {"where": Every((TEXT, Is("command", ("a",), "filters.and.1")))},
            "filters.and.1.field",
            "messages cannot be filtered by command",
        ),
        ({"metrics": ("errors",), "where": DID}, "filters.and.1.has_done", "nobody's"),
        ({"where": Is("hour", (None,))}, "filters.value", "hour is always known, never null"),
        ({"where": Either((TEXT,) * (CONDITIONS + 1))}, "filters", "more than 50 conditions"),
        ({"where": nested(DEEPEST)}, "filters", "nested more than 5 deep"),
        ({"where": Every((DID,) * (HAS_DONE + 1))}, "filters", "has_done more than 5 times"),
        ({"where": HasDone("button", TODAY, TODAY, "x")}, "filters.has_done.name", "says nothing"),
        ({"where": HasDone("feature", TODAY, TODAY)}, "filters.has_done.name", "which feature"),
        ({"order": (Order("day"), Order("messages"))}, "order_by.0.by", "day is none of"),
    ],
)
def test_the_first_wrong_part_is_named(asked: dict[str, Any], field: str, problem: str) -> None:
    metrics = asked.pop("metrics", ())

    found, why = fault(*metrics, **asked)

    assert found == field
    assert problem in why


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_metric_is_cut_by_what_it_says_and_nothing_else(metric: str, dimension: Any) -> None:
    question = Question(metrics=(metric,), period=PERIOD, dimensions=(dimension,))

    if dimension in METRICS[metric].dimensions:
        judge(question)
        return
    assert fault(metric, dimensions=(dimension,))[0] == "dimensions.0"


def test_what_is_just_allowed_is_not_refused() -> None:
    for where in (nested(DEEPEST - 1), Either((TEXT,) * CONDITIONS), Every((DID,) * HAS_DONE)):
        judge(Question(metrics=("messages",), period=PERIOD, where=where))
