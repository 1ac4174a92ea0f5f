"""What polls tell: who chose what, and how each stands.  Foreign polls are let through."""

from __future__ import annotations

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Poll, PollAnswer

from bot.quiz.master import Quizmaster
from bot.quiz.stage import Tally, Vote


async def quiz_vote(vote: PollAnswer, quizzes: Quizmaster) -> None:
    """Count a person's answer."""
    if vote.user is None:  # a channel or an anonymous admin, who could be anybody
        raise SkipHandler
    told = Vote(
        poll_id=vote.poll_id,
        telegram_id=vote.user.id,
        name=vote.user.first_name,
        options=tuple(vote.option_ids),
    )
    if not await quizzes.vote(told):
        raise SkipHandler


async def quiz_poll(poll: Poll, quizzes: Quizmaster) -> None:
    """Learn from a poll's state; it may be the first we hear of it."""
    tally = Tally(
        poll_id=poll.id,
        text=poll.question,
        options=tuple(option.text for option in poll.options),
        votes=tuple(option.voter_count for option in poll.options),
        is_closed=poll.is_closed,
    )
    if not await quizzes.look(tally):
        raise SkipHandler


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="quiz_votes")
    router.poll_answer.register(quiz_vote)
    router.poll.register(quiz_poll)
    return router
