"""A quiz room with a chat of paper: everything but Telegram is real."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.analytics.bus import Bus
from bot.analytics.render.words import Words
from bot.clock import utc_now
from bot.database.engine import Database
from bot.quiz.bank import Banks, load_banks
from bot.quiz.master import Beginning, Quizmaster, Wish
from bot.quiz.play import Parts
from bot.quiz.run import Answer, Asked, Rules, Run, State
from bot.quiz.stage import Buttons, Poll, StageError, Tally, Vote
from bot.quiz.store import Store
from tests.fakes import Recorder
from tests.waiting import until, until_true

GROUP = -100
ANN, BOB, EVE = 1, 2, 3


class PaperStage:
    """A stage to look at.

    sent: questions by poll id, in the order in which they were sent
    problem: raised instead of sending; lost: raised after a question was sent
    on_sent: what happens between the sending of a question and its answer to us
    """

    def __init__(self) -> None:
        self.sent: dict[str, Asked] = {}
        self.said: list[str] = []
        self.shown: list[str] = []
        self.closed: list[int] = []
        self.names: dict[int, str] = {}
        self.admins: set[int] = set()
        self.problem: Exception | None = None
        self.lost: StageError | None = None
        self.on_sent: Callable[[], Awaitable[None]] | None = None

    @property
    def last(self) -> tuple[str, Asked]:
        """The newest question and its poll's id."""
        return list(self.sent.items())[-1]

    async def ask(self, chat_id: int, asked: Asked, seconds: int) -> Poll:
        if self.problem:
            raise self.problem
        number = len(self.sent) + 1
        self.sent[f"poll{number}"] = asked
        if self.on_sent:
            await self.on_sent()
        if self.lost:
            raise self.lost
        return Poll(f"poll{number}", number)

    async def say(self, chat_id: int, text: str, buttons: Buttons = ()) -> None:
        if self.problem:
            raise self.problem
        self.said.append(text)

    async def edit(self, chat_id: int, message_id: int, text: str, buttons: Buttons = ()) -> None:
        if self.problem:
            raise self.problem
        self.shown.append(text)

    async def close(self, chat_id: int, message_id: int) -> None:
        self.closed.append(message_id)

    async def name(self, chat_id: int, telegram_id: int) -> str | None:
        return self.names.get(telegram_id)

    async def is_admin(self, chat_id: int, telegram_id: int) -> bool:
        return telegram_id in self.admins


class Fate:
    """When a process dies: after so many steps, and for ever, as with kill -9."""

    def __init__(self, steps: float) -> None:
        self._left = steps

    @property
    def is_dead(self) -> bool:
        return self._left <= 0

    def check(self) -> None:
        """Go no further when dead."""
        if self.is_dead:
            raise asyncio.CancelledError

    async def step(self) -> None:
        """Live on, or die here."""
        self.check()
        self._left -= 1


class MortalStage(PaperStage):
    """A process's hold on a stage; what was sent before its death stays sent."""

    def __init__(self, stage: PaperStage, fate: Fate) -> None:
        self._stage = stage
        self._fate = fate

    async def ask(self, chat_id: int, asked: Asked, seconds: int) -> Poll:
        await self._fate.step()
        poll = await self._stage.ask(chat_id, asked, seconds)
        await self._fate.step()
        return poll

    async def say(self, chat_id: int, text: str, buttons: Buttons = ()) -> None:
        await self._fate.step()
        await self._stage.say(chat_id, text, buttons)
        await self._fate.step()

    async def edit(self, chat_id: int, message_id: int, text: str, buttons: Buttons = ()) -> None:
        await self._fate.step()
        await self._stage.edit(chat_id, message_id, text, buttons)
        await self._fate.step()

    async def close(self, chat_id: int, message_id: int) -> None:
        await self._stage.close(chat_id, message_id)

    async def name(self, chat_id: int, telegram_id: int) -> str | None:
        return await self._stage.name(chat_id, telegram_id)

    async def is_admin(self, chat_id: int, telegram_id: int) -> bool:
        return await self._stage.is_admin(chat_id, telegram_id)


