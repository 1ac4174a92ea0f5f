"""Flapping: a rule that fires and ends all the time deserves one notice, not twenty.  Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# A flip is a firing or its end.  More than so many within an hour are no news any more.
FLIPS = 6
SPAN = timedelta(hours=1)

Flips = tuple[datetime, ...]


def flipped(flips: Flips, at: datetime) -> Flips:
    """*flips* with one more, only as many as it takes to know whether it is flapping."""
    return (*flips, at)[-FLIPS - 1 :]


def is_flapping(flips: Flips, at: datetime) -> bool:
    """Whether there were more than FLIPS within the hour before *at*."""
    # A flip in the future means that the clock was set back, which must not keep anyone quiet.
    return sum(timedelta(0) <= at - flip < SPAN for flip in flips) > FLIPS
