"""The quizmaster: begins runs, counts votes, and keeps an alarm clock for each run."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

import structlog

from bot.analytics import faults
from bot.analytics.features.quiz import QuizStarted
from bot.database.engine import DATABASE_ERRORS
from bot.quiz.bank import Bank
from bot.quiz.claims import Claims
from bot.quiz.names import Names
from bot.quiz.play import Parts, Play
from bot.quiz.run import (
    NOWHERE,
    Abandon,
    Ask,
    Finish,
    Reason,
    Run,
    State,
    Wait,
    new_seed,
    next_step,
)
from bot.quiz.scores import Score
from bot.quiz.teller import Teller

# Quizzes at once in this process: each is a task that mostly sleeps.
RUNS = 500
# After a start, votes that came meanwhile are counted before anything moves on.
SETTLE_SECONDS = 2.0
RETRY_SECONDS = 2.0
STOP_SECONDS = 5.0
BEST = 10

log = structlog.get_logger(__name__)


class Beginning(StrEnum):
    """How an attempt to begin a quiz ended."""

    BEGUN = "begun"
    BUSY = "busy"
    FULL = "full"
    UNKNOWN_TOPIC = "unknown_topic"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A quiz that somebody wants.

    score_message_id: the message that becomes the intro and then the score
    """

    chat_id: int
    is_group: bool
    topic: str
    language: str
    starter: int
    score_message_id: int


@dataclass(frozen=True, slots=True)
class _Watch:
    """The alarm clock of one run."""

    alarm: asyncio.Event
    task: asyncio.Task[None]


