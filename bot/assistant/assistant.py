"""The assistant: takes questions, answers beside the updates, and never two at once to anyone."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.assistant.answer import Answer
from bot.assistant.book import Asked, Book, Left
from bot.assistant.conversation import Memory
from bot.assistant.conversations import Conversations
from bot.assistant.limits import DAY, Reached, reached
from bot.assistant.record import Record
from bot.assistant.screen import Screen
from bot.assistant.speaker import Said, Speaker
from bot.assistant.tokens import estimated
from bot.clock import Clock, utc_now
from bot.errors import BotError
from bot.plans import PlanOf

AT_ONCE = 16
# The person reads the answer's end by then, even while the database is out of reach.
WRITE_SECONDS = 10.0
# What a cut-off answer may take to be written down and shown.
CUT_SECONDS = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What somebody asks, and the language in which the bot speaks with them."""

    user_id: int
    chat_id: int
    text: str
    language: str


class BusyError(BotError):
    """Not now.

    kind: yours (still answering the same person), all (too many people), closing
    """

    def __init__(self, kind: Literal["yours", "all", "closing"]) -> None:
        super().__init__(kind)
        self.kind = kind


class LimitError(BotError):
    """A limit of the person's plan is reached."""

    def __init__(self, limit: Reached) -> None:
        super().__init__(limit.kind)
        self.limit = limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What an assistant is made of.

    model: its label, and its name at the endpoint; prompt: what it is told first
    idle: seconds without a word until what was said is forgotten
    at_once: how many people are answered at a time
    """

    model: str
    prompt: str
    idle: float
    speaker: Speaker
    memory: Memory
    book: Book
    conversations: Conversations
    record: Record
    plan_of: PlanOf
    clock: Clock = utc_now
    at_once: int = AT_ONCE


class Assistant:
    """From a question to what is known about its answer afterwards."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._asking: set[int] = set()
        self._answers: dict[int, Answer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    @property
    def in_progress(self) -> int:
        """How many people are being answered now."""
        return len(self._asking)

    async def ask(self, question: Question, screen: Screen) -> None:
        """Take a question; its answer appears on *screen* by itself.

        Raises BusyError and LimitError; then nothing was taken, and nothing will appear.
        """
        self._refuse_if_busy(question.user_id)
        self._asking.add(question.user_id)
        try:
            await self._refuse_if_spent(question.user_id)
            await self._begin(question, screen)
        except BaseException:
            self._asking.discard(question.user_id)
            raise

    def stop(self, completion_id: int, user_id: int) -> Literal["stopped", "foreign", "over"]:
        """End an answer with what has come, if it is this person's and still grows."""
        answer = self._answers.get(completion_id)
        if answer is None:
            return "over"
        if answer.user_id != user_id:
            return "foreign"
        answer.end("stopped")
        return "stopped"

    async def end_conversation(self, user_id: int, chat_id: int) -> bool:
        """Forget what was said; False if there was nothing to forget."""
        self._parts.memory.drop((chat_id, user_id))
        self._forget_answers(user_id)
        return await self._parts.conversations.end((chat_id, user_id))

    async def expire(self) -> None:
        """End conversations that have been silent for too long, and forget their words."""
        self._parts.memory.expire(self._parts.idle)
        await self._parts.conversations.expire()

    def forget(self, user_id: int) -> None:
        """Drop from memory what a person said."""
        self._parts.memory.forget(user_id)
        self._forget_answers(user_id)

    async def close_interrupted(self) -> None:
        """End what a dead process left running."""
        await self._parts.record.close_interrupted(self._answers, self._asking)

    async def left(self) -> list[Left]:
        """Messages in chats that do not show the end of their answers."""
        return await self._parts.record.left(self._answers)

    async def told(self, completion_id: int) -> None:
        """Note that a chat shows the end of its answer."""
        await self._parts.record.told(completion_id)

    async def close(self, seconds: float = 0) -> None:
        """Take no more questions, let answers end within *seconds*, then cut them off."""
        self._is_closing = True
        if self._tasks and seconds:
            await asyncio.wait(self._tasks, timeout=seconds)
        for answer in self._answers.values():
            answer.end("interrupted")
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=CUT_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _forget_answers(self, user_id: int) -> None:
        """What is being said now belongs to what was just forgotten."""
        for answer in self._answers.values():
            if answer.user_id == user_id:
                answer.is_remembered = False

    def _refuse_if_busy(self, user_id: int) -> None:
        if self._is_closing:
            raise BusyError("closing")
        if user_id in self._asking:
            raise BusyError("yours")
        if len(self._asking) >= self._parts.at_once:
            raise BusyError("all")

    async def _refuse_if_spent(self, user_id: int) -> None:
        plan = await self._parts.plan_of(user_id)
        spent = await self._parts.book.spent(user_id, self._parts.clock() - DAY)
        if limit := reached(plan.assistant, spent):
            raise LimitError(limit)

    async def _begin(self, question: Question, screen: Screen) -> None:
        """Write the question down, and begin to answer it."""
        asked = Asked(
            user_id=question.user_id,
            chat_id=question.chat_id,
            language=question.language,
            model=self._parts.model,
            tokens=estimated((one.text for one in self._messages(question)), ""),
            at=self._parts.clock(),
        )
        begun = await self._parts.conversations.begin(asked)
        number = begun.completion_id
        if begun.is_new:
            self._parts.memory.drop((question.chat_id, question.user_id))
        answer = Answer(
            question.user_id,
            self._messages(question),
            speaker=self._parts.speaker,
            screen=screen,
            grew=lambda message_id, text: self._parts.record.grew(number, message_id, text),
        )
        self._answers[number] = answer
        task = asyncio.create_task(self._answer(number, question, asked, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _messages(self, question: Question) -> list[Said]:
        prompt = [Said("system", self._parts.prompt)] if self._parts.prompt else []
        before = self._parts.memory.recall((question.chat_id, question.user_id))
        return [*prompt, *before, Said("user", question.text)]

    async def _answer(self, number: int, question: Question, asked: Asked, answer: Answer) -> None:
        """Answer; write the end down, and only then show it."""
        try:
            await self._answered(number, question, asked, answer)
        except Exception:
            # The border: nobody waits for this task.  What it left is mended at the next start.
            log.exception("an answer was lost", completion=number)
        finally:
            del self._answers[number]
            self._asking.discard(question.user_id)

    async def _answered(
        self, number: int, question: Question, asked: Asked, answer: Answer
    ) -> None:
        started = time.monotonic()
        outcome = await answer.run(number)
        seconds = time.monotonic() - started
        if outcome.state in {"done", "stopped"} and answer.text and answer.is_remembered:
            key = (question.chat_id, question.user_id)
            self._parts.memory.add(key, question.text, answer.text)
        ending = self._parts.record.end(number, asked, outcome, answer.tokens, seconds)
        writing = asyncio.create_task(ending)
        try:
            await asyncio.wait({writing}, timeout=WRITE_SECONDS)
            await answer.screen.finish(answer.text, outcome)
            await writing
        finally:
            writing.cancel()
        await self._parts.record.told(number)
