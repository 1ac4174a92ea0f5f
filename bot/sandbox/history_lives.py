"""Synthetic lives: what a person did on which day, in the order in which it happened.

Every life is made by itself, from its own chance, so it is consistent by construction: nobody acts
before their start or while they block the bot.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from bot.sandbox.cast import GROUPS
from bot.sandbox.crowd_hours import HOURS, WEEKDAYS
from bot.sandbox.crowd_people import Habit, Resident, dice
from bot.sandbox.history_acts import DAY, Act, Span
from bot.sandbox.params import Json

VISITS_A_DAY = {
    Habit.REGULAR: 0.64,
    Habit.LEAVER: 0.64,
    Habit.PAYER: 0.6,
    Habit.CHATTERER: 0.64,
}
# When in the history a source brings people, as shares of it: middle and spread.
CAMPAIGNS = {"ads-spring": (0.62, 0.05), "channel_news": (0.3, 0.03)}
GROWTH = 0.75  # below 1, the more arrive the later it is
START = timedelta(minutes=1)  # at most, from coming by to having pressed it
LEAVER_DAYS = 4.0
TIRED_AFTER_DAYS = 120.0
BLOCK_SHARE = 0.45
RETURN_SHARE = 0.15
GROUP_SHARE = 0.7
COMMANDS = ("help", "mystats", "privacy", "language", "queue", "start", "newchat", "other")
COMMAND_WEIGHTS = (34, 15, 13, 11, 10, 5, 4, 8)
TEXT_SECONDS = (3, 14)  # until the assistant has answered
# What somebody comes for, beside talking: how likely, and how many seconds it takes.
ERRANDS = {"download": 0.36, "talk": 0.11, "quiz": 0.03, "shop": 0.05}
ERRAND_SECONDS = {"download": (12, 75), "quiz": (50, 120), "shop": (20, 90)}
QUIZ_TOGETHER_SHARE = 0.05
QUIZ_TOGETHER_SECONDS = (110, 220)
# Below the answer to which command which handlers' buttons are.
BUTTONS = {
    "start": ("help_button", "privacy_show"),
    "privacy": ("privacy_data",),
    "language": ("language_button",),
}


class Life:
    """One person's acts within a span."""

    def __init__(self, person: Resident, span: Span, seed: int) -> None:
        self._person = person
        self._span = span
        self._chance = dice(seed, "life", person.id)
        self._group = GROUPS[person.id % len(GROUPS)]
        self._has_joined = False
        self.arrival = self._at = self._arrival()
        self._command = ""

    def acts(self) -> Iterator[Act]:
        """Everything that is over at the span's end, in order."""
        return itertools.takewhile(self._span.is_over, self._whole())

    def _whole(self) -> Iterator[Act]:
        yield from self._stay(self._person.source)
        if self._person.is_stayer:
            return
        chance = self._chance
        does_block = chance.random() < BLOCK_SHARE
        if does_block:
            yield self._next("block", after=chance.uniform(60, 20_000))
        if chance.random() < RETURN_SHARE:
            self._at += chance.uniform(2, 20) * DAY
            if does_block:
                yield self._next("unblock")
            yield from self._stay("")

    def _stay(self, source: str) -> Iterator[Act]:
        """From a start to the day on which the person loses interest."""
        yield self._next("start", source)
        begin, self._command = self._at, "start"
        leaves_at = begin + self._patience()
        yield from self._talk()
        last = min(self._span.day_of(leaves_at), self._span.days)
        for day in range(self._span.day_of(begin), last + 1):
            for moment in self._visits(day, begin):
                if self._at < moment < leaves_at:
                    self._at = moment
                    yield from self._visit()

    def _patience(self) -> timedelta:
        """How long the person will stay."""
        if self._person.is_stayer:
            return (self._span.days + 1) * DAY
        return self._chance.expovariate(1 / LEAVER_DAYS) * DAY

    def _visits(self, day: int, begin: datetime) -> list[datetime]:
        """When the person comes by on that day; not all of it need be within their stay."""
        age = day - self._span.day_of(begin)
        weekday = (self._span.first + timedelta(days=day)).weekday()
        usual = VISITS_A_DAY[self._person.habit] * self._person.zeal * WEEKDAYS[weekday]
        usual *= self._span.moods[day]
        count = _poisson(self._chance, usual * math.exp(-age / TIRED_AFTER_DAYS))
        return sorted(self._moment(day) for _ in range(count))

    def _moment(self, day: int) -> datetime:
        """A moment of that day at which this person is likely to be about."""
        hour = self._chance.choices(range(24), HOURS)[0] + self._chance.random()
        return self._span.moment(day, (hour + self._person.rise) % 24)

    def _arrival(self) -> datetime:
        """When the person starts the bot: long enough ago for the start to be over."""
        arrival = self._possible_arrival()
        while arrival + START > self._span.now:
            arrival = self._possible_arrival()
        return arrival

    def _possible_arrival(self) -> datetime:
        """A moment at which this person may come: on one of the days, or at any hour of today."""
        campaign = CAMPAIGNS.get(self._person.source)
        share = self._chance.gauss(*campaign) if campaign else self._chance.random() ** GROWTH
        day = int(min(max(share, 0), 1) * (self._span.days + 1))
        return self._moment(min(day, self._span.days))

    def _visit(self) -> Iterator[Act]:
        if self._person.habit is Habit.CHATTERER and self._chance.random() < GROUP_SHARE:
            yield from self._chatter()
            return
        yield from self._errand()
        yield from self._talk()

    def _errand(self) -> Iterator[Act]:
        """What they came for, if it was not to talk."""
        roll = self._chance.random()
        for deed, share in ERRANDS.items():
            if roll < share:
                yield from self._run(deed)
                return
            roll -= share

    def _run(self, errand: str) -> Iterator[Act]:
        if errand != "talk":
            yield self._next(errand, seconds=self._chance.uniform(*ERRAND_SECONDS[errand]))
            return
        for _ in range(self._chance.randint(2, 5)):
            yield self._next("text", seconds=self._chance.uniform(*TEXT_SECONDS))

    def _talk(self) -> Iterator[Act]:
        """A few words, commands and buttons in the private chat."""
        for _ in range(self._chance.randint(1, 2)):
            roll = self._chance.random()
            buttons = BUTTONS.get(self._command)
            if buttons and roll < 0.4:  # noqa: PLR2004  shares of what people do
                yield self._next("button", self._chance.choice(buttons))
            elif roll < 0.8:  # noqa: PLR2004  as above
                self._command = self._chance.choices(COMMANDS, COMMAND_WEIGHTS)[0]
                deed = "start" if self._command == "start" else "command"
                yield self._next(deed, "" if deed == "start" else self._command)
            else:
                self._command = ""
                yield self._next("text", seconds=self._chance.uniform(*TEXT_SECONDS))

    def _chatter(self) -> Iterator[Act]:
        """Some messages in the person's group, now and then edited or reacted to."""
        if not self._has_joined:
            self._has_joined = True
            yield self._next("join", group=self._group)
        for _ in range(self._chance.randint(1, 4)):
            deed = self._chance.choices(("text", "react", "edit"), (88, 9, 3))[0]
            yield self._next(deed, group=self._group)
        if self._chance.random() < QUIZ_TOGETHER_SHARE:
            seconds = self._chance.uniform(*QUIZ_TOGETHER_SECONDS)
            yield self._next("quiz", group=self._group, seconds=seconds)

    def _next(
        self,
        deed: str,
        label: str = "",
        *,
        after: float = 0,
        seconds: float = 0,
        group: Json | None = None,
    ) -> Act:
        """The person's next act, some seconds *after* the last or as people type."""
        passed = after or self._chance.uniform(3, 40)
        self._at += timedelta(seconds=round(passed, 3))
        act = Act(self._at, self._person, deed, label, group, round(seconds, 3))
        self._at = act.after(act.seconds)
        return act


def _poisson(chance: Random, mean: float) -> int:
    """How often something happens in a time in which it happens *mean* times on average."""
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count += 1
        passed += chance.expovariate(1)
    return count
