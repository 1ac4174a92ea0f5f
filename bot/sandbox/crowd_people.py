"""People that nobody is: made from a seed, so that the history and the live crowd know the same.

A person is their ordinal.  The first ones are settled: the synthetic history tells of them.
Newcomers have ordinals far above, taken from the clock, so that a restarted sandbox meets others.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from random import Random

from bot.sandbox.params import Json

SEED = 20260
FIRST_ID = 1_000_001
SETTLED = 400
FEWEST_SETTLED = 20
WHOLE_HISTORY_DAYS = 60

NAMES: dict[str, tuple[str, ...]] = {
    "en": ("Alice", "Oliver", "Grace", "Henry", "Ruby", "Jack", "Nora", "Sam", "Ivy", "Theo"),
    "de": ("Jonas", "Lena", "Felix", "Greta", "Moritz", "Jule", "Emil", "Käthe"),
    "es": ("Lucía", "Hugo", "Carmen", "Diego", "Inés", "Álvaro", "Paula"),
    "pt-br": ("João", "Larissa", "Caio", "Helena", "Davi", "Luana"),
    "ru": ("Анна", "Иван", "Ольга", "Павел", "Милена", "Юрий"),
    "fr": ("Chloé", "Louis", "Manon", "Jules"),
    "it": ("Giulia", "Marco", "Elisa", "Luca"),
    "uk": ("Оксана", "Богдан", "Леся"),
    "tr": ("Elif", "Emre", "Zeynep"),
}
LANGUAGE_WEIGHTS = (34, 17, 12, 10, 9, 6, 5, 4, 3)
INITIALS = "ABCDEFGHJKLMNPRSTVWZ"
SOURCES = ("", "ads-spring", "friend", "channel_news", "qr-poster")
SOURCE_WEIGHTS = (38, 22, 20, 14, 6)
PREMIUM_SHARE = 0.12
USERNAME_SHARE = 0.6

_COUNTED_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_A_SECOND = 25  # ordinals: a restart meets new people unless it comes at once


class Habit(StrEnum):
    """How somebody uses a bot."""

    REGULAR = "regular"  # comes back day by day
    LEAVER = "leaver"  # loses interest, and may block the bot
    PAYER = "payer"  # pays what is asked
    CHATTERER = "chatterer"  # lives in groups


HABIT_WEIGHTS = (26, 49, 9, 16)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resident:
    """A simulated person.

    source: the deep link they come through, empty without one
    rise: hours by which their day is later than others'; zeal: visits, 1 is usual
    """

    id: int
    first_name: str
    last_name: str
    username: str
    language: str
    is_premium: bool
    source: str
    habit: Habit
    rise: float
    zeal: float

    @property
    def is_stayer(self) -> bool:
        """Whether they never turn their back on the bot."""
        return self.habit is not Habit.LEAVER

    @property
    def details(self) -> Json:
        """What the driving interface wants to know of a new person."""
        known: Json = {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "language_code": self.language,
            "is_premium": self.is_premium,
        }
        return known | ({"username": self.username} if self.username else {})


def dice(seed: int, *names: object) -> Random:
    """Chance that falls alike in every process for the same *seed* and *names*."""
    return Random(":".join(map(str, (seed, *names))))  # noqa: S311  a simulation, no secrets


def resident(seed: int, ordinal: int) -> Resident:
    """The person with that number, counted from 0."""
    chance = dice(seed, "resident", ordinal)
    language = chance.choices(list(NAMES), LANGUAGE_WEIGHTS)[0]
    has_username = chance.random() < USERNAME_SHARE
    return Resident(
        id=FIRST_ID + ordinal,
        first_name=chance.choice(NAMES[language]),
        last_name=f"{chance.choice(INITIALS)}.",
        username=f"synthetic_{ordinal}" if has_username else "",
        language=language,
        is_premium=chance.random() < PREMIUM_SHARE,
        source=chance.choices(SOURCES, SOURCE_WEIGHTS)[0],
        habit=chance.choices(list(Habit), HABIT_WEIGHTS)[0],
        rise=chance.uniform(-2.5, 3.5),
        zeal=chance.lognormvariate(0, 0.4),
    )


def settled(seed: int, days: int) -> list[Resident]:
    """Everybody whom a history of so many days tells of; nobody when there is none."""
    if days <= 0:
        return []
    share = min(1, days / WHOLE_HISTORY_DAYS)
    count = max(FEWEST_SETTLED, round(SETTLED * share))
    return [resident(seed, ordinal) for ordinal in range(count)]


def newcomers(seed: int, now: datetime) -> Iterator[Resident]:
    """People whom no history knows, without end; others at another *now*."""
    first = SETTLED + int((now - _COUNTED_FROM).total_seconds()) * _A_SECOND
    return (resident(seed, ordinal) for ordinal in itertools.count(max(first, SETTLED)))
