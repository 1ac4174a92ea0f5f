"""How long things took, as counts in fixed buckets: sums of buckets are buckets again.

Bounds grow by the square root of two, from half a millisecond to 65 seconds: a percentile read
from them is the geometric middle of the bucket that holds the true one (nearest rank), so it is
never off by more than 19 % (2 ** 0.25), however many minutes were added up.  Below half a
millisecond and above 65 seconds only the bound is known, and told.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from bot.database.tables import HISTOGRAM

LOWEST = 0.0005
BOUNDS = tuple(LOWEST * 2 ** (place / 2) for place in range(len(HISTOGRAM) - 1))
MIDDLE = 2**-0.25


def bucket(seconds: float) -> int:
    """The place among HISTOGRAM's columns of what took so long."""
    return bisect_left(BOUNDS, seconds)


def percentile(counts: Sequence[int], percent: int) -> float | None:
    """The time in seconds that *percent* of what was measured did not exceed.

    counts: one for each column of HISTOGRAM; None if nothing was measured
    """
    rank = -(-sum(counts) * percent // 100)
    seen = 0
    for place, count in enumerate(counts):
        seen += count
        if count and seen >= rank:
            return _middle(place)
    return None


def above(counts: Sequence[int], seconds: float) -> int:
    """How many took longer than *seconds*, which is as near as percentile() is."""
    return sum(count for place, count in enumerate(counts) if _middle(place) > seconds)


def _middle(place: int) -> float:
    if place == 0:
        return BOUNDS[0]
    return BOUNDS[place] * MIDDLE if place < len(BOUNDS) else BOUNDS[-1]
