"""How long things took, as counts in fixed buckets: sums of buckets are buckets again.

Bounds grow by the square root of two, from half a millisecond to 65 seconds: a percentile read
from them is the geometric middle of the bucket that holds the true one (nearest rank), so it is
never off by more than 19 % (2 ** 0.25), however many minutes were added up.  Where the sum of
all times, which is exact, leaves less room than the bucket, it is the nearest time within that
room: so it never contradicts the mean, such as a longest time below it.  Below half a millisecond
and above 65 seconds that sum and the bound are all that is known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import inf

from bot.database.tables import HISTOGRAM

LOWEST = 0.0005
BOUNDS = tuple(LOWEST * 2 ** (place / 2) for place in range(len(HISTOGRAM) - 1))
MIDDLE = 2**-0.25
# The shortest and the longest time of each bucket.
LIMITS = tuple(zip((0.0, *BOUNDS), (*BOUNDS, inf), strict=True))


def bucket(seconds: float) -> int:
    """The place among HISTOGRAM's columns of what took so long."""
    return bisect_left(BOUNDS, seconds)


def percentile(counts: Sequence[int], percent: int, total: float) -> float | None:
    """The time in seconds that *percent* of what was measured did not exceed.

    counts: one for each column of HISTOGRAM; None if nothing was measured
    total: the sum of all times, in seconds
    """
    rank = -(-sum(counts) * percent // 100)
    seen = 0
    for place, count in enumerate(counts):
        seen += count
        if count and seen >= rank:
            low, high = _room(counts, place, seen - rank, total)
            return max(min(max(_middle(place), low), high), LIMITS[place][0])
    return None


def above(counts: Sequence[int], seconds: float) -> int:
    """How many took longer than *seconds*, each taken for the middle of its bucket."""
    return sum(count for place, count in enumerate(counts) if _middle(place) > seconds)


def _room(counts: Sequence[int], place: int, longer: int, total: float) -> tuple[float, float]:
    """The least and the most that one time can be, if all of them add up to *total*.

    place: of its bucket; longer: how many of that bucket are ranked after it
    """
    low, high = LIMITS[place]
    others = [(count, LIMITS[at]) for at, count in enumerate(counts) if count and at != place]
    until_it = counts[place] - longer
    most = sum(count * limits[1] for count, limits in others) + (longer * high if longer else 0)
    least = sum(count * limits[0] for count, limits in others) + (until_it - 1) * low
    return max(low, (total - most) / until_it), min(high, (total - least) / (longer + 1))


def _middle(place: int) -> float:
    if place == 0:
        return BOUNDS[0]
    return BOUNDS[place] * MIDDLE if place < len(BOUNDS) else BOUNDS[-1]
