"""Synthetic history: facts that could be true, and a database that says they are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.analytics.events import (
    BotBlocked,
    BotUnblocked,
    ChatJoined,
    ErrorRaised,
    Event,
    MessageReceived,
    UpdateHandled,
    UserSeen,
    UserStarted,
)
from bot.analytics.features.assistant import ConversationEnded
from bot.sandbox.cast import GROUPS
from bot.sandbox.crowd_people import SEED, WHOLE_HISTORY_DAYS, Habit, settled
from bot.sandbox.history import facts_by_day
from bot.sandbox.history_acts import moods
from bot.sandbox.history_facts import Fact
from bot.sandbox.history_rows import Row

T = TypeVar("T", bound=Event)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)  # a Monday
DAYS = 56
PEOPLE = {person.id: person for person in settled(7, DAYS)}


@pytest.fixture(scope="module")
def days() -> list[list[Fact]]:
    return list(facts_by_day(days=DAYS, now=NOW, zone=BERLIN, seed=7))


@pytest.fixture(scope="module")
def facts(days: list[list[Fact]]) -> list[Fact]:
    return [fact for day in days for fact in day]


def who(fact: Fact) -> int | None:
    """Whose act it was: rows are written, and talks end, while nobody does anything."""
    return None if isinstance(fact, Row | ConversationEnded) else getattr(fact, "user_id", None)


def of(facts: list[Fact], kind: type[T]) -> list[T]:
    return [fact for fact in facts if isinstance(fact, kind)]


def first_starts(facts: list[Fact]) -> dict[int, UserStarted]:
    found: dict[int, UserStarted] = {}
    for start in of(facts, UserStarted):
        found.setdefault(start.user_id, start)
    return found


def so_far(facts: list[Fact], until: time) -> int:
    """How many updates there were before that time of their day."""
    return sum(fact.at.astimezone(BERLIN).time() < until for fact in of(facts, UpdateHandled))


def ages(facts: list[Fact]) -> Iterator[tuple[int, int]]:
    """Everybody's days of activity, counted from their start."""
    born = {
        person: start.at.astimezone(BERLIN).date() for person, start in first_starts(facts).items()
    }
    active = {(fact.user_id, fact.at.astimezone(BERLIN).date()) for fact in of(facts, UserSeen)}
    return ((person, (day - born[person]).days) for person, day in active)


def test_a_seed_makes_the_same_facts_again(days: list[list[Fact]]) -> None:
    assert list(facts_by_day(days=DAYS, now=NOW, zone=BERLIN, seed=7)) == days


def test_another_seed_makes_other_facts(days: list[list[Fact]]) -> None:
    assert list(facts_by_day(days=DAYS, now=NOW, zone=BERLIN, seed=8)) != days


def test_facts_come_in_the_order_of_their_time(facts: list[Fact]) -> None:
    times = [fact.at for fact in facts]

    assert times == sorted(times)


def test_facts_begin_on_the_first_day_and_end_before_now(facts: list[Fact]) -> None:
    assert facts[0].at == datetime(2026, 8, 10, tzinfo=BERLIN)
    assert NOW - timedelta(hours=1) < facts[-1].at < NOW


def test_each_day_has_the_facts_of_that_day(days: list[list[Fact]]) -> None:
    found = [{fact.at.astimezone(BERLIN).date() for fact in day} for day in days]

    first = datetime(2026, 8, 10, tzinfo=BERLIN).date()
    assert found == [{first + timedelta(days=n)} for n in range(DAYS + 1)]


def test_everybody_starts_and_nobody_acts_before(facts: list[Fact]) -> None:
    starts = first_starts(facts)

    assert starts.keys() == PEOPLE.keys()
    assert all(fact.at >= starts[person].at for fact in facts if (person := who(fact)))


def test_the_first_start_has_the_persons_source(facts: list[Fact]) -> None:
    sources = {person: start.source for person, start in first_starts(facts).items()}

    assert sources == {person.id: person.source for person in PEOPLE.values()}


def test_later_starts_have_no_source(facts: list[Fact]) -> None:
    first = set(map(id, first_starts(facts).values()))

    assert {s.source for s in of(facts, UserStarted) if id(s) not in first} == {""}


def test_nobody_acts_while_they_block_the_bot(facts: list[Fact]) -> None:
    blocked: set[int] = set()
    for fact in facts:
        person = who(fact)
        if isinstance(fact, BotUnblocked):
            blocked.remove(fact.user_id)
        assert person not in blocked
        if isinstance(fact, BotBlocked):
            blocked.add(fact.user_id)

    assert blocked


def test_only_leavers_block_the_bot(facts: list[Fact]) -> None:
    habits = {PEOPLE[block.user_id].habit for block in of(facts, BotBlocked)}

    assert habits == {Habit.LEAVER}


def test_who_unblocks_the_bot_starts_it_again(facts: list[Fact]) -> None:
    back = {fact.user_id: fact.at for fact in of(facts, BotUnblocked)}
    starts = {
        (start.user_id, start.at > back[start.user_id])
        for start in of(facts, UserStarted)
        if start.user_id in back
    }

    assert back and starts >= {
        (person, True) for person in back if back[person] < NOW - timedelta(minutes=1)
    }