class Quizmaster:
    """Everything that happens in quizzes.

    The database knows every run; here are only alarms.  A second process on the same database
    does no harm: the first to note a step takes it.

    limit: runs at once; settle: seconds after a start before anything moves on
    """

    def __init__(self, parts: Parts, *, limit: int = RUNS, settle: float = SETTLE_SECONDS) -> None:
        self._parts = parts
        self._limit = limit
        self._settle = settle
        self._claims = Claims()
        self._names = Names(parts.stage)
        self._play = Play(parts, self._claims, self._names)
        self._teller = Teller(parts, self._play, self._claims, self._names, self._wake)
        self.vote, self.look = self._teller.vote, self._teller.look
        self._watches: dict[int, _Watch] = {}
        self._stopping = asyncio.Event()

    @property
    def running(self) -> int:
        """Runs that this process watches."""
        return len(self._watches)

    async def start(self) -> None:
        """Go on with every run of the last life."""
        for run_id in await self._parts.store.running():
            self._claims.expect(run_id)  # until the first look shows that its poll is known
            self._watch(run_id, self._settle)

    async def stop(self) -> None:
        """Leave every run to the next life; what is being sent may arrive first."""
        self._stopping.set()
        tasks = [watch.task for watch in self._watches.values()]
        for watch in self._watches.values():
            watch.alarm.set()
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def begin(self, wish: Wish) -> Beginning:
        """Begin a quiz, if its chat has none and there are not too many."""
        bank = self._parts.banks.get(wish.topic)
        if bank is None:
            return Beginning.UNKNOWN_TOPIC
        if self.running >= self._limit or self._stopping.is_set():
            return Beginning.FULL
        begun = await self._parts.store.begin(self._run(wish, bank), wish.starter)
        if begun is None:
            return Beginning.BUSY
        self._parts.bus.publish(
            QuizStarted(
                at=begun.started_at, user_id=wish.starter, chat_id=wish.chat_id, topic=wish.topic
            )
        )
        self._watch(begun.id)
        return Beginning.BEGUN

    async def running_in(self, chat_id: int) -> Run | None:
        """The run that is on in a chat."""
        return await self._parts.store.in_chat(chat_id)

    async def may_stop(self, run: Run, telegram_id: int) -> bool:
        """Whether somebody began *run* or manages its chat."""
        if not run.is_group or await self._parts.store.is_starter(run, telegram_id):
            return True
        return await self._parts.stage.is_admin(run.chat_id, telegram_id)

    async def halt(self, run: Run) -> bool:
        """Stop *run*; False if it has ended by itself."""
        is_ours = await self._play.abandon(run, Reason.STOPPED)
        self._wake(run.id)
        return is_ours

    async def best_of_chat(self, chat_id: int) -> tuple[list[Score], dict[int, str]]:
        """The best players of a chat over all time, and their names."""
        scores = await self._parts.store.best_of_chat(chat_id, BEST)
        return scores, await self._names.of(chat_id, [one.telegram_id for one in scores])

    async def best_of_person(self, telegram_id: int) -> list[tuple[str, Score]]:
        """How somebody did, by the titles of topics that are still there."""
        found = await self._parts.store.best_of_person(telegram_id, BEST)
        banks = [(self._parts.banks.get(topic), score) for topic, score in found]
        return [(bank.title, score) for bank, score in banks if bank]

    def _run(self, wish: Wish, bank: Bank) -> Run:
        return Run(
            chat_id=wish.chat_id,
            starter_number=None,
            is_group=wish.is_group,
            language=wish.language,
            topic=wish.topic,
            seed=new_seed(bank, Random()),  # noqa: S311  a game
            questions=min(self._parts.rules.questions, len(bank.questions)),
            score_message_id=wish.score_message_id,
            started_at=self._parts.clock(),
        )

    def _watch(self, run_id: int, delay: float = 0) -> None:
        if run_id in self._watches or self._stopping.is_set():
            return
        alarm = asyncio.Event()
        task = asyncio.create_task(self._drive(run_id, alarm, delay), name=f"quiz {run_id}")
        self._watches[run_id] = _Watch(alarm, task)
        task.add_done_callback(lambda _: self._watches.pop(run_id, None))

    def _wake(self, run_id: int) -> None:
        """Something changed: look at the run again, now."""
        self._watch(run_id)
        if watch := self._watches.get(run_id):
            watch.alarm.set()

    async def _drive(self, run_id: int, alarm: asyncio.Event, delay: float) -> None:
        """Take step after step until the run ends or we do."""
        await _passed(self._stopping, delay)  # not the alarm: more votes may be on their way
        wait: float | None = 0
        while wait is not None and not self._stopping.is_set():
            await _passed(alarm, wait)
            alarm.clear()
            wait = None if self._stopping.is_set() else await self._tried(run_id)

    async def _tried(self, run_id: int) -> float | None:
        """Take a step; seconds to wait for the next one, None when there is none."""
        try:
            return await self._step(run_id)
        except DATABASE_ERRORS as exc:
            log.warning("quiz waits for the database", run=run_id, error=type(exc).__name__)
            return RETRY_SECONDS
        except Exception as exc:
            # A border: one broken run must neither stay on for ever nor harm another.
            log.exception("quiz failed", run=run_id)
            at = self._parts.clock()
            self._parts.bus.publish(faults.raised(exc, at=at, category="job", where="quiz"))
            with suppress(*DATABASE_ERRORS):
                await self._play.give_up(run_id)
            return None

    async def _step(self, run_id: int) -> float | None:
        run = await self._parts.store.load(run_id)
        if run is None or run.state is not State.RUNNING or run.chat_id == NOWHERE:
            self._claims.settle(run_id)
            if run and run.state is State.RUNNING:  # its person asked to be forgotten
                await self._parts.store.end(run_id, State.ABANDONED, self._parts.clock())
            return None
        if not run.is_unsure:
            self._claims.settle(run_id)
        answers = await self._parts.store.answers(run_id)
        match next_step(run, answers, self._parts.clock(), self._parts.rules):
            case Wait(seconds):
                return seconds
            case Ask():
                await self._ask(run)
            case Finish():
                await self._play.finish(run)
            case Abandon():
                await self._play.abandon(run, Reason.SILENCE)
        return 0

    async def _ask(self, run: Run) -> None:
        poll = await self._play.ask(run)
        if not poll:
            return
        sent = replace(run, asked=run.asked + 1)
        if await self._teller.learn(sent, poll):
            await self._play.show(sent)
        else:  # stopped while it was on its way
            await self._play.take_back(sent, poll)


async def _passed(event: asyncio.Event, seconds: float) -> None:
    """Return after *seconds*, or when *event* is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
