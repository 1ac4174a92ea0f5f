"""A running quiz: asked once, counted once, whatever happens in between."""

from __future__ import annotations

import asyncio

import pytest

from bot.analytics.events import ErrorRaised
from bot.analytics.features.quiz import (
    QuestionAnswered,
    QuizAbandoned,
    QuizCompleted,
    QuizStarted,
)
from bot.database.engine import Database
from bot.quiz.master import Beginning
from bot.quiz.run import State
from bot.quiz.stage import StageError
from tests.quiz.scene import ANN, BOB, EVE, GROUP, playing, quick, tally, vote
from tests.waiting import until


async def test_alone_each_answer_brings_the_next_question_until_the_result(
    database: Database,
) -> None:
    async with playing(database, quick(3)) as room:
        await room.begin()
        for number in (1, 2, 3):
            await room.asked(number)
            await room.answer(ANN, is_right=number != 2)
        await room.over()

        assert "2 of 3 right (66.7%)" in room.stage.said[0]
        assert (await room.run()).state is State.COMPLETED


async def test_a_quiz_tells_its_facts(sqlite: Database) -> None:
    async with playing(sqlite, quick(2)) as room:
        await room.begin()
        for number in (1, 2):
            await room.asked(number)
            await room.answer(ANN, is_right=number == 1)
        await room.over()

    (started,), (done,) = room.told(QuizStarted), room.told(QuizCompleted)
    answered = room.told(QuestionAnswered)
    assert (started.user_id, started.chat_id, started.topic) == (ANN, ANN, "space")
    assert [one.is_correct for one in answered] == [True, False]
    assert (done.score, done.players, done.topic) == (0.5, 1, "space")


async def test_a_group_goes_on_when_all_who_play_have_answered(sqlite: Database) -> None:
    async with playing(sqlite, quick(2, seconds=1)) as room:
        await room.begin(GROUP)
        await room.asked(1)
        await room.answer(ANN, BOB)
        await room.asked(2)
        await room.answer(ANN)
        is_waiting = room.master.running
        await room.answer(BOB, is_right=False)
        await room.over()

        assert is_waiting
        assert "🥇 Player 1 · 2 of 2 right (100%)" in room.stage.said[0]
        assert "🥈 Player 2 · 1 of 2 right (50%)" in room.stage.said[0]


async def test_a_question_that_a_group_answers_early_is_closed(sqlite: Database) -> None:
    async with playing(sqlite, quick(3, seconds=1)) as room:
        await room.begin(GROUP)
        await room.asked(1)
        await room.answer(ANN, BOB)
        await room.asked(2)
        await room.answer(ANN, BOB)
        await room.asked(3)

        assert room.stage.closed == [2]


async def test_nobody_hears_the_same_quiz_end_twice(sqlite: Database) -> None:
    async with playing(sqlite, quick(1)) as one, playing(sqlite, quick(1)) as other:
        await one.begin()
        await one.asked(1)
        await one.answer(ANN)
        await one.over()
        run = await one.run()

        assert not await one.master.halt(run)
        assert not await other.master.halt(run)
    assert not one.told(QuizAbandoned)


async def test_a_chat_has_one_quiz_at_a_time(database: Database) -> None:
    async with playing(database, quick()) as room:
        begun = await asyncio.gather(*(room.begin(GROUP) for _ in range(5)))
        elsewhere = await room.begin(BOB, BOB)

    assert sorted(begun) == [Beginning.BEGUN, *[Beginning.BUSY] * 4]
    assert elsewhere is Beginning.BEGUN


async def test_too_many_quizzes_at_once_are_told_to_wait(sqlite: Database) -> None:
    async with playing(sqlite, quick(), limit=2) as room:
        begun = [await room.begin(person, person) for person in (ANN, BOB, EVE)]
        await room.asked(1)
        await room.master.halt(await room.run(1))
        await until(lambda: room.master.running == 1)
        later = await room.begin(EVE, EVE)

    assert begun == [Beginning.BEGUN, Beginning.BEGUN, Beginning.FULL]
    assert later is Beginning.BEGUN


async def test_a_vote_counts_once(database: Database) -> None:
    async with playing(database, quick(2)) as room:
        await room.begin(GROUP)
        await room.asked(1)
        poll_id, asked = room.stage.last
        ballot = vote(poll_id, ANN, asked.right)

        counted = await asyncio.gather(*(room.master.vote(ballot) for _ in range(10)))

        assert sorted(counted) == [False] * 9 + [True]
        assert len(room.told(QuestionAnswered)) == 1


@pytest.mark.parametrize("options", [(), (0, 1), (99,)])
async def test_what_is_no_answer_never_counts_as_right(
    sqlite: Database, options: tuple[int, ...]
) -> None:
    async with playing(sqlite, quick()) as room:
        await room.begin(GROUP)
        await room.asked(1)

        await room.master.vote(vote(room.stage.last[0], ANN, *options))

        assert not any(one.is_correct for one in await room.store.answers(1))


