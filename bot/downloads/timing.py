"""How often workers look, how long they wait, and when they give up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

FACTOR = 3
JITTER = 0.5


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds, unless the name says otherwise.

    poll: between looks at an idle queue; watch: between looks at what may have been cancelled
    renew: between renewals of leases; show: between two words about progress
    first_wait, longest_wait: until another attempt; disk_wait: until there may be room again
    deliveries: how often one file is handed to Telegram before it is downloaded again
    first_delivery_wait, longest_delivery_wait: between those
    say: for a few words to arrive; words: for those that nothing newer replaces, with the minute
    that the connection waits for Telegram; stop: for deliveries in flight to end
    """

    poll: float = 2.0
    watch: float = 1.0
    renew: float = 15.0
    show: float = 1.0
    first_wait: float = 5.0
    longest_wait: float = 600.0
    disk_wait: float = 60.0
    deliveries: int = 5
    first_delivery_wait: float = 1.0
    longest_delivery_wait: float = 60.0
    say: float = 10.0
    words: float = 75.0
    stop: float = 8.0


def back_off(
    attempts: int,
    first: float,
    longest: float,
    chance: Callable[[], float] = random.random,
) -> float:
    """Seconds to wait after so many attempts: first x 3^(attempts - 1), at most *longest*.

    A quarter more or less by *chance*, so that those who failed together do not return together.
    """
    wait = min(first * FACTOR ** (attempts - 1), longest)
    return float(wait * (1 + JITTER * (chance() - 0.5)))
