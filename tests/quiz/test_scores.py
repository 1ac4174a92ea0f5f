"""Who stands where: more right answers first, then the faster."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.quiz.run import Answer
from bot.quiz.scores import best_share, ranking

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ANSWERS = st.lists(
    st.builds(
        Answer,
        question=st.integers(0, 9),
        telegram_id=st.integers(1, 5),
        is_correct=st.booleans(),
        seconds=st.floats(0, 60),
        answered_at=st.just(NOON),
    ),
    unique_by=lambda one: (one.question, one.telegram_id),
)


def answer(person: int, seconds: float, *, is_correct: bool = True, question: int = 0) -> Answer:
    return Answer(
        question=question,
        telegram_id=person,
        is_correct=is_correct,
        seconds=seconds,
        answered_at=NOON,
    )


@given(ANSWERS)
def test_everybody_who_answered_is_ranked_once_in_order(answers: list[Answer]) -> None:
    scores = ranking(answers)

    assert {one.telegram_id for one in scores} == {one.telegram_id for one in answers}
    assert sum(one.answered for one in scores) == len(answers)
    assert sum(one.right for one in scores) == sum(one.is_correct for one in answers)
    keys = [(-one.right, one.seconds) for one in scores]
    assert keys == sorted(keys)
    assert [one.rank for one in scores] == [keys.index(key) + 1 for key in keys]


@given(ANSWERS)
def test_the_order_in_which_answers_are_read_does_not_matter(answers: list[Answer]) -> None:
    assert ranking(answers) == ranking(answers[::-1])


def test_of_two_with_the_same_answers_the_faster_wins() -> None:
    scores = ranking([answer(1, 5), answer(2, 3)])

    assert [(one.telegram_id, one.medal) for one in scores] == [(2, "🥇"), (1, "🥈")]


def test_a_quick_wrong_answer_costs_no_time() -> None:
    wrong = answer(1, 50, is_correct=False, question=1)

    scores = ranking([answer(1, 3), wrong, answer(2, 4)])

    assert [(one.telegram_id, one.seconds) for one in scores] == [(1, 3), (2, 4)]


def test_who_is_equal_shares_a_medal_and_the_fourth_has_none() -> None:
    scores = ranking([answer(1, 3), answer(2, 3), answer(3, 4), answer(4, 5)])

    assert [one.medal for one in scores] == ["🥇", "🥇", "🥉", "4."]


def test_the_winners_share_is_of_all_questions() -> None:
    assert best_share(ranking([answer(1, 3)]), 4) == 0.25
    assert best_share([], 4) == 0
