"""How much counters grew in a window, from what they were at each check.  Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise, zip_longest

# However often checks are, so many samples of one window are kept.
SAMPLES = 120

# The place of the total it belongs to, which child of its family it is, what it counts up to.
Counts = Iterable[tuple[int, tuple[str, ...], float]]


@dataclass(frozen=True, slots=True)
class Sample:
    """at: monotonic seconds; totals: of all children since the first sample, by a fixed order"""

    at: float
    totals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """totals: how much each grew; is_whole: whether the whole window was seen, not its end only"""

    totals: tuple[float, ...]
    is_whole: bool


class Window:
    """Sums what children of one family count, and remembers the sums for *seconds*.

    A counter that is lower than before began anew, so all it says came since.  A child that was
    not there before was 0: what counts in this process makes its children when they are needed.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._children: dict[tuple[str, ...], float] | None = None
        self._totals: list[float] = []
        self._samples: deque[Sample] = deque()

    @property
    def samples(self) -> int:
        """How many are kept."""
        return len(self._samples)

    def add(self, at: float, counts: Counts, totals: int = 1) -> None:
        """What the children say *at* monotonic seconds; *totals*: how many there are."""
        before, self._children = self._children, {}
        self._totals += [0.0] * (totals - len(self._totals))
        for place, child, value in counts:
            self._children[child] = value
            if before is not None:
                grown = value - before.get(child, 0.0)
                self._totals[place] += grown if grown >= 0 else value
        self._keep(Sample(at, tuple(self._totals)))

    def growth(self) -> Growth | None:
        """How much they grew in the window that ends with the last sample; None before a second.

        Where the window begins between two samples the counters are taken to have grown evenly.
        """
        if len(self._samples) < 2:  # noqa: PLR2004  from, to
            return None
        first, last = self._samples[0], self._samples[-1]
        start = last.at - self._seconds
        if first.at > start:
            return Growth(_minus(last.totals, first.totals), is_whole=False)
        return Growth(_minus(last.totals, self._totals_at(start)), is_whole=True)

    def _keep(self, sample: Sample) -> None:
        kept = self._samples
        closest = self._seconds / SAMPLES
        if len(kept) > 1 and kept[-1].at - kept[-2].at < closest:
            kept.pop()
        kept.append(sample)
        while len(kept) > 1 and kept[1].at <= sample.at - self._seconds:
            kept.popleft()

    def _totals_at(self, at: float) -> tuple[float, ...]:
        for one, other in pairwise(self._samples):
            if one.at <= at <= other.at and one.at < other.at:
                share = (at - one.at) / (other.at - one.at)
                grown = _minus(other.totals, one.totals)
                return tuple(
                    total + share * more
                    for total, more in zip_longest(one.totals, grown, fillvalue=0.0)
                )
        return self._samples[-1].totals


def quantile(share: float, buckets: Mapping[float, float]) -> float | None:
    """The value that *share* of what was observed did not exceed; None if nothing was.

    buckets: how many were observed up to each upper bound; all are above 0, the last is infinite
    Within a bucket values are taken to lie evenly; the first begins at 0, and of what is beyond
    the last finite bound only that bound is known.
    Source: bucketQuantile in promql/quantile.go of Prometheus, and "histogram_quantile" in its
    documentation of query functions.
    """
    bounds = sorted(buckets)
    total = buckets[bounds[-1]] if bounds else 0.0
    if not total:
        return None
    rank, lower, below = share * total, 0.0, 0.0
    for bound in bounds[:-1]:
        count = buckets[bound] - below
        if buckets[bound] >= rank:
            return lower + (bound - lower) * (rank - below) / count
        lower, below = bound, buckets[bound]
    return lower if len(bounds) > 1 else None


def _minus(these: tuple[float, ...], those: tuple[float, ...]) -> tuple[float, ...]:
    # A total may have come up between the two.
    return tuple(one - other for one, other in zip_longest(these, those, fillvalue=0.0))
