"""The cache keeps to its room and never changes a set that somebody holds."""

from __future__ import annotations

from datetime import date

from bot.analytics.audience.cache import OVERHEAD, Cache
from tests.analytics.audience.scene import bitmap

KEYS = [(date(2026, 1, n), "active") for n in range(1, 5)]


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache = Cache(2 * (OVERHEAD + 100))
    for key in KEYS[:2]:
        cache.put(key, bitmap(1), 100)
    cache.get(KEYS[0])

    cache.put(KEYS[2], bitmap(2), 100)

    assert [cache.get(key) is not None for key in KEYS[:3]] == [True, False, True]
    assert cache.bytes == 2 * (OVERHEAD + 100)


def test_a_set_that_is_too_large_is_not_kept() -> None:
    cache = Cache(100)

    cache.put(KEYS[0], bitmap(1), 100)

    assert (cache.get(KEYS[0]), cache.bytes) == (None, 0)


def test_a_set_grows_without_changing_for_who_holds_it() -> None:
    cache = Cache(10_000)
    cache.put(KEYS[0], bitmap(1), 10)
    held = cache.get(KEYS[0])

    cache.grow(KEYS[0], bitmap(2))
    cache.grow(KEYS[1], bitmap(2))

    assert (held, cache.get(KEYS[0]), cache.get(KEYS[1])) == (bitmap(1), bitmap(1, 2), None)


def test_what_is_too_old_is_asked_for_again() -> None:
    cache = Cache(10_000)

    cache.put(KEYS[0], bitmap(1), 10, seconds=-1)

    assert cache.get(KEYS[0]) is None


def test_a_day_and_a_person_can_be_taken_out() -> None:
    cache = Cache(10_000)
    for key in KEYS[:2]:
        cache.put(key, bitmap(1, 2), 10)

    cache.drop_day(KEYS[0][0])
    cache.discard(1)

    assert (cache.get(KEYS[0]), cache.get(KEYS[1])) == (None, bitmap(2))
