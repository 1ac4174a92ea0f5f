"""A question's dimensions and filters as SQL, about the rows of one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import orjson
from pyroaring import BitMap
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    any_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from bot.analytics.query import local
from bot.analytics.query.facts import Facts
from bot.analytics.query.names import Names
from bot.analytics.query.question import (
    Dimension,
    Either,
    Every,
    Filter,
    HasDone,
    Is,
    Not,
    Value,
    leaves,
)
from bot.analytics.reports.period import Period
from bot.database.feature_tables import subscriptions
from bot.database.tables import chats, users


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What conditions are made with.

    languages, sources: what people's Telegram writes, and its names
    free: the plan of who has no other; doers: who has done what a question asks for
    given: the same as the database takes it, for metrics that are counted from rows
    """

    is_sqlite: bool
    languages: Mapping[str, str]
    sources: Mapping[str, str]
    free: str
    doers: Mapping[HasDone, BitMap]
    given: Mapping[HasDone, Any]


def given(doers: Mapping[HasDone, BitMap], *, is_sqlite: bool) -> dict[HasDone, Any]:
    """All of each in one text or array, because there may be a million: in a thread."""
    found = {one: members.to_array().tolist() for one, members in doers.items()}
    if is_sqlite:
        return {one: orjson.dumps(numbers).decode() for one, numbers in found.items()}
    return found


class Conditions:
    """SQL about some facts, in the zone of a period."""

    def __init__(self, facts: Facts, period: Period, ground: Ground) -> None:
        self._facts = facts
        self._period = period
        self._ground = ground
        self._people = users.alias("people")
        self._places = chats.alias("places")

    def table(self, dimensions: Iterable[Dimension], where: Filter | None) -> FromClause:
        """The rows, with what is known of their people and places as far as it is asked for."""
        used = {one.dimension for one in leaves(where) if isinstance(one, Is)}.union(dimensions)
        found, facts = self._facts.table, self._facts
        if used & {"language", "source"}:
            found = found.outerjoin(self._people, self._people.c.number == facts.person)
        if "chat_type" in used:
            found = found.outerjoin(self._places, self._places.c.chat_id == facts.chat)
        return found

    def column(self, dimension: Dimension) -> ColumnElement[Any]:
        """What a row has; value() makes a value of it."""
        if dimension in self._names:
            return self._names[dimension].expression
        return self._columns[dimension]

    def value(self, dimension: Dimension, found: Any) -> Value:
        """The value of what column() gave."""
        if dimension in self._names:
            return self._names[dimension].name(found)
        value: Value = local.day_of(int(found)) if dimension == "day" else found
        return value

    def condition(self, where: Filter | None) -> ColumnElement[bool]:
        """Whether *where* is true of a row; a row of which nothing is known is a plain no."""
        match where:
            case None:
                return true()
            case Is(dimension, values):
                return self._is(dimension, values)
            case HasDone():
                return self._has_done(self._ground.given[where])
            case Not(part):
                return not_(self.condition(part).self_group())
            case Every(parts):
                return and_(true(), *map(self.condition, parts))
            case Either(parts):
                return or_(false(), *map(self.condition, parts))

    def _is(self, dimension: Dimension, values: Iterable[Value]) -> ColumnElement[bool]:
        if dimension in self._names:
            return self._names[dimension].condition(values)
        column = self._columns[dimension]
        known = [
            local.day_number(one) if isinstance(one, date) else one
            for one in values
            if one is not None
        ]
        parts = [and_(column.is_not(None), column.in_(known))]
        if None in values:
            parts.append(column.is_(None))
        return or_(*parts)

    def _has_done(self, members: Any) -> ColumnElement[bool]:
        person: Any = self._facts.person
        if self._ground.is_sqlite:
            each = func.json_each(members).table_valued("value")
            is_one = person.in_(select(each.c.value))
        else:
            is_one = person == any_(literal(members, ARRAY(BigInteger)))
        return and_(person.is_not(None), is_one)

    @cached_property
    def _names(self) -> dict[Dimension, Names]:
        return {
            "language": Names(self._people.c.language, self._ground.languages),
            "source": Names(self._people.c.source, self._ground.sources),
        }

    @cached_property
    def _columns(self) -> dict[Dimension, ColumnElement[Any]]:
        facts = self._facts
        found: dict[Dimension, ColumnElement[Any]] = dict(local.times(facts.at, self._period))
        if facts.person is not None:
            found["plan"] = self._plan(facts.person)
        if facts.chat is not None:
            # A private chat has the id of its person, and no row.
            found["chat_type"] = case((facts.chat > 0, "private"), else_=self._places.c.type)
        return {**found, **facts.own}

    def _plan(self, person: ColumnElement[Any]) -> ColumnElement[Any]:
        """Which one the person was on at the time."""
        row, at = subscriptions.c, self._facts.at
        ended = func.coalesce(row.ended_at, row.expires_at)
        until = case((ended < row.expires_at, ended), else_=row.expires_at)
        runs = and_(row.user_number == person, row.started_at <= at, until > at)
        last = select(row.plan).where(runs).order_by(row.started_at.desc(), row.id.desc())
        plan = last.limit(1).scalar_subquery()
        return case((person.is_not(None), func.coalesce(plan, self._ground.free)))
