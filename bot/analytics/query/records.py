"""The rows of each table that metrics are made of.

What a row is, and at what time it counts, is what the reports say, so their numbers are the same.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal_column

from bot.analytics.audience.segments import FEATURE, KINDS
from bot.analytics.query.facts import ONE, UNNAMED, Columns, EventFacts, Facts
from bot.analytics.reports.assistant import IS_OVER
from bot.analytics.reports.downloads import STATES
from bot.analytics.reports.messages import TYPES
from bot.analytics.reports.usage import IS_ANSWERED, TOKENS
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_answers,
    quiz_runs,
)
from bot.database.tables import errors, payments, users
from bot.plans import OTHER

NONE: Any = literal_column("0", Integer)
OTHER_NAME: Any = literal_column(f"'{OTHER}'")
FEATURES = {
    kind: segment.removeprefix(FEATURE)
    for kind, segment in KINDS.items()
    if segment.startswith(FEATURE)
}
# The features' names.
FEATURE_NAMES = tuple(dict.fromkeys(FEATURES.values()))


def _type(kind: ColumnElement[Any], label: ColumnElement[Any]) -> Columns:
    del kind
    return {"content_type": case((label.in_(TYPES), label), else_=OTHER_NAME)}


def _command(kind: ColumnElement[Any], label: ColumnElement[Any]) -> Columns:
    del kind
    return {"command": case((label == UNNAMED, OTHER_NAME), else_=label)}


def _feature(kind: ColumnElement[Any], label: ColumnElement[Any]) -> Columns:
    del label
    named = [
        (kind.in_([one for one, name in FEATURES.items() if name == feature]), feature)
        for feature in FEATURE_NAMES
    ]
    return {"feature": case(*named)}


def _if(condition: ColumnElement[bool], value: Any = ONE) -> ColumnElement[Any]:
    return case((condition, value), else_=NONE)


def _named(plan: ColumnElement[Any]) -> ColumnElement[Any]:
    """Payments from before there were plans are of another one."""
    return case((plan == UNNAMED, OTHER_NAME), else_=plan)


EVENTS = {
    "messages": EventFacts(kinds=("message",), own=_type),
    "commands": EventFacts(kinds=("command",), own=_command),
    "buttons": EventFacts(kinds=("button",)),
    "uses": EventFacts(kinds=tuple(FEATURES), own=_feature),
}


def _downloads() -> Facts:
    row: Any = downloads.c
    return Facts(
        table=downloads,
        at=row.queued_at,
        where=row.state.in_(STATES),
        person=row.user_number,
        chat=row.chat_id,
        own={"plan": func.nullif(row.plan, UNNAMED)},
        measures={
            "count": ONE,
            "done": _if(row.state == "done"),
            "failed": _if(row.state == "failed"),
        },
        kept="events",
    )


def _payments(at: ColumnElement[Any]) -> Facts:
    row: Any = payments.c
    return Facts(
        table=payments,
        at=at,
        person=row.user_number,
        own={"plan": _named(row.plan)},
        measures={"count": ONE, "stars": row.stars},
    )


def _quizzes() -> Facts:
    row: Any = quiz_runs.c
    return Facts(
        table=quiz_runs,
        at=row.started_at,
        person=row.starter_number,
        chat=row.chat_id,
        measures={"count": ONE, "completed": _if(row.state == "completed")},
    )


def _answers() -> Facts:
    run: Any = quiz_runs.c
    answer: Any = quiz_answers.c
    # An alias, because what is known of a person is looked up in users, too.
    people = users.alias("players")
    played = quiz_answers.join(quiz_runs, answer.run_id == run.id)
    return Facts(
        table=played.outerjoin(people, people.c.telegram_id == answer.telegram_id),
        at=run.started_at,
        person=people.c.number,
        chat=run.chat_id,
        measures={"count": ONE, "right": cast(answer.is_correct, Integer)},
    )


def _questions() -> Facts:
    row: Any = completions.c
    return Facts(
        table=completions,
        at=row.asked_at,
        where=IS_OVER,
        person=row.user_number,
        chat=row.chat_id,
        measures={
            "count": ONE,
            "answered": _if(IS_ANSWERED),
            "tokens": TOKENS,
            "cost": func.coalesce(row.cost_usd, NONE),
            "priced": _if(row.cost_usd.is_not(None)),
        },
        kept="events",
    )


def _conversations() -> Facts:
    row: Any = conversations.c
    return Facts(
        table=conversations,
        at=row.started_at,
        person=row.user_number,
        chat=row.chat_id,
        measures={"count": ONE},
    )


def _new_people() -> Facts:
    row: Any = users.c
    return Facts(table=users, at=row.first_seen_at, person=row.number, measures={"count": ONE})


def _errors() -> Facts:
    return Facts(table=errors, at=errors.c.at, measures={"count": ONE}, kept="errors")


TABLES = {
    "new_people": _new_people(),
    "downloads": _downloads(),
    "payments": _payments(payments.c.paid_at),
    "refunds": _payments(payments.c.refunded_at),
    "quizzes": _quizzes(),
    "answers": _answers(),
    "questions": _questions(),
    "conversations": _conversations(),
    "errors": _errors(),
}
