"""What people's Telegram writes, such as pt-br or source-x_medium-y, and the names it goes by.

There are as many names as the audience knows; whatever people send, it cannot make more of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select

from bot.analytics.audience.segments import LANGUAGE, OTHER, SOURCE, UTM, language
from bot.analytics.query.limits import Limited
from bot.analytics.query.question import Value
from bot.database.tables import users

# The most frequent ones; rarer ones are among the others.
READ = 1_000
MARK: Any = literal_column("''")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of what stands in a column."""

    column: ColumnElement[Any]
    known: Mapping[str, str]

    @property
    def expression(self) -> ColumnElement[Any]:
        """SQL: what stands there, the same text for all that is rare."""
        column = self.column
        return case((column.in_(self.known), column), (column.is_not(None), MARK))

    def name(self, value: str | None) -> str | None:
        """The name of what *expression* gave."""
        return None if value is None else self.known.get(value, OTHER)

    def condition(self, values: Iterable[Value]) -> ColumnElement[bool]:
        """SQL: whether its name is one of *values*; None: nothing stands there."""
        wanted = set(values)
        column = self.column
        some = [one for one, name in self.known.items() if name in wanted]
        parts = [and_(column.is_not(None), column.in_(some))]
        if None in wanted:
            parts.append(column.is_(None))
        if OTHER in wanted:
            parts.append(and_(column.is_not(None), column.not_in(self.known)))
        return or_(*parts)


async def languages(limited: Limited) -> dict[str, str]:
    """Language tags, as Telegram writes them, and the main one of each."""
    found = await _frequent(limited, users.c.language)
    return {tag: language(tag).removeprefix(LANGUAGE) for tag in found}


async def sources(limited: Limited, segments: Iterable[str]) -> dict[str, str]:
    """Payloads of /start, and the sources that the audience knows them by."""
    named = {one.removeprefix(SOURCE) for one in segments if one.startswith(SOURCE)}
    found = {}
    for payload in await _frequent(limited, users.c.source):
        match = UTM.fullmatch(payload)
        name = match["name"] if match else payload
        found[payload] = name if name in named else OTHER
    return found


async def _frequent(limited: Limited, column: ColumnElement[Any]) -> list[str]:
    query = select(column).where(column.is_not(None)).group_by(column)
    order = query.order_by(func.count().desc(), column).limit(READ)
    return [value for (value,) in await limited.rows(order)]
