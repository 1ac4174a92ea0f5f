"""Who is here now: people who acted within minutes, each once, and none after they left."""

from __future__ import annotations

import pytest

from bot.analytics.bus import Bus
from bot.analytics.online import WINDOW_SECONDS, Online
from tests.analytics.moments import ANN, BOB, said, seen


class Watch:
    """A monotonic clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def online(watch: Watch) -> Online:
    return Online(watch)


def test_a_person_counts_once_however_often_they_act(online: Online) -> None:
    for user_id in (ANN, BOB, ANN, ANN):
        online(seen(user_id))

    assert online.people() == 2


def test_who_is_silent_for_five_minutes_has_left(online: Online, watch: Watch) -> None:
    online(seen(ANN))
    watch.now += WINDOW_SECONDS - 1
    online(seen(BOB))

    watch.now += 2

    assert online.people() == 1


def test_who_acts_again_stays(online: Online, watch: Watch) -> None:
    for _ in range(3):
        online(seen(ANN))
        watch.now += WINDOW_SECONDS - 1

    assert online.people() == 1


def test_a_shorter_time_may_be_asked_for(online: Online, watch: Watch) -> None:
    for user_id in (1, 2, 3):
        online(seen(user_id))
        watch.now += 60

    assert [online.people(seconds) for seconds in (30, 60, 120, 180)] == [0, 1, 2, 3]


def test_the_longest_silent_make_room_when_there_are_too_many(watch: Watch) -> None:
    online = Online(watch, most=3)
    for user_id in (1, 2, 3, 1, 4):
        online(seen(user_id))

    online.forget(1)

    assert online.people() == 2


def test_nobody_who_left_stays_in_memory_though_nobody_asks(online: Online, watch: Watch) -> None:
    for user_id in range(100):
        online(seen(user_id))
    watch.now += WINDOW_SECONDS + 1

    online(seen(ANN))

    watch.now -= WINDOW_SECONDS + 1
    assert online.people() == 1


def test_a_forgotten_person_is_gone_at_once(online: Online) -> None:
    for user_id in (ANN, BOB):
        online(seen(user_id))

    online.forget(ANN)
    online.forget(ANN)

    assert online.people() == 1


def test_only_acting_counts(online: Online) -> None:
    bus = Bus(online)

    bus.publish(said(ANN))

    assert online.people() == 0
