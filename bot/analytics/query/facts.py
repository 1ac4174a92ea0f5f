"""Rows that metrics are sums of: where they are, when they happened, who and where they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from bot.analytics.query.question import TIMES, TRAITS, Dimension
from bot.analytics.reports.counts import Stretch
from bot.analytics.rollups import EVENT
from bot.database.tables import events, metric_aggregates

# How long rows stay: for ever; for RETENTION_DAYS; as errors do.
Kept = Literal["always", "events", "errors"]
Columns = Mapping[Dimension, ColumnElement[Any]]
ONE: Any = literal_column("1", Integer)
UNNAMED: Any = literal_column("''")


def nothing_more(kind: ColumnElement[Any], label: ColumnElement[Any]) -> Columns:
    """Neither tells anything that can be asked for."""
    del kind, label
    return {}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Some rows.

    at: when each counts; where: which of the table's rows they are
    person: whose it is (users.number); chat: where it was; None: nobody knows
    own: what else is known of a row; measures: what is summed up of each
    """

    table: FromClause
    at: ColumnElement[Any]
    measures: Mapping[str, ColumnElement[Any]]
    where: ColumnElement[bool] = field(default_factory=true)
    person: ColumnElement[Any] | None = None
    chat: ColumnElement[Any] | None = None
    own: Columns = field(default_factory=dict)
    kept: Kept = "always"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What these rows can be cut and filtered by."""
        traits = TRAITS if self.person is not None else ()
        place: tuple[Dimension, ...] = ("chat_type",) if self.chat is not None else ()
        return tuple(dict.fromkeys((*TIMES, *self.own, *traits, *place)))


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """Events of some kinds, which outlive themselves as sums by kind and label.

    own: as with Facts, of the columns with an event's kind and label
    """

    kinds: tuple[str, ...]
    own: Callable[[ColumnElement[Any], ColumnElement[Any]], Columns] = nothing_more

    @property
    def summed_dimensions(self) -> tuple[Dimension, ...]:
        """What their sums can be cut and filtered by."""
        return (*TIMES, *self.own(events.c.kind, events.c.label))

    def single(self) -> Facts:
        """The events themselves, as long as they are kept."""
        row = events.c
        return Facts(
            table=events,
            at=row.at,
            where=row.kind.in_(self.kinds),
            person=row.user_number,
            chat=row.chat_id,
            own=self.own(row.kind, func.coalesce(row.label, UNNAMED)),
            measures={"count": ONE},
            kept="events",
        )

    def summed(self, stretches: Sequence[Stretch]) -> Facts:
        """Their sums in those times, and they themselves where there are no sums yet."""
        if not stretches:
            return self.single()
        parts = [self._fine(one) if one.step == "fine" else self._sums(one) for one in stretches]
        table = union_all(*parts).subquery("facts")
        row = table.c
        own = self.own(row["kind"], row["label"])
        return Facts(table=table, at=row["at"], own=own, measures={"count": row["n"]})

    def _fine(self, stretch: Stretch) -> Select[Any]:
        row = events.c
        label = func.coalesce(row.label, UNNAMED).label("label")
        columns = (row.at.label("at"), row.kind.label("kind"), label, ONE.label("n"))
        mine = and_(row.kind.in_(self.kinds), row.at >= stretch.start, row.at < stretch.end)
        return select(*columns).where(mine)

    def _sums(self, stretch: Stretch) -> Select[Any]:
        row: Any = metric_aggregates.c
        kind = func.substr(row.name, len(EVENT) + 1).label("kind")
        columns = (
            row.bucket_at.label("at"),
            kind,
            row.labels.label("label"),
            row.count.label("n"),
        )
        mine = and_(
            row.name.in_([f"{EVENT}{one}" for one in self.kinds]),
            row.step == stretch.step,
            row.bucket_at >= stretch.start,
            row.bucket_at < stretch.end,
        )
        return select(*columns).where(mine)
