"""A run: which questions it asks in which order, and what comes next.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

from bot.quiz.bank import Bank

# Of a seed: the lower ones are chance, those above are the bank's fingerprint.
CHANCE_BITS = 31
# The chat of a run whose person asked to be forgotten.
NOWHERE = 0
# Who answered none of so many questions in a row is not waited for.
PATIENCE = 2


class State(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class Reason(StrEnum):
    """Why a run ended before its last question."""

    SILENCE = "silence"
    STOPPED = "stopped"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One quiz in one chat, as the database has it.

    starter_number: of the table users; None when nobody knows or may know
    seed: the questions and their order follow from it
    asked: questions sent or about to be; one more than there are when the result is on its way
    poll_id, message_id: of the open question; None while nobody knows whether it arrived
    """

    id: int = 0
    chat_id: int
    starter_number: int | None
    is_group: bool
    language: str
    topic: str
    seed: int
    questions: int
    asked: int = 0
    state: State = State.RUNNING
    poll_id: str | None = None
    message_id: int | None = None
    score_message_id: int | None = None
    asked_at: datetime | None = None
    started_at: datetime
    ended_at: datetime | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether a question was sent, or nearly so, and its poll is not known."""
        return self.poll_id is None and 0 < self.asked <= self.questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one person said to one question; question: counted from 0; seconds: since it came."""

    question: int
    telegram_id: int
    is_correct: bool
    seconds: float
    answered_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How a quiz is played.

    questions: of a run; seconds: that a question is open; pause: seconds between two questions
    grace: seconds for votes of the last moment to arrive
    silence_alone, silence_together: questions in a row without any answer that end a run
    """

    questions: int = 10
    seconds: int = 20
    pause: float = 1.5
    grace: float = 1.0
    silence_alone: int = 2
    silence_together: int = 3

    def silence(self, run: Run) -> int:
        """How many questions in a row may find nobody, the last of them ending *run*."""
        return self.silence_together if run.is_group else self.silence_alone


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done for so many seconds, unless somebody answers."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Send this question, counted from 0."""

    number: int


@dataclass(frozen=True, slots=True)
class Finish:
    """Show the result."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """Nobody is there any more."""


Step = Wait | Ask | Finish | Abandon


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is sent: options shuffled, right counted from 0."""

    text: str
    options: tuple[str, ...]
    right: int
    explanation: str | None


def new_seed(bank: Bank, chance: Random) -> int:
    """A seed for a run of *bank*, 63 bits."""
    return bank.fingerprint << CHANCE_BITS | chance.getrandbits(CHANCE_BITS)


def is_of(seed: int, bank: Bank) -> bool:
    """Whether *seed* was made for *bank* as it is now: else the questions would be others."""
    return seed >> CHANCE_BITS == bank.fingerprint


def course(bank: Bank, seed: int, count: int) -> list[Asked]:
    """At most *count* questions of *bank*, each once; always the same for the same seed."""
    chance = Random(seed)  # noqa: S311  a game, and it must repeat itself
    chosen = chance.sample(bank.questions, min(count, len(bank.questions)))
    asked = []
    for question in chosen:
        options = [question.right, *question.wrong]
        chance.shuffle(options)
        right = options.index(question.right)
        asked.append(Asked(question.text, tuple(options), right, question.explanation))
    return asked


def next_step(run: Run, answers: Sequence[Answer], now: datetime, rules: Rules) -> Step:
    """What *run* needs now."""
    if run.asked > run.questions:
        return Finish()
    wait = _rest(run, answers, now, rules)
    if wait > 0:
        return Wait(wait)
    if run.asked == run.questions:
        return Finish() if answers else Abandon()
    if _silent(run, answers) >= rules.silence(run):
        return Abandon()
    return Ask(run.asked)


def everybody_answered(run: Run, answers: Iterable[Answer]) -> bool:
    """Whether all who play have answered the open question.

    Who plays shows in the answers: in a group nobody can tell before the first question is over.
    """
    answers, now = list(answers), run.asked - 1
    here = {one.telegram_id for one in answers if one.question == now}
    before = {one.telegram_id for one in answers if now - PATIENCE <= one.question < now}
    if not run.is_group:
        return bool(here)
    return bool(before) and before <= here


def _rest(run: Run, answers: Sequence[Answer], now: datetime, rules: Rules) -> float:
    """Seconds until the next step is due; 0 or less when it is."""
    since = run.asked_at if run.asked else run.started_at
    passed = (now - since).total_seconds() if since else 0
    if passed < 0:  # somebody set the clock back; nobody can tell how long it has been
        return 0
    if not run.asked:
        return rules.pause - passed
    rest = rules.seconds + rules.grace - passed
    if not everybody_answered(run, answers):
        return rest
    last = max(one.answered_at for one in answers if one.question == run.asked - 1)
    return min(rest, rules.pause - (now - last).total_seconds())


def _silent(run: Run, answers: Iterable[Answer]) -> int:
    """How many questions in a row, up to the open one, nobody answered."""
    return run.asked - 1 - max((one.question for one in answers), default=-1)
