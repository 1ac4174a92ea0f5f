"""The families of series in a registry, and the common ways in which facts move them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.analytics.events import Event
from bot.analytics.series import Series

# Labels come from code, so this is never reached; it is the fuse for the day one does not.
CHILDREN_LIMIT = 1_000
OVERFLOW = "other"

Move = Callable[[Any], None]
Moves = dict[type[Event], tuple[Move, ...]]


class Children(dict[tuple[str, ...], Any]):
    """The children of one metric by their label values, each looked up once and kept."""

    def __init__(self, metric: Counter | Gauge | Histogram, labels: int) -> None:
        super().__init__()
        self._metric = metric
        self._overflow = (OVERFLOW,) * labels

    def __missing__(self, values: tuple[str, ...]) -> Any:
        if len(self) >= CHILDREN_LIMIT and values != self._overflow:
            return self[self._overflow]
        child = self[values] = self._metric.labels(*values) if values else self._metric
        return child


class Families(dict[str, Children]):
    """The children of every family by its name, all prefixed ``bot_`` in *registry*."""

    def __init__(self, registry: CollectorRegistry, series: Iterable[Series]) -> None:
        super().__init__((one.name, _build(one, registry)) for one in series)

    def counted(self, name: str, *labels: str) -> Move:
        """Add one; *labels* are the fields of the fact that hold the label values."""
        children = self[name]
        return lambda fact: children[tuple(getattr(fact, x) for x in labels)].inc()

    def added(self, name: str, field: str, *labels: str) -> Move:
        """Add what *field* says; None adds nothing."""
        children = self[name]

        def move(fact: Any) -> None:
            if value := getattr(fact, field):
                children[tuple(getattr(fact, x) for x in labels)].inc(value)

        return move

    def observed(self, name: str, field: str, *labels: str) -> Move:
        """Put what *field* says into a histogram; None is not observed."""
        children = self[name]

        def move(fact: Any) -> None:
            if (value := getattr(fact, field)) is not None:
                children[tuple(getattr(fact, x) for x in labels)].observe(value)

        return move


def _build(series: Series, registry: CollectorRegistry) -> Children:
    name, labels = f"bot_{series.name}", series.labels
    metric: Counter | Gauge | Histogram
    if series.kind == "counter":
        metric = Counter(name, series.help, labels, registry=registry)
    elif series.kind == "gauge":
        metric = Gauge(name, series.help, labels, registry=registry)
    else:
        metric = Histogram(name, series.help, labels, registry=registry, buckets=series.buckets)
    return Children(metric, len(labels))
