"""Simulated people: who they are, when they are about."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.sandbox.cast import CAST
from bot.sandbox.crowd_hours import Rhythm, liveliness
from bot.sandbox.crowd_people import Habit, Resident, dice, newcomers, resident, settled
from bot.sandbox.crowd_phrases import PHRASES, phrase

WEDNESDAY = datetime(2026, 9, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 10, 4, tzinfo=UTC)
PEOPLE = settled(1, 60)


def someone(rise: float = 0) -> Resident:
    return Resident(
        id=1,
        first_name="Ann",
        last_name="",
        username="",
        language="en",
        is_premium=False,
        source="",
        habit=Habit.REGULAR,
        rise=rise,
        zeal=1,
    )


def test_a_seed_makes_the_same_people_again() -> None:
    assert settled(1, 60) == PEOPLE


def test_another_seed_makes_other_people() -> None:
    assert settled(2, 60) != PEOPLE


def test_nobody_shares_a_number_with_the_cast_or_with_somebody_else() -> None:
    numbers = [person.id for person in PEOPLE] + [details["id"] for details in CAST]

    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 20), (30, 200), (60, 400), (365, 400)])
def test_a_short_history_tells_of_few_people(days: int, count: int) -> None:
    assert len(settled(1, days)) == count


def test_people_have_every_habit_and_come_from_every_source() -> None:
    habits = Counter(person.habit for person in PEOPLE)
    sources = Counter(person.source for person in PEOPLE)

    assert min(habits.values()) >= 20
    assert sources.keys() == {"", "ads-spring", "friend", "channel_news", "qr-poster"}


def test_most_people_speak_english_and_some_have_premium() -> None:
    languages = Counter(person.language for person in PEOPLE)

    assert languages.most_common(1)[0][0] == "en" and len(languages) > 5
    assert 20 < sum(person.is_premium for person in PEOPLE) < 80


def test_newcomers_are_not_in_the_history() -> None:
    some = itertools.islice(newcomers(1, WEDNESDAY), 10)

    assert {person.id for person in some}.isdisjoint(person.id for person in PEOPLE)


def test_a_clock_before_our_time_does_not_bring_back_the_settled() -> None:
    first = next(newcomers(1, datetime(2001, 1, 1, tzinfo=UTC)))

    assert first.id > max(person.id for person in PEOPLE)


def test_a_later_start_meets_other_newcomers() -> None:
    now, later = (
        {person.id for person in itertools.islice(newcomers(1, at), 50)}
        for at in (WEDNESDAY, WEDNESDAY + timedelta(seconds=5))
    )

    assert now.isdisjoint(later)


def test_a_person_without_a_username_is_introduced_without_one() -> None:
    details = [resident(1, ordinal).details for ordinal in range(50)]

    assert {"username" in one for one in details} == {True, False}
    assert all(one.get("username", "x") for one in details)


def test_people_are_about_in_the_evening_and_asleep_at_night() -> None:
    evening, night = (liveliness(someone(), WEDNESDAY + timedelta(hours=h)) for h in (20, 4))

    assert evening == 1.0
    assert 0 < night < 0.1


def test_weekends_are_quieter() -> None:
    noon = timedelta(hours=12)

    assert liveliness(someone(), SUNDAY + noon) < liveliness(someone(), WEDNESDAY + noon)


def test_a_late_riser_is_as_lively_as_others_an_hour_before() -> None:
    early = liveliness(someone(), WEDNESDAY + timedelta(hours=7))

    assert liveliness(someone(rise=1), WEDNESDAY + timedelta(hours=8)) == pytest.approx(early)


async def test_turns_come_by_day() -> None:
    chance, hours = dice(1, "turns"), itertools.count()
    asked: list[datetime] = []

    def clock() -> datetime:
        asked.append(WEDNESDAY + timedelta(hours=next(hours) % 24))
        return asked[-1]

    rhythm, ends = Rhythm(clock, UTC, pace=1e9), Counter[int]()
    for _ in range(300):
        await rhythm.turn(someone(), chance, 60)
        ends[asked[-1].hour] += 1

    assert ends[3] + ends[4] < ends[19] + ends[20]


def test_people_speak_their_language() -> None:
    assert phrase(Random(1), "de") in PHRASES["de"]  # noqa: S311  no secret


def test_who_speaks_an_unknown_language_speaks_english() -> None:
    assert phrase(Random(1), "tlh") in PHRASES["en"]  # noqa: S311  no secret
