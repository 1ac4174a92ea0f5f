"""What a panel and a dashboard are, in our words; grafana.py says it in Grafana's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["lines", "stacked", "stat", "bars"]
WIDTH, HALF, THIRD, QUARTER, SIXTH = 24, 12, 8, 6, 4
TALL, LOW = 8, 4


@dataclass(frozen=True, slots=True)
class Query:
    """An expression, and what its lines are called: a text with {{label}} in it."""

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """From *value* on a figure is *color*: green, orange, red, blue."""

    value: float
    color: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One picture.

    description: what it tells and when to worry; unit: Grafana's name for it, such as percentunit
    limits: the lowest first, what is below it is green; is_low_bad: … is red instead
    """

    title: str
    description: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: Kind = "lines"
    limits: tuple[Limit, ...] = ()
    is_low_bad: bool = False
    width: int = HALF
    height: int = TALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Panels that belong together."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """Something to choose at the top: the values of *label* in *series*."""

    name: str
    series: str
    label: str


INSTANCE = Variable(name="instance", series="uptime_seconds", label="instance")


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One dashboard.  uid: part of its address, for ever the same"""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = field(default=())

    @property
    def panels(self) -> list[Panel]:
        """All of them, from the top left to the bottom right."""
        return [panel for row in self.rows for panel in row.panels]


def stat(  # noqa: PLR0913  what a figure is made of
    title: str,
    description: str,
    expression: str,
    unit: str = "short",
    *,
    limits: tuple[Limit, ...] = (),
    is_low_bad: bool = False,
) -> Panel:
    """A single figure."""
    return Panel(
        title=title,
        description=description,
        queries=(Query(expression),),
        unit=unit,
        kind="stat",
        limits=limits,
        is_low_bad=is_low_bad,
        width=SIXTH,
        height=LOW,
    )
