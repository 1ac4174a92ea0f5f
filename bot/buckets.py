"""Token buckets: so many at once, so many a second for long, for each of many."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """How much somebody may still do.

    filled_at: on the clock that only goes on; silent_until: for whoever tells them, and when
    """

    tokens: float
    filled_at: float
    silent_until: float = 0.0


class Buckets:
    """One for each key; the one that was not used for longest makes room.

    rate: a second for long; burst: at once; remembered: how many keys at most
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        *,
        remembered: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rate = rate
        self.burst = burst
        self._remembered = remembered
        self._monotonic = monotonic
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def of(self, key: Hashable) -> Bucket:
        """The bucket of *key*, filled up to now."""
        now = self._monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self.burst, now)
            if len(self._buckets) > self._remembered:
                # Whoever has been silent longest has a full bucket again, or nearly.
                self._buckets.popitem(last=False)
            return bucket
        self._buckets.move_to_end(key)
        bucket.tokens = min(self.burst, bucket.tokens + (now - bucket.filled_at) * self.rate)
        bucket.filled_at = now
        return bucket

    def take(self, key: Hashable) -> float:
        """0 when *key* may go on, which takes one; else the seconds until it may."""
        bucket = self.of(key)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) / self.rate
