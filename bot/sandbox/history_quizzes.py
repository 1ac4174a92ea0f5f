"""Invented quizzes: alone, or with those who have joined a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.analytics.events import Event
from bot.analytics.features.quiz import (
    QuestionAnswered,
    QuizAbandoned,
    QuizCompleted,
    QuizStarted,
)
from bot.clock import to_milliseconds
from bot.database.feature_tables import quiz_runs
from bot.quiz.run import CHANCE_BITS, Reason, Rules, State
from bot.sandbox.crowd_people import Resident
from bot.sandbox.history_acts import Act
from bot.sandbox.history_rows import Row, Values
from bot.sandbox.history_updates import Updates, chat, seen

QUESTIONS = Rules().questions
BEFORE = 4.0  # seconds from the command to the first question
ABANDONED_SHARE = 0.2
SILENT_SHARE = 0.7  # of those
ANSWERED_TOGETHER = 0.86
# The bot's own banks, how much they are liked, and how hard they are.
TOPICS = ("animals", "geography", "music", "programming", "space")
TOPIC_WEIGHTS = (26, 30, 15, 11, 18)
RIGHT = {"animals": 0.72, "geography": 0.61, "music": 0.55, "programming": 0.58, "space": 0.66}
RIGHT_SPREAD = 0.16
GERMAN = ("geography", "space")


@dataclass(kw_only=True)
class _Run:
    """One that is played.  pace: seconds from a question to the next"""

    act: Act
    topic: str
    players: Sequence[Resident]
    asked: int
    pace: float
    right: dict[int, int] = field(default_factory=dict)
    answers: list[Values] = field(default_factory=list)

    def row(self, state: State, ended: float) -> Row:
        """What is left of it, *ended* so many seconds after the act began."""
        act = self.act
        at = act.after(ended)
        values = {
            "chat_id": chat(act),
            "is_group": act.group is not None,
            "language": act.person.language,
            "topic": self.topic,
            "seed": act.person.id << CHANCE_BITS,
            "questions": QUESTIONS,
            "asked": self.asked + (state is State.COMPLETED),
            "state": state,
            "asked_at": to_milliseconds(act.after(BEFORE + self.pace * (self.asked - 1))),
            "started_at": to_milliseconds(act.after(BEFORE / 2)),
            "ended_at": to_milliseconds(at),
        }
        who = act.person.id
        return Row(at=at, table=quiz_runs, user_id=who, values=values, parts=self.answers)


class Quizzes:
    """Quizzes as the bot's own handlers tell of them."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._chance = updates.chance

    def facts(self, act: Act, others: Sequence[Resident] = ()) -> Iterator[Event | Row]:
        """Of a command to the result, within the time of *act*; *others* play, too."""
        yield from self._updates.command(act, "quiz")
        yield from self._updates.button(act, "quiz_topic", BEFORE / 2)
        run = self._run(act, others)
        at = act.after(BEFORE / 2)
        yield QuizStarted(at=at, user_id=act.person.id, chat_id=chat(act), topic=run.topic)
        for question in range(run.asked):
            yield from self._question(run, question)
        ended = BEFORE + run.pace * run.asked
        yield self._updates.call(act.after(ended), "editMessageText")
        yield from (
            self._completed(run, ended) if run.asked == QUESTIONS else self._left(run, ended)
        )

    def _run(self, act: Act, others: Sequence[Resident]) -> _Run:
        chance = self._chance
        topic = chance.choices(TOPICS, TOPIC_WEIGHTS)[0]
        is_left = chance.random() < ABANDONED_SHARE
        return _Run(
            act=act,
            topic=f"{topic}-de" if act.person.language == "de" and topic in GERMAN else topic,
            players=[act.person, *others],
            asked=chance.randint(1, QUESTIONS - 1) if is_left else QUESTIONS,
            pace=(act.seconds - BEFORE - 1) / QUESTIONS,
        )

    def _question(self, run: _Run, number: int) -> Iterator[Event]:
        asked = BEFORE + run.pace * number
        yield self._updates.call(run.act.after(asked), "sendPoll")
        for player in run.players:
            if run.act.group is None or self._chance.random() < ANSWERED_TOGETHER:
                yield from self._answer(run, number, player, asked)

    def _answer(self, run: _Run, number: int, player: Resident, asked: float) -> Iterator[Event]:
        is_correct = self._chance.random() < _skill(player, run.topic)
        seconds = round(run.pace * min(self._chance.betavariate(2.5, 3), 0.95), 3)
        at = run.act.after(asked + seconds)
        run.right[player.id] = run.right.get(player.id, 0) + is_correct
        answer = {"question": number, "telegram_id": player.id, "is_correct": is_correct}
        run.answers.append(answer | {"seconds": seconds, "answered_at": to_milliseconds(at)})
        yield seen(at, player, "poll")
        yield QuestionAnswered(
            at=at,
            user_id=player.id,
            chat_id=chat(run.act),
            topic=run.topic,
            is_correct=is_correct,
            seconds=seconds,
        )
        yield from self._updates.handled(at, "poll_answer", "quiz_vote")

    def _completed(self, run: _Run, ended: float) -> Iterator[Event | Row]:
        yield QuizCompleted(
            at=run.act.after(ended),
            chat_id=chat(run.act),
            topic=run.topic,
            score=max(run.right.values(), default=0) / QUESTIONS,
            players=len(run.right),
            seconds=ended - BEFORE / 2,
        )
        yield run.row(State.COMPLETED, ended)

    def _left(self, run: _Run, ended: float) -> Iterator[Event | Row]:
        is_silent = self._chance.random() < SILENT_SHARE
        yield QuizAbandoned(
            at=run.act.after(ended),
            chat_id=chat(run.act),
            topic=run.topic,
            reason=Reason.SILENCE if is_silent else Reason.STOPPED,
            asked=run.asked,
        )
        yield run.row(State.ABANDONED, ended)


def _skill(player: Resident, topic: str) -> float:
    """How likely an answer is right: who is good at one topic is not at another."""
    name = topic.removesuffix("-de")
    turn = player.id * (TOPICS.index(name) + 7) * 7_919 % 1_000 / 500 - 1
    return RIGHT[name] + RIGHT_SPREAD * turn
