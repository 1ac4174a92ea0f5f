"""The steps of a run: a question, the next one, the result, an early end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import structlog

from bot.analytics.bus import Bus
from bot.analytics.features.quiz import QuizAbandoned, QuizCompleted
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.quiz import text
from bot.quiz.bank import Bank, Banks
from bot.quiz.claims import Claims
from bot.quiz.names import Names
from bot.quiz.run import Asked, Reason, Rules, Run, State, course, is_of
from bot.quiz.scores import Score, best_share, ranking
from bot.quiz.stage import Buttons, Poll, Stage, StageError
from bot.quiz.store import Store

# The words of a language, for what is said later than the command was.
WordsOf = Callable[[str], Words]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What quizzes are played with."""

    store: Store
    banks: Banks
    stage: Stage
    words: WordsOf
    bus: Bus
    clock: Clock
    rules: Rules


class Play:
    """Takes a run one step further.  Each step is on disk before Telegram hears of it."""

    def __init__(self, parts: Parts, claims: Claims, names: Names) -> None:
        self._parts = parts
        self._claims = claims
        self._names = names

    async def ask(self, run: Run) -> Poll | None:
        """Send the next question.

        1. Note on disk that it is on its way: whatever happens now, it is never sent again.
        2. Close the question before, and send this one.
        3. None when nobody knows whether it arrived: a vote will tell, or its time passes.
        """
        asked = self.question(run, run.asked)
        if asked is None:
            await self.abandon(run, Reason.UNREACHABLE)
            return None
        if not await self._parts.store.advance(run, self._parts.clock()):
            return None  # somebody else did
        self._claims.expect(run.id)
        if run.asked:
            await self._close(run)
        else:
            await self._show(run)
        return await self._sent(replace(run, asked=run.asked + 1), asked)

    async def show(self, run: Run) -> None:
        """Bring the message with the score up to date."""
        if run.asked > 1:  # there is no score before the first question is over
            await self._show(run)

    async def finish(self, run: Run) -> None:
        """Show the result, once as a message of its own and always where the score was.

        A crash between the two leaves the second, which can be repeated without harm.
        """
        is_first = run.asked == run.questions
        if is_first:
            if not await self._parts.store.advance(run, self._parts.clock()):
                return
            await self._close(run)
        view = await self._view(run)
        words = self._parts.words(run.language)
        buttons = text.end_buttons(run.topic, words)
        await self._edit(run, text.result(view, words), () if is_first else buttons)
        if is_first:
            await self._say(run, text.result(view, words), buttons)
        if await self._parts.store.end(run.id, State.COMPLETED, self._parts.clock()):
            self._publish_end(run, view.scores)

    async def take_back(self, run: Run, poll: Poll) -> None:
        """Close a question that arrived when *run* no longer needed it."""
        if poll.message_id is not None:
            await self._parts.stage.close(run.chat_id, poll.message_id)

    async def abandon(self, run: Run, reason: Reason) -> bool:
        """End *run* early; whether we were the one who ended it."""
        if not await self._end_early(run, reason):
            return False
        await self._close(run)
        words = self._parts.words(run.language)
        told = text.ended(await self._view(run), reason, words)
        buttons = text.end_buttons(run.topic, words)
        # Nobody did or wrote anything that showed the end, and the score is far above by now.
        is_below = reason is Reason.SILENCE
        await self._edit(run, told, () if is_below else buttons)
        if is_below:
            await self._say(run, told, buttons)
        return True

    async def give_up(self, run_id: int) -> None:
        """End a run that broke, without a word: saying it may be what broke."""
        if run := await self._parts.store.load(run_id):
            await self._end_early(run, Reason.UNREACHABLE)

    def question(self, run: Run, number: int) -> Asked | None:
        """A question of *run* as it is sent; None when its bank is gone or has changed."""
        bank = self._bank(run)
        if bank is None or not is_of(run.seed, bank):
            return None
        asked = course(bank, run.seed, run.questions)[number]
        return replace(asked, text=text.question(asked.text, number, run.questions))

    async def _end_early(self, run: Run, reason: Reason) -> bool:
        is_ours = await self._parts.store.end(run.id, State.ABANDONED, self._parts.clock())
        self._claims.settle(run.id)
        if not is_ours:
            return False
        self._parts.bus.publish(
            QuizAbandoned(
                at=self._parts.clock(),
                chat_id=run.chat_id,
                topic=run.topic,
                reason=reason,
                asked=min(run.asked, run.questions),
            )
        )
        return True

    async def _sent(self, run: Run, asked: Asked) -> Poll | None:
        try:
            return await self._parts.stage.ask(run.chat_id, asked, self._parts.rules.seconds)
        except StageError as exc:
            log.info("question not sent", run=run.id, error=str(exc))
            if exc.is_final:
                await self.abandon(run, Reason.UNREACHABLE)
            return None

    async def _close(self, run: Run) -> None:
        """Close the question that *run* leaves, unless Telegram has done so by the clock."""
        if run.message_id is None or run.asked_at is None:
            return
        passed = (self._parts.clock() - run.asked_at).total_seconds()
        if passed < self._parts.rules.seconds:
            await self._parts.stage.close(run.chat_id, run.message_id)

    async def _show(self, run: Run) -> None:
        words, view = self._parts.words(run.language), await self._view(run)
        told = text.score(view, words) if run.asked else text.intro(view, self._parts.rules, words)
        await self._edit(run, told, text.stop_button(words))

    async def _view(self, run: Run) -> text.View:
        scores = ranking(await self._parts.store.answers(run.id))
        people = [one.telegram_id for one in scores[: text.SHOWN]]
        names = await self._names.of(run.chat_id, people) if run.is_group else {}
        bank = self._bank(run)
        title = bank.title if bank else run.topic
        return text.View(run=run, title=title, scores=scores, names=names)

    async def _edit(self, run: Run, told: str, buttons: Buttons) -> None:
        if run.score_message_id is None:
            return
        try:
            await self._parts.stage.edit(run.chat_id, run.score_message_id, told, buttons)
        except StageError as exc:
            log.info("score not shown", run=run.id, error=str(exc))

    async def _say(self, run: Run, told: str, buttons: Buttons) -> None:
        try:
            await self._parts.stage.say(run.chat_id, told, buttons)
        except StageError as exc:
            log.info("result not sent", run=run.id, error=str(exc))

    def _bank(self, run: Run) -> Bank | None:
        return self._parts.banks.get(run.topic)

    def _publish_end(self, run: Run, scores: Iterable[Score]) -> None:
        scores, now = list(scores), self._parts.clock()
        self._parts.bus.publish(
            QuizCompleted(
                at=now,
                chat_id=run.chat_id,
                topic=run.topic,
                score=best_share(scores, run.questions),
                players=len(scores),
                seconds=max((now - run.started_at).total_seconds(), 0),
            )
        )
