"""Three questions a day, and no memory without end."""

from __future__ import annotations

from bot.billing.support import DAY_SECONDS, PEOPLE_REMEMBERED, Allowance


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_person_has_three_a_day() -> None:
    allowance = Allowance(Stopwatch())

    assert [allowance.take(1) for _ in range(5)] == [True, True, True, False, False]
    assert allowance.take(2)


def test_a_day_later_there_are_three_again() -> None:
    watch = Stopwatch()
    allowance = Allowance(watch)
    for _ in range(4):
        allowance.take(1)

    watch.seconds = DAY_SECONDS

    assert [allowance.take(1) for _ in range(4)] == [True, True, True, False]


def test_what_was_for_nothing_comes_back() -> None:
    allowance = Allowance(Stopwatch())
    for _ in range(3):
        allowance.take(1)

    allowance.give_back(1)

    assert [allowance.take(1), allowance.take(1)] == [True, False]


def test_only_so_many_people_are_remembered() -> None:
    allowance = Allowance(Stopwatch())

    for n in range(PEOPLE_REMEMBERED + 5):
        allowance.take(n)

    assert len(allowance._used) == PEOPLE_REMEMBERED  # noqa: SLF001  memory is what this is about
