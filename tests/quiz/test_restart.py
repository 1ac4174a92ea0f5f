"""What a crash or a stop leaves on disk is played on: nothing is lost, asked or counted twice."""

from __future__ import annotations

from sqlalchemy import text, update

from bot.analytics.features.quiz import QuizAbandoned, QuizCompleted
from bot.clock import to_milliseconds, utc_now
from bot.database.engine import Database
from bot.database.feature_tables import quiz_runs
from bot.quiz.bank import Bank, Banks, load_banks
from bot.quiz.run import State
from tests.quiz.scene import ANN, BOB, GROUP, PaperStage, playing, quick, tally, vote
from tests.waiting import until


async def test_a_quiz_goes_on_where_it_was(database: Database) -> None:
    stage = PaperStage()
    async with playing(database, quick(3), stage=stage) as room:
        await room.begin(GROUP)
        await room.asked(1)
        await room.answer(ANN, BOB)
    async with playing(database, quick(3, seconds=1), stage=stage) as again:
        await again.asked(2)
        await again.answer(ANN, BOB)
        await again.asked(3)
        await again.answer(ANN, BOB)
        await again.over()

    assert len(stage.sent) == 3
    assert "3 of 3 right" in stage.said[0]


async def test_an_open_question_waits_for_its_answer_in_the_next_life(sqlite: Database) -> None:
    stage = PaperStage()
    async with playing(sqlite, quick(2), stage=stage) as room:
        await room.begin()
        await room.asked(1)
    async with playing(sqlite, quick(2), stage=stage) as again:
        await again.answer(ANN)
        await again.asked(2)

        assert [one.question for one in await again.store.answers(1)] == [0]


async def test_a_question_whose_time_passed_meanwhile_is_over(sqlite: Database) -> None:
    stage = PaperStage()
    async with playing(sqlite, quick(3), stage=stage) as room:
        await room.begin()
        await room.asked(1)
    await change(sqlite, asked_at=to_milliseconds(utc_now()) - 100_000)
    async with playing(sqlite, quick(3), stage=stage) as again:
        await again.asked(2)

    assert len(stage.sent) == 2


async def test_a_question_that_may_have_been_sent_is_not_sent_again(sqlite: Database) -> None:
    async with playing(sqlite, quick(2)) as room:
        await room.begin()
        await room.asked(1)
        asked = room.stage.sent["poll1"]
    await change(sqlite, poll_id=None, message_id=None)
    async with playing(sqlite, quick(2)) as again:
        await until(lambda: again.master.running)
        await again.master.vote(vote("poll1", ANN, asked.right))
        await again.master.look(tally("poll1", asked, 1))
        await again.asked(1)

        assert [one.question for one in await again.store.answers(1)] == [0]
        assert list(again.stage.sent.values()) != [asked]


async def test_a_result_that_may_have_been_sent_is_only_shown(sqlite: Database) -> None:
    async with playing(sqlite, quick(1)) as room:
        await room.begin()
        await room.asked(1)
        await room.answer(ANN)
        await room.over()
    await change(sqlite, state=State.RUNNING, ended_at=None)
    async with playing(sqlite, quick(1)) as again:
        await again.over()

        assert again.stage.said == []
        assert "🏁" in again.stage.shown[-1]
        assert len(again.told(QuizCompleted)) == 1


async def test_two_processes_ask_and_count_everything_once(database: Database) -> None:
    stage = PaperStage()
    async with playing(database, quick(3), stage=stage) as one:
        await one.begin()
        async with playing(database, quick(3), stage=stage) as other:
            for number in (1, 2, 3):
                await one.asked(number)
                await other.answer(ANN)
                await one.answer(ANN)
            await until(lambda: one.told(QuizCompleted) + other.told(QuizCompleted))

    assert (len(stage.sent), len(stage.said)) == (3, 1)
    assert len(one.told(QuizCompleted) + other.told(QuizCompleted)) == 1


async def test_a_quiz_whose_questions_changed_ends(sqlite: Database) -> None:
    async with playing(sqlite, quick(3)) as room:
        await room.begin()
        await room.asked(1)
    old = load_banks().get("space")
    assert old
    new = Bank("space", old.title, old.language, old.questions[1:], old.fingerprint + 1)
    async with playing(sqlite, quick(3), banks=Banks([new])) as again:
        await change(sqlite, asked_at=0)
        await again.master.look(tally("poll1", next(iter(room.stage.sent.values())), 1))
        again.master._wake(1)  # noqa: SLF001  as its time does
        await again.over()

        assert [fact.reason for fact in again.told(QuizAbandoned)] == ["unreachable"]


async def test_the_quiz_of_somebody_who_is_forgotten_ends_without_a_word(
    sqlite: Database,
) -> None:
    async with playing(sqlite, quick(3)) as room:
        await room.begin()
        await room.asked(1)
    await change(sqlite, chat_id=None)
    async with playing(sqlite, quick(3)) as again:
        await again.over()

        assert (await again.run()).state is State.ABANDONED
        assert (again.stage.shown, again.told(QuizAbandoned)) == ([], [])


async def test_a_database_that_is_away_only_costs_time(sqlite: Database) -> None:
    async with playing(sqlite, quick(1)) as room:
        await room.begin()
        await room.asked(1)
        async with sqlite.write("test") as connection:
            await connection.execute(text("ALTER TABLE quiz_answers RENAME TO elsewhere"))
        room.master._wake(1)  # noqa: SLF001  as any vote does
        async with sqlite.write("test") as connection:
            await connection.execute(text("ALTER TABLE elsewhere RENAME TO quiz_answers"))
        await room.answer(ANN)
        await room.over()

        assert (await room.run()).state is State.COMPLETED


async def change(database: Database, **values: object) -> None:
    """What a crash at another moment would have left behind."""
    async with database.write("test") as connection:
        await connection.execute(update(quiz_runs).values(values))
