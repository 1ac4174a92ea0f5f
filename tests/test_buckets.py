"""So many at once, so many a second, for each of many."""

from __future__ import annotations

from bot.buckets import Buckets


class Clock:
    """Only goes on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_gives_so_many_at_once_and_then_says_how_long_to_wait() -> None:
    buckets = Buckets(2, 3, monotonic=Clock())

    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_it_fills_up_again_and_never_over() -> None:
    clock = Clock()
    buckets = Buckets(2, 3, monotonic=clock)
    for _ in range(3):
        buckets.take("a")
    clock.now = 0.5

    assert [buckets.take("a"), buckets.take("a")] == [0, 0.5]
    clock.now = 100
    assert buckets.of("a").tokens == 3


def test_each_has_its_own() -> None:
    buckets = Buckets(1, 1, monotonic=Clock())

    assert (buckets.take("a"), buckets.take("b"), buckets.take("a")) == (0, 0, 1)


def test_who_was_silent_longest_makes_room() -> None:
    buckets = Buckets(1, 1, remembered=2, monotonic=Clock())
    for key in ("a", "b", "a", "c"):
        buckets.take(key)

    assert (buckets.take("a") > 0, buckets.take("b")) == (True, 0)
