"""kill -9 at every step of a quiz: nothing is lost, nothing happens twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import update

from bot.analytics.features.quiz import QuizCompleted
from bot.database.engine import Database
from bot.database.feature_tables import quiz_runs
from bot.quiz.run import State
from tests.quiz.scene import ANN, Fate, PaperStage, Room, playing, quick, tally, vote
from tests.waiting import until

RULES = quick(2)
LAST_STEP = 36


class Player:
    """Ann answers each question once, and Telegram repeats what a dead process did not take."""

    def __init__(self, stage: PaperStage) -> None:
        self._stage = stage
        self._taken: set[str] = set()

    async def answer(self, room: Room) -> None:
        """Answer what is open."""
        for poll_id in list(self._stage.sent.keys() - self._taken):
            asked = self._stage.sent[poll_id]
            is_known = bool(await room.store.of_poll(poll_id))
            await room.master.vote(vote(poll_id, ANN, asked.right))
            await room.master.look(tally(poll_id, asked, 1))
            if is_known:  # before the vote: one that came too early waits in memory only
                self._taken.add(poll_id)

    async def play(self, room: Room) -> None:
        """Answer until nothing is played, or the process is dead."""
        with suppress(asyncio.CancelledError):
            while room.master.running and not room.fate.is_dead:
                await self.answer(room)
                await asyncio.sleep(0.001)


@pytest.mark.parametrize("steps", range(1, LAST_STEP))
async def test_a_quiz_outlives_a_death_at_any_step(sqlite: Database, steps: int) -> None:
    stage = PaperStage()
    player = Player(stage)
    async with playing(sqlite, RULES, stage=stage, fate=Fate(steps)) as first:
        await first.begin()
        await player.play(first)
    await let_time_pass(sqlite, stage)
    async with playing(sqlite, RULES, stage=stage) as second:
        await player.play(second)
        run = await second.run()

    questions = [asked.text for asked in stage.sent.values()]
    completed = first.told(QuizCompleted) + second.told(QuizCompleted)
    assert run.state is State.COMPLETED
    assert len(questions) == len(set(questions))
    assert len(stage.said) <= 1
    assert len(completed) <= 1
    assert "🏁" in stage.shown[-1]
    assert len(await second.store.answers(1)) == len(questions) >= 1


async def let_time_pass(database: Database, stage: PaperStage) -> None:
    """A question that was noted and never sent costs its time, and no more."""
    unsent = update(quiz_runs).where(quiz_runs.c.asked > len(stage.sent))
    async with database.write("test") as connection:
        await connection.execute(unsent.values(asked_at=0))


async def test_the_last_of_these_deaths_comes_after_the_end(sqlite: Database) -> None:
    stage = PaperStage()
    async with playing(sqlite, RULES, stage=stage, fate=Fate(LAST_STEP)) as room:
        await room.begin()
        await Player(stage).play(room)
        await until(lambda: not room.master.running)

        assert not room.fate.is_dead
        assert room.told(QuizCompleted)
