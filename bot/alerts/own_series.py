"""The figures of the operator's rules, from samples of our own series taken at each check."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite, nan
from typing import Protocol

import structlog

from bot.alerts.own_fields import OwnRule
from bot.alerts.own_window import Counts, Growth, Window, quantile

P95 = 0.95
BOUND = "le"
# A figure that nobody can know yet, in the way rules.Own understands it.
TOO_EARLY = nan

log = structlog.get_logger(__name__)


class Sample(Protocol):
    """One line of /metrics."""

    @property
    @abstractmethod
    def labels(self) -> Mapping[str, str]:
        """Which child of its family it is."""

    @property
    @abstractmethod
    def value(self) -> float:
        """What it says."""


class Family(Protocol):
    """All samples of one series."""

    @property
    @abstractmethod
    def samples(self) -> Sequence[Sample]:
        """In the order of the registry."""


class Page(Protocol):
    """Part of a registry."""

    def collect(self) -> Iterable[Family]:
        """What it says now."""


class Registry(Protocol):
    """prometheus_client's registry, as far as rules need it."""

    def restricted_registry(self, names: Iterable[str]) -> Page:
        """Only the samples of these names."""


# The samples of one name.
Look = Callable[[str], Sequence[Sample]]


def live(registry: Registry) -> Look:
    """Samples of this process."""

    def look(name: str) -> Sequence[Sample]:
        families = registry.restricted_registry([name]).collect()
        return [sample for family in families for sample in family.samples]

    return look


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure with what it rests on.

    value: None where there is no data; is_whole: whether the whole window was seen
    """

    value: float | None
    is_whole: bool = True


class Track:
    """What one rule looks at, over time."""

    def __init__(self, rule: OwnRule) -> None:
        self.rule = rule
        self.name = f"{rule.series}_bucket" if rule.read == "p95" else rule.series
        # The figure as of the last look; None: its series could not be read.
        self.told: tuple[float | None] | None = (TOO_EARLY,)
        self._window = Window(rule.span)
        self._bounds: list[float] = []

    def see(self, at: float, samples: Sequence[Sample]) -> Seen:
        """The figure *at* monotonic seconds, when its series say *samples*."""
        wanted = self.rule.labels
        mine = [one for one in samples if _is_meant(one.labels, wanted)] if wanted else samples
        if self.rule.read == "value":
            total = sum(sample.value for sample in mine)
            return Seen(total if mine and isfinite(total) else None)
        counts = self._counts(mine)
        self._window.add(at, counts, len(self._bounds) or 1)
        growth = self._window.growth()
        return Seen(TOO_EARLY, is_whole=False) if growth is None else self._grown(growth)

    def figure(self, seen: Seen) -> float | None:
        """What the rule is told of *seen*: nothing that the rest of the window could undo.

        What happened in a part of the window happened in the window, so that a rule about too
        much need not wait for the rest; a rule about too little must.  So many observations as a
        p95 needs are enough, however short the time.
        """
        value = seen.value
        if seen.is_whole or (self.rule.read == "p95" and value is not None):
            return value
        is_certain = self.rule.is_high_bad and value is not None and value >= self.rule.threshold
        return value if is_certain else TOO_EARLY

    def _counts(self, samples: Sequence[Sample]) -> Counts:
        if self.rule.read != "p95":
            return [(0, tuple(sample.labels.values()), sample.value) for sample in samples]
        words = {sample.labels[BOUND] for sample in samples}
        self._bounds = sorted(map(float, words)) or self._bounds
        places = {word: self._bounds.index(float(word)) for word in words}
        return [
            (places[sample.labels[BOUND]], tuple(sample.labels.values()), sample.value)
            for sample in samples
        ]

    def _grown(self, growth: Growth) -> Seen:
        if self.rule.read == "p95":
            buckets = dict(zip(self._bounds, growth.totals, strict=False))
            observed = max(growth.totals, default=0.0)
            is_enough = observed >= self.rule.at_least
            return Seen(quantile(P95, buckets) if is_enough else None, growth.is_whole)
        increase = growth.totals[0]
        rate = increase / self.rule.span
        return Seen(increase if self.rule.read == "increase" else rate, growth.is_whole)


class OwnSeries:
    """Takes samples for every rule and tells each its figure.

    look: where samples come from, such as live(registry); monotonic: seconds
    Keeps at most SAMPLES sums for each rule.
    """

    def __init__(self, look: Look, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._monotonic = monotonic
        self._tracks: dict[str, Track] = {}

    def use(self, rules: Iterable[OwnRule]) -> None:
        """Follow *rules* from now on; what is known of those that look at the same is kept."""
        tracks = {rule.name: Track(rule) for rule in rules}
        for name, track in tracks.items():
            before = self._tracks.get(name)
            if before and _question(before.rule) == _question(track.rule):
                before.rule = track.rule
                tracks[name] = before
        self._tracks = tracks

    def sample(self) -> Mapping[str, float | None]:
        """Look once; figures().  May run beside the event loop, in one thread at a time."""
        # Each series is read once, however many rules look at it.
        at, look = self._monotonic(), cache(self._look)
        for track in tuple(self._tracks.values()):
            try:
                track.told = (track.figure(track.see(at, look(track.name))),)
            except Exception:
                # A gauge may ask anybody, who may fail in any way.
                log.exception("series cannot be read", rule=track.rule.name, series=track.name)
                track.told = None
        return self.figures()

    def figures(self) -> Mapping[str, float | None]:
        """What each rule is told, by its name, as of the last look.

        None: there is no data; NaN: too early to say, also for a rule that came since; a name is
        absent when reading its series failed, so that only that rule is blind.
        """
        tracks = self._tracks.items()
        return {name: track.told[0] for name, track in tracks if track.told is not None}


def _is_meant(labels: Mapping[str, str], wanted: Mapping[str, str | list[str]]) -> bool:
    return all(
        labels.get(name) == values if isinstance(values, str) else labels.get(name) in values
        for name, values in wanted.items()
    )


def _question(rule: OwnRule) -> object:
    return rule.series, rule.labels, rule.read, rule.span
