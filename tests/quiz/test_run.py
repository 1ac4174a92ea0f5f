"""What a run asks and what comes next, for any seed, any answers and any clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quiz.bank import load_banks
from bot.quiz.run import (
    Abandon,
    Answer,
    Ask,
    Finish,
    Rules,
    Run,
    Step,
    Wait,
    course,
    is_of,
    new_seed,
    next_step,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
RULES = Rules(questions=5, seconds=20, pause=2, grace=1)
BANK = load_banks().offered("en")[0]
SEEDS = st.integers(0, 2**63 - 1)


def run_at(asked: int, *, is_group: bool = False) -> Run:
    """A run whose newest question was sent at noon."""
    return Run(
        chat_id=1,
        starter_number=None,
        is_group=is_group,
        language="en",
        topic="space",
        seed=0,
        questions=5,
        asked=asked,
        asked_at=NOON,
        started_at=NOON,
    )


def answer(question: int, person: int = 1, seconds: float = 0) -> Answer:
    return Answer(
        question=question,
        telegram_id=person,
        is_correct=True,
        seconds=seconds,
        answered_at=NOON + timedelta(seconds=seconds),
    )


def step(run: Run, answers: list[Answer], seconds: float) -> Step:
    return next_step(run, answers, NOON + timedelta(seconds=seconds), RULES)


@given(SEEDS, st.integers(1, 50))
def test_a_course_asks_each_question_once_with_all_its_options(seed: int, count: int) -> None:
    by_text = {question.text: question for question in BANK.questions}

    asked = course(BANK, seed, count)

    assert len({one.text for one in asked}) == len(asked) == min(count, len(BANK.questions))
    for one in asked:
        question = by_text[one.text]
        assert one.options[one.right] == question.right
        assert sorted(one.options) == sorted((question.right, *question.wrong))


@given(SEEDS)
def test_a_course_is_the_same_for_the_same_seed(seed: int) -> None:
    assert course(BANK, seed, 10) == course(BANK, seed, 10)


def test_options_do_not_keep_their_places() -> None:
    places = {course(BANK, seed, 1)[0].right for seed in range(100)}

    assert places == {0, 1, 2, 3}


@given(st.integers())
def test_a_seed_fits_the_database_and_knows_its_bank(chance: int) -> None:
    seed = new_seed(BANK, Random(chance))  # noqa: S311  a game

    assert 0 <= seed < 2**63
    assert [is_of(seed, bank) for bank in load_banks().offered("en")].count(True) == 1
    assert is_of(seed, BANK)


@pytest.mark.parametrize(
    ("asked", "answers", "seconds", "expected"),
    [
        (0, [], 0, Wait(2)),
        (0, [], 2, Ask(0)),
        (1, [], 5, Wait(16)),
        (1, [answer(0, seconds=3)], 3, Wait(2)),
        (1, [answer(0, seconds=3)], 5, Ask(1)),
        (1, [answer(0, seconds=20)], 20.5, Wait(0.5)),  # the pause does not outlast the question
        (1, [], 21, Ask(1)),
        (2, [], 21, Abandon()),
        (2, [answer(0)], 21, Ask(2)),
        (3, [answer(0)], 21, Abandon()),
        (5, [answer(4, seconds=1)], 3, Finish()),
        (5, [answer(2)], 21, Finish()),
        (6, [], 0, Finish()),
        (1, [], -100, Ask(1)),  # somebody set the clock back
    ],
)
def test_what_comes_next_alone(
    asked: int, answers: list[Answer], seconds: float, expected: Step
) -> None:
    assert step(run_at(asked), answers, seconds) == expected


@pytest.mark.parametrize(
    ("asked", "answers", "seconds", "expected"),
    [
        (1, [answer(0), answer(0, 2)], 5, Wait(16)),  # a third may be thinking
        (2, [answer(0), answer(0, 2), answer(1)], 5, Wait(16)),
        (2, [answer(0), answer(0, 2), answer(1), answer(1, 2, 4)], 5, Wait(1)),
        (2, [answer(0), answer(0, 2), answer(1), answer(1, 2, 3)], 5, Ask(2)),
        (2, [answer(0), answer(1), answer(1, 3)], 5, Ask(2)),  # a newcomer keeps nobody waiting
        (4, [answer(0, 2), answer(2), answer(3)], 5, Ask(4)),  # 2 has left
        (2, [], 21, Ask(2)),
        (3, [], 21, Abandon()),
    ],
)
def test_what_comes_next_in_a_group(
    asked: int, answers: list[Answer], seconds: float, expected: Step
) -> None:
    assert step(run_at(asked, is_group=True), answers, seconds) == expected


@given(
    st.integers(0, 6),
    st.sampled_from([run_at, partial(run_at, is_group=True)]),
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3), st.floats(0, 20)), max_size=15),
    st.floats(-1e6, 1e6),
)
def test_a_wait_is_never_longer_than_a_question(
    asked: int, run_of: Callable[[int], Run], said: list[tuple[int, int, float]], seconds: float
) -> None:
    answers = [answer(*one) for one in said if one[0] < asked]

    found = step(run_of(asked), answers, seconds)

    assert not isinstance(found, Wait) or 0 < found.seconds <= RULES.seconds + RULES.grace
    assert not isinstance(found, Ask) or found.number == asked < 5
