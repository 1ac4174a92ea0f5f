"""Runs and answers on disk, on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.database.engine import Database
from bot.quiz.run import Answer, Run, State
from bot.quiz.store import Store
from tests.quiz.scene import ANN, BOB, GROUP

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
RUN = Run(
    chat_id=GROUP,
    starter_number=None,
    is_group=True,
    language="en",
    topic="space",
    seed=2**63 - 1,
    questions=3,
    score_message_id=7,
    started_at=NOON,
)


def answer(person: int, *, is_correct: bool = True, seconds: float = 1) -> Answer:
    return Answer(
        question=0,
        telegram_id=person,
        is_correct=is_correct,
        seconds=seconds,
        answered_at=NOON + timedelta(seconds=seconds),
    )


async def opened(store: Store, run: Run = RUN, poll_id: str = "poll") -> Run:
    """A run with an open question."""
    begun = await store.begin(run, ANN)
    assert begun
    assert await store.advance(begun, NOON)
    sent = replace(begun, asked=1)
    assert await store.opened(sent, poll_id, 5, NOON)
    found = await store.of_poll(poll_id)
    assert found
    return found


async def test_a_run_comes_back_as_it_was_written(database: Database) -> None:
    store = Store(database)

    begun = await store.begin(RUN, ANN)

    assert begun
    assert begun == await store.load(begun.id) == await store.in_chat(GROUP)
    assert replace(begun, id=0, starter_number=None) == RUN
    assert await store.running() == [begun.id]


async def test_only_the_starter_is_the_starter(database: Database) -> None:
    store = Store(database)
    begun = await store.begin(RUN, ANN)
    assert begun

    assert await store.is_starter(begun, ANN)
    assert not await store.is_starter(begun, BOB)
    assert not await store.is_starter(replace(begun, starter_number=None), BOB)


async def test_a_step_is_taken_once(database: Database) -> None:
    store = Store(database)
    begun = await store.begin(RUN, ANN)
    assert begun

    taken = [await store.advance(begun, NOON) for _ in range(2)]

    assert taken == [True, False]


async def test_a_poll_that_is_known_is_not_replaced_by_another(database: Database) -> None:
    store = Store(database)
    run = await opened(store)

    assert not await store.opened(run, "other", 6, NOON)
    assert await store.of_poll("other") is None


async def test_an_answer_is_kept_once_for_a_question_and_a_person(database: Database) -> None:
    store = Store(database)
    run = await opened(store)

    kept = [await store.answer(run, answer(person)) for person in (ANN, ANN, BOB)]

    assert kept == [True, False, True]
    assert [one.telegram_id for one in await store.answers(run.id)] == [ANN, BOB]


async def test_an_answer_to_a_question_that_is_over_is_not_kept(database: Database) -> None:
    store = Store(database)
    run = await opened(store)
    await store.advance(run, NOON)

    assert not await store.answer(run, answer(ANN))


async def test_a_quiz_can_begin_while_the_result_of_the_last_is_on_its_way(
    database: Database,
) -> None:
    store = Store(database)
    run = await opened(store)
    for asked in range(1, RUN.questions):
        await store.advance(replace(run, asked=asked), NOON)
    is_early = await store.begin(RUN, ANN)
    await store.advance(replace(run, asked=RUN.questions), NOON)

    assert is_early is None
    assert await store.in_chat(GROUP) is None
    assert await store.begin(RUN, ANN)


async def test_a_run_ends_once_and_takes_no_more_answers(database: Database) -> None:
    store = Store(database)
    run = await opened(store)

    ended = [await store.end(run.id, state, NOON) for state in (State.ABANDONED, State.COMPLETED)]

    assert ended == [True, False]
    assert not await store.answer(run, answer(ANN))
    assert await store.in_chat(GROUP) is None


async def test_the_best_of_a_chat_are_those_with_most_right_answers(database: Database) -> None:
    store = Store(database)
    for poll_id, is_bobs in (("one", False), ("two", True)):
        run = await opened(store, RUN, poll_id)
        await store.answer(run, answer(ANN, seconds=9))
        await store.answer(run, answer(BOB, is_correct=is_bobs))
        await store.end(run.id, State.COMPLETED, NOON)
    elsewhere = await opened(store, replace(RUN, chat_id=BOB))
    await store.answer(elsewhere, answer(BOB))

    best = await store.best_of_chat(GROUP, 10)

    assert [(one.telegram_id, one.right, one.answered, one.seconds) for one in best] == [
        (ANN, 2, 2, 18),
        (BOB, 1, 2, 1),
    ]


async def test_a_persons_topics_are_ordered_by_their_share(database: Database) -> None:
    store = Store(database)
    for topic, is_correct in (("space", False), ("music", True)):
        run = await opened(store, replace(RUN, topic=topic), topic)
        await store.answer(run, answer(ANN, is_correct=is_correct))
        await store.end(run.id, State.COMPLETED, NOON)

    topics = await store.best_of_person(ANN, 10)

    assert [(topic, one.right, one.answered) for topic, one in topics] == [
        ("music", 1, 1),
        ("space", 0, 1),
    ]


async def test_a_question_that_somebody_left_out_counts_as_asked(database: Database) -> None:
    store = Store(database)
    for poll_id, asked, state in (
        ("whole", 4, State.COMPLETED),
        ("short", 2, State.ABANDONED),
        ("open", 2, State.RUNNING),
    ):
        run = await opened(store, RUN, poll_id)
        await store.answer(run, answer(ANN))
        for number in range(1, asked):
            await store.advance(replace(run, asked=number), NOON)
        if state is not State.RUNNING:
            await store.end(run.id, state, NOON)

    (best,), ((_, alone),) = await store.best_of_chat(GROUP, 9), await store.best_of_person(ANN, 9)

    assert (best.right, best.answered) == (3, 3 + 2 + 1)
    assert (alone.right, alone.answered) == (3, 3 + 2 + 1)


async def test_an_open_question_counts_for_whoever_answered_it(database: Database) -> None:
    store = Store(database)
    run = await opened(store)
    await store.answer(run, answer(ANN))

    (best,) = await store.best_of_chat(GROUP, 9)

    assert best.answered == 1
