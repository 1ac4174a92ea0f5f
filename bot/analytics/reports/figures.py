"""What this process has measured since it started, by category: Prometheus' series, to be read."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

Labels = tuple[tuple[str, str], ...]
# Series that the Prometheus client brings itself.
FOREIGN = {"process_": "system", "python_": "system"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One child of a series.

    value: a counter's or gauge's; for a histogram the mean, None before the first observation
    count: a histogram's observations, else None
    """

    labels: Labels
    value: float | None
    count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """A series with its children, the biggest first."""

    name: str
    kind: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """All series of a category, by name."""

    category: str
    series: tuple[Series, ...]


def figures(registry: CollectorRegistry, categories: Mapping[str, str], category: str) -> Figures:
    """The series of *category*; *categories* maps full names (with _total) to categories."""
    found = [
        _series(family)
        for family in registry.collect()
        if _category(_name(family), categories) == category
    ]
    return Figures(category=category, series=tuple(sorted(found, key=lambda one: one.name)))


def _name(family: Metric) -> str:
    # The client takes the suffix off; everyone who reads /metrics sees it.
    return f"{family.name}_total" if family.type == "counter" else family.name


def _category(name: str, categories: Mapping[str, str]) -> str | None:
    if name in categories:
        return categories[name]
    return next((found for prefix, found in FOREIGN.items() if name.startswith(prefix)), None)


def _series(family: Metric) -> Series:
    values = _means(family) if family.type == "histogram" else _plain(family.samples)
    ordered = sorted(values, key=lambda one: (-(one.count or one.value or 0), one.labels))
    return Series(name=_name(family), kind=family.type, values=tuple(ordered))


def _plain(samples: Iterable[Sample]) -> list[Value]:
    return [
        Value(labels=_labels(sample), value=sample.value)
        for sample in samples
        # A gauge that is not a number stands for "unknown": there is nothing to show.
        if not sample.name.endswith("_created") and not math.isnan(sample.value)
    ]


def _means(family: Metric) -> list[Value]:
    totals: dict[Labels, dict[str, float]] = defaultdict(dict)
    for sample in family.samples:
        part = sample.name.removeprefix(family.name)
        if part in {"_count", "_sum"}:
            totals[_labels(sample)][part] = sample.value
    return [
        Value(
            labels=labels,
            value=total["_sum"] / total["_count"] if total["_count"] else None,
            count=int(total["_count"]),
        )
        for labels, total in totals.items()
    ]


def _labels(sample: Sample) -> Labels:
    return tuple(sample.labels.items())
