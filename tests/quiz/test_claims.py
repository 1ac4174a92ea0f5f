"""Votes for polls nobody knows are kept for a while, and never more than fits."""

from __future__ import annotations

from bot.quiz.claims import POLLS, VOTES, Claims
from tests.quiz.scene import ANN, vote


def test_votes_are_handed_out_once() -> None:
    claims = Claims()
    claims.expect(1)
    claims.hold(vote("poll1", ANN, 0))

    assert [one.telegram_id for one in claims.release("poll1")] == [ANN]
    assert claims.release("poll1") == []


def test_nothing_is_kept_when_no_question_is_on_its_way() -> None:
    claims = Claims()
    claims.expect(1)
    claims.hold(vote("poll1", ANN, 0))

    claims.settle(1)

    assert claims.release("poll1") == []


def test_the_oldest_polls_are_forgotten_first() -> None:
    claims = Claims()
    for number in range(POLLS + 1):
        claims.hold(vote(f"poll{number}", ANN, 0))

    assert claims.release("poll0") == []
    assert len(claims.release("poll1")) == 1


def test_one_poll_cannot_fill_the_memory() -> None:
    claims = Claims()
    for person in range(VOTES + 1):
        claims.hold(vote("poll1", person, 0))

    assert len(claims.release("poll1")) == VOTES
