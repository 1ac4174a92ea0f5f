"""Whether a question can be answered at all, before anybody looks at a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.analytics.query.metrics import METRICS, Metric
from bot.analytics.query.question import (
    UNKNOWN_TOO,
    Either,
    Every,
    Filter,
    HasDone,
    Is,
    Not,
    Question,
    QuestionError,
    leaves,
)

DEEPEST = 5
CONDITIONS = 50
HAS_DONE = 5
MANY_ACTED: Any = ("command", "feature")


def judge(question: Question) -> None:
    """Raise QuestionError for the first part that no answer could have."""
    metrics = _metrics(question.metrics)
    _unique("dimensions", question.dimensions)
    for place, dimension in enumerate(question.dimensions):
        _can_have(metrics, dimension, f"dimensions.{place}", "cut")
    _filters(question.where, metrics)
    _order(question)


def _metrics(names: Iterable[str]) -> list[Metric]:
    _unique("metrics", names)
    for place, name in enumerate(names):
        if name not in METRICS:
            known = ", ".join(METRICS)
            raise QuestionError(f"metrics.{place}", f"is none of the metrics: {known}")
    return [METRICS[name] for name in names]


def _unique(field: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            raise QuestionError(f"{field}.{place}", f"{name} stands there twice")
        seen.add(name)


def _can_have(metrics: Iterable[Metric], dimension: Any, field: str, verb: str) -> None:
    for metric in metrics:
        if dimension not in metric.dimensions:
            able = ", ".join(metric.dimensions)
            problem = f"{metric.name} cannot be {verb} by {dimension}, only by {able}"
            raise QuestionError(field, problem)


def _filters(where: Filter | None, metrics: list[Metric]) -> None:
    some = list(leaves(where))
    if len(some) > CONDITIONS:
        raise QuestionError("filters", f"has more than {CONDITIONS} conditions")
    if _depth(where) > DEEPEST:
        raise QuestionError("filters", f"is nested more than {DEEPEST} deep")
    if sum(isinstance(one, HasDone) for one in some) > HAS_DONE:
        raise QuestionError("filters", f"has has_done more than {HAS_DONE} times")
    for one in some:
        if isinstance(one, Is):
            _can_have(metrics, one.dimension, f"{one.at}.field", "filtered")
            _known(one)
        else:
            _people(one, metrics)


def _known(one: Is) -> None:
    if None in one.values and one.dimension not in UNKNOWN_TOO:
        raise QuestionError(f"{one.at}.value", f"{one.dimension} is always known, never null")


def _people(one: HasDone, metrics: Iterable[Metric]) -> None:
    for metric in metrics:
        if not metric.knows_people:
            problem = f"{metric.name} is nobody's in particular, so nobody has done anything"
            raise QuestionError(f"{one.at}.has_done", problem)
    if one.name and one.act not in MANY_ACTED:
        raise QuestionError(f"{one.at}.has_done.name", f"says nothing about {one.act}")
    if one.act == "feature" and not one.name:
        raise QuestionError(f"{one.at}.has_done.name", "has to say which feature")


def _depth(where: Filter | None) -> int:
    match where:
        case Not(part):
            return 1 + _depth(part)
        case Every(parts) | Either(parts):
            return 1 + max(map(_depth, parts), default=0)
        case _:
            return 1


def _order(question: Question) -> None:
    able = {*question.metrics, *question.dimensions}
    for place, order in enumerate(question.order):
        if order.by not in able:
            problem = f"{order.by} is none of the metrics and dimensions that are asked for"
            raise QuestionError(f"order_by.{place}.by", problem)
