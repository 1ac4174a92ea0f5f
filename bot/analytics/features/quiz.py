"""Quizzes: who plays what, and how well.

topic: a question bank's file name, from the code or the operator's folder.
"""

from __future__ import annotations

from bot.analytics.batch import Batch, Keep
from bot.analytics.events import Event
from bot.analytics.families import Families, Moves
from bot.analytics.series import MINUTES, Series


class QuizStarted(Event, frozen=True, kw_only=True, gc=False):
    """A quiz began, in a private chat or for a group."""

    user_id: int
    chat_id: int
    topic: str


class QuestionAnswered(Event, frozen=True, kw_only=True, gc=False):
    """A person answered a question while it was open.

    seconds: since the question was sent
    """

    user_id: int
    chat_id: int
    topic: str
    is_correct: bool
    seconds: float

    @property
    def correct(self) -> str:
        """yes or no, as the label says it."""
        return "yes" if self.is_correct else "no"


class QuizCompleted(Event, frozen=True, kw_only=True, gc=False):
    """Every question was asked.

    score: the winner's share of right answers, 0 to 1; players: who answered at least once
    """

    chat_id: int
    topic: str
    score: float
    players: int
    seconds: float


class QuizAbandoned(Event, frozen=True, kw_only=True, gc=False):
    """A quiz ended before its last question.

    reason: silence, stopped or unreachable; asked: how many questions had been sent
    """

    chat_id: int
    topic: str
    reason: str
    asked: int


SERIES = (
    Series(
        "quiz_duration_seconds",
        "histogram",
        "performance",
        "From the start of a quiz to its result.",
        buckets=MINUTES,
    ),
    Series(
        "question_answer_seconds",
        "histogram",
        "performance",
        "From a question to an answer.",
        buckets=(1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 600),
    ),
    Series("quizzes_started_total", "counter", "engagement", "Quizzes begun.", ("topic",)),
    Series("quizzes_completed_total", "counter", "engagement", "Quizzes finished.", ("topic",)),
    Series(
        "questions_answered_total",
        "counter",
        "engagement",
        "Answers to questions.",
        ("topic", "correct"),
    ),
)


def _started(batch: Batch, fact: QuizStarted) -> None:
    batch.event(fact, "quiz_started", user_id=fact.user_id, chat_id=fact.chat_id, label=fact.topic)


def _answered(batch: Batch, fact: QuestionAnswered) -> None:
    batch.event(
        fact,
        "quiz_right" if fact.is_correct else "quiz_wrong",
        user_id=fact.user_id,
        chat_id=fact.chat_id,
        label=fact.topic,
        value=round(fact.seconds, 3),
    )


def _completed(batch: Batch, fact: QuizCompleted) -> None:
    batch.event(fact, "quiz_completed", chat_id=fact.chat_id, label=fact.topic, value=fact.score)


def _abandoned(batch: Batch, fact: QuizAbandoned) -> None:
    batch.event(fact, "quiz_abandoned", chat_id=fact.chat_id, label=fact.topic, value=fact.asked)


KEPT: dict[type[Event], Keep] = {
    QuizStarted: _started,
    QuestionAnswered: _answered,
    QuizCompleted: _completed,
    QuizAbandoned: _abandoned,
}


def moves(series: Families) -> Moves:
    """Which series each fact moves."""
    return {
        QuizStarted: (series.counted("quizzes_started_total", "topic"),),
        QuestionAnswered: (
            series.counted("questions_answered_total", "topic", "correct"),
            series.observed("question_answer_seconds", "seconds"),
        ),
        QuizCompleted: (
            series.counted("quizzes_completed_total", "topic"),
            series.observed("quiz_duration_seconds", "seconds"),
        ),
    }