async def test_who_votes_in_a_forwarded_poll_does_not_play(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        await room.begin(ANN)
        await room.asked(1)

        await room.answer(BOB)

        assert await room.store.answers(1) == []


async def test_a_vote_for_the_last_question_comes_too_late_for_this_one(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        await room.begin(ANN)
        await room.asked(1)
        late, asked = room.stage.last
        await room.answer(ANN)
        await room.asked(2)

        assert not await room.master.vote(vote(late, ANN, asked.right))
        assert len(await room.store.answers(1)) == 1


@pytest.mark.parametrize(("chat", "questions"), [(ANN, 2), (GROUP, 3)])
async def test_silence_ends_a_quiz(sqlite: Database, chat: int, questions: int) -> None:
    async with playing(sqlite, quick(9, seconds=0)) as room:
        await room.begin(chat)
        await room.over()

        (fact,) = room.told(QuizAbandoned)
        assert (fact.reason, fact.asked) == ("silence", questions)
        assert len(room.stage.sent) == questions
        assert "Nobody answers any more" in room.stage.shown[-1]
        assert room.stage.said == [room.stage.shown[-1]]


async def test_a_stopped_quiz_asks_nothing_more(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        await room.begin(GROUP)
        await room.asked(1)
        await room.answer(ANN)

        assert await room.master.halt(await room.run())
        await room.over()

        assert [fact.reason for fact in room.told(QuizAbandoned)] == ["stopped"]
        assert "stopped" in room.stage.shown[-1]
        assert len(room.stage.sent) == 1


async def test_only_the_starter_or_an_admin_may_stop(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        room.stage.admins = {EVE}
        await room.begin(GROUP, starter=ANN)
        run = await room.run()

        may = [await room.master.may_stop(run, person) for person in (ANN, BOB, EVE)]

    assert may == [True, False, True]


async def test_a_chat_that_is_gone_ends_its_quiz_quietly(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        room.stage.problem = StageError("kicked", is_final=True)
        await room.begin(GROUP)
        await room.over()

        assert [fact.reason for fact in room.told(QuizAbandoned)] == ["unreachable"]
        assert (room.stage.said, room.stage.shown) == ([], [])


async def test_an_unknown_topic_begins_nothing(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        assert await room.begin(topic="../etc") is Beginning.UNKNOWN_TOPIC
        assert await room.store.running() == []


async def test_a_step_that_breaks_ends_its_run_and_tells_the_operator(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        room.stage.problem = ZeroDivisionError("a bug")
        await room.begin()
        await room.over()

        assert (await room.run()).state is State.ABANDONED
        assert [fact.type for fact in room.told(ErrorRaised)] == ["ZeroDivisionError"]
        assert [fact.reason for fact in room.told(QuizAbandoned)] == ["unreachable"]


async def test_a_question_that_arrives_after_the_stop_is_taken_back(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:

        async def stop() -> None:
            await room.master.halt(await room.run())

        room.stage.on_sent = stop
        await room.begin(GROUP)
        await room.over()

        assert room.stage.closed == [1]
        assert "stopped" in room.stage.shown[-1]


async def test_a_poll_whose_answer_got_lost_is_known_by_its_first_vote(sqlite: Database) -> None:
    async with playing(sqlite, quick(2)) as room:
        room.stage.lost = StageError("no answer in time")
        await room.begin()
        await until(lambda: room.stage.sent)
        room.stage.lost = None
        poll_id, asked = room.stage.last
        await room.answer(ANN)
        await room.master.look(tally(poll_id, asked, 1))
        await room.asked(2)

        assert [one.is_correct for one in await room.store.answers(1)] == [True]


async def test_a_vote_quicker_than_the_answer_to_sending_counts(sqlite: Database) -> None:
    async with playing(sqlite, quick(2)) as room:
        room.stage.on_sent = lambda: room.answer(ANN)
        await room.begin()
        await room.over()

        assert "2 of 2 right" in room.stage.said[0]


async def test_the_only_vote_of_a_closed_poll_counts_though_we_missed_it(sqlite: Database) -> None:
    async with playing(sqlite, quick(2)) as room:
        await room.begin()
        await room.asked(1)
        poll_id, asked = room.stage.last
        votes = [int(n == asked.right) for n in range(len(asked.options))]

        await room.master.look(tally(poll_id, asked, *votes, is_closed=True))

        assert [one.is_correct for one in await room.store.answers(1)] == [True]


async def test_foreign_polls_are_none_of_ours(sqlite: Database) -> None:
    async with playing(sqlite, quick()) as room:
        await room.begin()
        await room.asked(1)
        asked = room.stage.last[1]

        assert not await room.master.look(tally("foreign", asked, 1, is_closed=True))
        assert not await room.master.vote(vote("foreign", ANN, asked.right))
