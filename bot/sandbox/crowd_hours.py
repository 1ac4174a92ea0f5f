"""When people are about: by the hour, by the weekday, and everybody a little different."""

from __future__ import annotations

import asyncio
from datetime import datetime, tzinfo
from random import Random

from bot.clock import Clock
from bot.sandbox.crowd_people import Resident

# From midnight on; the highest is 1.
HOURS = (
    0.12, 0.06, 0.04, 0.03, 0.03, 0.06, 0.18, 0.38, 0.55, 0.60, 0.58, 0.60,
    0.74, 0.70, 0.58, 0.56, 0.60, 0.72, 0.86, 0.96, 1.00, 0.92, 0.64, 0.32,
)  # fmt: skip
# From Monday on.
WEEKDAYS = (0.92, 0.95, 1.0, 0.97, 0.88, 0.66, 0.72)


def liveliness(person: Resident, local: datetime) -> float:
    """How likely *person* is to be about at that local time, 0 to 1."""
    hour = (local.hour + local.minute / 60 - person.rise) % 24
    before, share = int(hour), hour % 1
    level = HOURS[before] * (1 - share) + HOURS[(before + 1) % 24] * share
    return level * WEEKDAYS[local.weekday()]


class Rhythm:
    """Waits as people do.

    pace: how much faster than life; 1 is life
    """

    def __init__(self, clock: Clock, zone: tzinfo, pace: float) -> None:
        self._clock = clock
        self._zone = zone
        self._pace = pace

    async def pause(self, seconds: float) -> None:
        """Let *seconds* pass."""
        await asyncio.sleep(seconds / self._pace)

    def patience(self, seconds: int) -> int:
        """How long people wait in *seconds* of theirs, at least one of ours."""
        return max(1, round(seconds / self._pace))

    async def turn(self, person: Resident, chance: Random, seconds: float) -> None:
        """Let pass what passes between two visits of *person*: *seconds* at the best of times.

        Visits are thinned out of those of a person who is always at their best, so that nobody
        has to know the curve ahead.
        """
        while True:
            await self.pause(chance.expovariate(1 / seconds))
            if chance.random() < liveliness(person, self._clock().astimezone(self._zone)):
                return