class MortalStore(Store):
    """A process's hold on the database; what was committed before its death stays."""

    def __init__(self, database: Database, fate: Fate) -> None:
        super().__init__(database)
        self._fate = fate

    async def load(self, run_id: int) -> Run | None:
        self._fate.check()  # no step: how often a run is looked at depends on the machine
        return await super().load(run_id)

    async def advance(self, run: Run, at: datetime) -> bool:
        await self._fate.step()
        is_first = await super().advance(run, at)
        await self._fate.step()
        return is_first

    async def opened(
        self, run: Run, poll_id: str, message_id: int | None, at: datetime | None
    ) -> bool:
        await self._fate.step()
        is_same = await super().opened(run, poll_id, message_id, at)
        await self._fate.step()
        return is_same

    async def answer(self, run: Run, answer: Answer) -> bool:
        await self._fate.step()
        is_new = await super().answer(run, answer)
        await self._fate.step()
        return is_new

    async def end(self, run_id: int, state: State, at: datetime) -> bool:
        await self._fate.step()
        is_ours = await super().end(run_id, state, at)
        await self._fate.step()
        return is_ours


@dataclass
class Room:
    """One process that plays quizzes."""

    database: Database
    rules: Rules
    banks: Banks = field(default_factory=load_banks)
    stage: PaperStage = field(default_factory=PaperStage)
    facts: Recorder = field(default_factory=Recorder)
    limit: int = 500
    fate: Fate = field(default_factory=lambda: Fate(math.inf))

    def __post_init__(self) -> None:
        self.store = MortalStore(self.database, self.fate)
        parts = Parts(
            store=self.store,
            banks=self.banks,
            stage=MortalStage(self.stage, self.fate),
            words=lambda _: Words(),
            bus=Bus(self.facts),
            clock=utc_now,
            rules=self.rules,
        )
        self.master = Quizmaster(parts, limit=self.limit, settle=0)

    async def begin(
        self, chat_id: int = ANN, starter: int = ANN, topic: str = "space"
    ) -> Beginning:
        """Begin a quiz."""
        wish = Wish(
            chat_id=chat_id,
            is_group=chat_id < 0,
            topic=topic,
            language="en",
            starter=starter,
            score_message_id=1,
        )
        return await self.master.begin(wish)

    async def asked(self, count: int) -> None:
        """Wait until so many questions are open or over."""

        async def is_known() -> bool:
            return bool(await self.store.of_poll(f"poll{count}"))

        await until(lambda: len(self.stage.sent) >= count)
        await until_true(is_known)

    async def answer(self, *people: int, is_right: bool = True) -> None:
        """Let *people* answer the newest question."""
        poll_id, asked = self.stage.last
        option = asked.right if is_right else (asked.right + 1) % len(asked.options)
        for one in people:
            await self.master.vote(vote(poll_id, one, option))

    async def over(self) -> None:
        """Wait until nothing is played here."""
        await until(lambda: not self.master.running)

    async def run(self, run_id: int = 1) -> Run:
        """A run as it stands."""
        found = await self.store.load(run_id)
        assert found
        return found

    def told(self, kind: type[Any]) -> list[Any]:
        """The facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]


def vote(poll_id: str, person: int, *options: int) -> Vote:
    """A vote of somebody called Player and their number."""
    return Vote(poll_id=poll_id, telegram_id=person, name=f"Player {person}", options=options)


def tally(poll_id: str, asked: Asked, *votes: int, is_closed: bool = False) -> Tally:
    """How the poll of a question stands."""
    return Tally(
        poll_id=poll_id, text=asked.text, options=asked.options, votes=votes, is_closed=is_closed
    )


def quick(questions: int = 3, **changed: Any) -> Rules:
    """Rules without pauses; a question waits for its answers."""
    usual: dict[str, Any] = {"questions": questions, "seconds": 60, "pause": 0, "grace": 0}
    return Rules(**usual | changed)


@asynccontextmanager
async def playing(database: Database, rules: Rules, **parts: Any) -> AsyncIterator[Room]:
    """A room in which the quizzes of the last life go on."""
    room = Room(database, rules, **parts)
    await room.master.start()
    try:
        yield room
    finally:
        await room.master.stop()