def test_new_people_come_today_too(facts: list[Fact]) -> None:
    today = NOW.astimezone(BERLIN).date()
    born = {start.at.astimezone(BERLIN).date() for start in first_starts(facts).values()}

    assert today in born


@pytest.mark.parametrize("seed", [7, SEED])
@pytest.mark.parametrize("hour", [7, 12, 21])
def test_today_so_far_is_as_busy_as_other_days_were_by_that_hour(seed: int, hour: int) -> None:
    now = NOW.replace(hour=hour)

    days = list(facts_by_day(days=WHOLE_HISTORY_DAYS, now=now, zone=BERLIN, seed=seed))

    *before, today = [so_far(day, now.astimezone(BERLIN).time()) for day in days]
    assert today > 0.5 * sum(before[-7:]) / 7 > 0


@pytest.mark.parametrize("seed", range(20))
def test_whatever_other_days_were_today_is_usual(seed: int) -> None:
    lively = moods(seed, WHOLE_HISTORY_DAYS)

    assert len(lively) == WHOLE_HISTORY_DAYS + 1
    assert lively[-1] == 1


def test_right_after_midnight_nothing_of_the_new_day_is_known() -> None:
    midnight = datetime(2026, 10, 6, tzinfo=BERLIN)

    *_, today = facts_by_day(
        days=WHOLE_HISTORY_DAYS, now=midnight + timedelta(seconds=1), zone=BERLIN, seed=SEED
    )

    assert so_far(today, time(23)) == 0


def test_evenings_are_busy_and_nights_are_quiet_in_the_zone(facts: list[Fact]) -> None:
    hours = Counter(fact.at.astimezone(BERLIN).hour for fact in of(facts, UserSeen))

    assert hours[20] > 5 * hours[4] > 0


def test_weekends_are_quieter_than_the_middle_of_the_week(facts: list[Fact]) -> None:
    days = Counter(fact.at.astimezone(BERLIN).weekday() for fact in of(facts, UserSeen))

    assert days[5] + days[6] < 0.9 * (days[2] + days[3])


def test_the_bot_grows(facts: list[Fact]) -> None:
    weeks: defaultdict[int, set[int]] = defaultdict(set)
    for fact in of(facts, UserSeen):
        weeks[(NOW - fact.at).days // 7].add(fact.user_id)

    assert len(weeks[0]) > 2 * len(weeks[6]) > 0


def test_fewer_and_fewer_of_those_who_came_return(facts: list[Fact]) -> None:
    by_age = Counter(age for _, age in ages(facts))

    assert by_age[0] == len(PEOPLE)
    assert by_age[1] > by_age[7] > by_age[21] > 0


def test_few_updates_fail_and_each_failure_has_its_error(facts: list[Fact]) -> None:
    outcomes = Counter(update.outcome for update in of(facts, UpdateHandled))

    assert 0 < outcomes["error"] < 0.01 * outcomes["handled"]
    assert outcomes["error"] == len(of(facts, ErrorRaised))


def test_updates_take_milliseconds(facts: list[Fact]) -> None:
    seconds = [update.seconds for update in of(facts, UpdateHandled)]

    assert 0.005 < sum(seconds) / len(seconds) < 0.05
    assert min(seconds) > 0


def test_updates_have_small_numbers_of_their_own(facts: list[Fact]) -> None:
    numbers = [update.update_id for update in of(facts, UpdateHandled)]

    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 0 and max(numbers) < 10_000_000


def test_messages_have_a_length_and_no_text(facts: list[Fact]) -> None:
    received = of(facts, MessageReceived)

    assert {message.text for message in received} == {None}
    assert any(message.length > 20 for message in received)


def test_groups_begin_with_the_bot_and_members_join_before_they_write(facts: list[Fact]) -> None:
    joined: set[tuple[int, int | None]] = set()
    for fact in facts:
        if isinstance(fact, ChatJoined):
            joined.add((fact.chat_id, fact.user_id))
        elif isinstance(fact, MessageReceived) and fact.content_type != "system":
            assert fact.chat_type == "private" or (fact.chat_id, fact.user_id) in joined

    assert {chat for chat, person in joined if person is None} == {g["id"] for g in GROUPS}


def test_no_days_are_no_facts() -> None:
    assert list(facts_by_day(days=0, now=NOW, zone=BERLIN, seed=7)) == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 30, 12, tzinfo=UTC),  # clocks went forward the day before
        datetime(2026, 10, 26, 12, tzinfo=UTC),  # and back
        datetime(2026, 10, 5, 22, 0, 1, tzinfo=UTC),  # a second after midnight in Berlin
    ],
)
def test_odd_moments_keep_facts_in_order(now: datetime) -> None:
    times: list[Any] = []
    for day in facts_by_day(days=3, now=now, zone=BERLIN, seed=7):
        times += [fact.at for fact in day]

    assert times == sorted(times) and times[-1] < now
