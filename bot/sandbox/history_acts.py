"""What invented lives consist of: acts, within a span of days that are not all alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.sandbox.crowd_people import Resident, dice
from bot.sandbox.params import Json

DAY = timedelta(days=1)
QUIET_SHARE, QUIET = 0.05, 0.45
BUSY_SHARE, BUSY = 0.06, 1.8
MOOD_SPREAD = 0.08


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did.

    deed: start, command, text, button, block, unblock, join, edit, react, download, quiz, newchat,
        shop, plan, checkout, pay, renew, cancel, refund or expire
    label: the source, the command, the button's handler, the topic, or the plan and how it is
        bought, as in "premium:month"
    seconds: how long the person is busy with it; group: None in the private chat
    """

    at: datetime
    person: Resident
    deed: str
    label: str = ""
    group: Json | None = None
    seconds: float = 0

    def after(self, seconds: float) -> datetime:
        """The moment so many *seconds* into it."""
        return self.at + timedelta(seconds=round(seconds, 3))


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of *zone* and what has passed of today; *days* is today's number from 0.

    moods: how lively each of these days is, 1 is usual
    """

    days: int
    now: datetime
    zone: tzinfo
    moods: tuple[float, ...]

    @property
    def first(self) -> date:
        """The day with the number 0."""
        return self.now.astimezone(self.zone).date() - timedelta(days=self.days)

    def moment(self, day: int, hour: float) -> datetime:
        """That hour, 0 to 24, of the day with that number, in UTC."""
        naive = datetime.combine(self.first, time()) + timedelta(days=day, hours=hour)
        return naive.replace(tzinfo=self.zone).astimezone(UTC)

    def day_of(self, at: datetime) -> int:
        """The number of the day of *at*."""
        return (at.astimezone(self.zone).date() - self.first).days

    def is_over(self, act: Act) -> bool:
        """Whether *act* has ended by now."""
        return act.after(act.seconds) < self.now


def moods(seed: int, days: int) -> tuple[float, ...]:
    """How lively each of *days* days is: most are usual, a few quiet, a few busy; today is usual.

    Today is what somebody who starts a sandbox sees first, and the crowd goes on from it.
    """
    chance = dice(seed, "moods")
    kinds = chance.choices(
        (1, QUIET, BUSY), (1 - QUIET_SHARE - BUSY_SHARE, QUIET_SHARE, BUSY_SHARE), k=days
    )
    return (*(kind * chance.lognormvariate(0, MOOD_SPREAD) for kind in kinds), 1)
