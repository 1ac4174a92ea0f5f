"""The teller: counts each vote once, and finds out which question a poll was."""

from __future__ import annotations

from collections.abc import Callable

from bot.analytics.features.quiz import QuestionAnswered
from bot.quiz.claims import Claims
from bot.quiz.names import Names
from bot.quiz.play import Parts, Play
from bot.quiz.run import Answer, Run, State
from bot.quiz.stage import Poll, Tally, Vote


class Teller:
    """Turns what polls say into answers.

    wake: called with a run's number when it has a new answer
    """

    def __init__(
        self,
        parts: Parts,
        play: Play,
        claims: Claims,
        names: Names,
        wake: Callable[[int], None],
    ) -> None:
        self._parts = parts
        self._play = play
        self._claims = claims
        self._names = names
        self._wake = wake

    async def vote(self, vote: Vote) -> bool:
        """Count a vote; False when it is late, foreign, there already, or waits for its poll."""
        store, is_expecting = self._parts.store, bool(self._claims.expecting)
        run = await store.of_poll(vote.poll_id)
        if run is None and is_expecting:
            # Held before the second look: whoever learns the poll meanwhile finds it there.
            self._claims.hold(vote)
            run = await store.of_poll(vote.poll_id)
        return run is not None and await self._count(run, vote)

    async def look(self, tally: Tally) -> bool:
        """Learn from a poll as it stands now; False when it is none of ours.

        1. A run that sent just this question without hearing of its poll knows it now.
        2. A closed poll in a private chat shows the one vote, had it got lost in a crash.
        """
        run = await self._parts.store.of_poll(tally.poll_id)
        if run is None and self._claims.expecting:
            run = await self._recognised(tally)
        if run is None or run.is_group or not tally.is_closed or sum(tally.votes) != 1:
            return run is not None
        vote = Vote(
            poll_id=tally.poll_id,
            telegram_id=run.chat_id,
            name="",
            options=(tally.votes.index(1),),
        )
        await self._count(run, vote)
        return True

    async def _count(self, run: Run, vote: Vote) -> bool:
        number, now = run.asked - 1, self._parts.clock()
        asked = self._play.question(run, number)
        # A poll can be forwarded: whoever votes there does not play in this private chat.
        is_foreign = not run.is_group and vote.telegram_id != run.chat_id
        if asked is None or is_foreign or len(vote.options) != 1:
            return False
        passed = (now - run.asked_at).total_seconds() if run.asked_at else 0
        answer = Answer(
            question=number,
            telegram_id=vote.telegram_id,
            is_correct=vote.options[0] == asked.right,
            seconds=min(max(passed, 0), self._parts.rules.seconds),
            answered_at=now,
        )
        if not await self._parts.store.answer(run, answer):
            return False
        self._names.hear(vote.telegram_id, vote.name)
        self._publish(run, answer)
        self._wake(run.id)
        return True

    def _publish(self, run: Run, answer: Answer) -> None:
        self._parts.bus.publish(
            QuestionAnswered(
                at=answer.answered_at,
                user_id=answer.telegram_id,
                chat_id=run.chat_id,
                topic=run.topic,
                is_correct=answer.is_correct,
                seconds=answer.seconds,
            )
        )

    async def _recognised(self, tally: Tally) -> Run | None:
        """The run that must have sent this poll; None if none has, or it could be several."""
        runs = [await self._parts.store.load(run_id) for run_id in self._claims.expecting]
        fitting = [run for run in runs if run and self._is_sent_as(run, tally)]
        if len(fitting) != 1:
            return None
        await self.learn(fitting[0], Poll(tally.poll_id, None))
        return await self._parts.store.of_poll(tally.poll_id)

    def _is_sent_as(self, run: Run, tally: Tally) -> bool:
        if run.state is not State.RUNNING or not run.is_unsure:
            return False
        asked = self._play.question(run, run.asked - 1)
        return asked is not None and (asked.text, asked.options) == (tally.text, tally.options)

    async def learn(self, run: Run, poll: Poll) -> bool:
        """Note the poll of the open question, and count the votes that were quicker.

        False when *run* has ended or gone on meanwhile, so that this poll is nobody's.
        """
        at = None if poll.message_id is None else self._parts.clock()
        is_open = await self._parts.store.opened(run, poll.poll_id, poll.message_id, at)
        held = self._claims.release(poll.poll_id)
        self._claims.settle(run.id)
        for vote in held:
            await self.vote(vote)
        return is_open
