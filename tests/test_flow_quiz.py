"""A quiz, from the command to the result, over HTTP."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from random import Random

import pytest
from aiogram.types import PollAnswer, Update, User

from bot.analytics.features.quiz import QuestionAnswered, QuizAbandoned, QuizCompleted
from bot.app import App
from bot.sandbox.server import Sandbox
from tests.driver import Driver, Json, message_text
from tests.fakes import Recorder
from tests.process import bot_process, living_in
from tests.quiz.playing import is_poll, playing, right_of, wrong_of
from tests.waiting import until


async def test_a_quiz_alone_goes_from_the_topics_to_the_result(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann", language_code="en")
    async with playing(sandbox, tmp_path, quiz_questions=2) as app:
        topics = await driver.say(ann, "/quiz", "Choose a topic")
        await driver.press(ann, topics, "Space")
        first = await driver.wait_for(ann, is_poll)
        await driver.vote(ann, first, right_of(first))
        second = await driver.wait_for(ann, is_poll, after=first["message_id"])
        await driver.vote(ann, second, wrong_of(second))
        result = await driver.wait_for(ann, "🏁", after=second["message_id"])

        assert "1 of 2 right (50%)" in message_text(result)
        await until(lambda: sample(app, "quizzes_completed_total", topic="space"))
        assert sample(app, "quizzes_started_total", topic="space") == 1
        assert sample(app, "questions_answered_total", topic="space", correct="no") == 1


async def test_a_group_of_three_plays_to_the_end(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, bob, eve = people = [await driver.person(name) for name in ("Ann", "Bob", "Eve")]
    group = await driver.group(*people)
    async with playing(sandbox, tmp_path, quiz_questions=3, quiz_seconds=5):
        await driver.say(ann, "/quiz music", "Get ready", chat=group)
        poll: Json = {"message_id": 0}
        for number in range(3):
            poll = await driver.wait_for(group, is_poll, after=poll["message_id"])
            await driver.vote(ann, poll, right_of(poll))
            await driver.vote(bob, poll, right_of(poll) if number else wrong_of(poll))
            await driver.vote(eve, poll, wrong_of(poll))
        result = await driver.wait_for(group, "🏁", after=poll["message_id"])
        lines = message_text(result).splitlines()

    assert lines[2].startswith("🥇 Ann · 3 of 3 right (100%)")
    assert lines[3].startswith("🥈 Bob · 2 of 3 right (66.7%)")
    assert lines[4].startswith("🥉 Eve · 0 of 3 right (0%)")


async def test_the_score_is_one_message_that_changes(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with playing(sandbox, tmp_path, quiz_questions=2):
        ready = await driver.say(ann, "/quiz space", "Get ready")
        poll = await driver.wait_for(ann, is_poll)
        await driver.vote(ann, poll, right_of(poll))
        changed = await driver.wait_for(ann, "1 of 1 right")

    assert changed["message_id"] == ready["message_id"]
    assert "Question 2 of 2" in message_text(changed)


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_quiz_outlives_kill_9(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, *, is_answered: bool
) -> None:
    ann = await driver.person("Ann")
    settings = living_in(sandbox, FEATURES="quiz", QUIZ_QUESTIONS="3", QUIZ_SECONDS="60")
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        await driver.say(ann, "/quiz space", "Get ready")
        poll = await driver.wait_for(ann, is_poll)
        if is_answered:
            await driver.vote(ann, poll, right_of(poll))
            await driver.wait_for(ann, "1 of 1 right")
        bot.send(signal.SIGKILL)
        await bot.ended()
    async with bot_process(tmp_path, **settings) as again:
        await again.ready()
        result = await play_on(driver, ann)

    polls = [one for one in await driver.messages(ann) if is_poll(one)]
    assert len(polls) == len({one["poll"]["question"] for one in polls}) == 3
    assert "3 of 3 right" in message_text(result)


async def test_a_group_quiz_outlives_kill_9(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, bob = people = [await driver.person(name) for name in ("Ann", "Bob")]
    group = await driver.group(*people)
    settings = living_in(sandbox, FEATURES="quiz", QUIZ_QUESTIONS="2", QUIZ_SECONDS="5")
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        await driver.say(ann, "/quiz space", "Get ready", chat=group)
        first = await driver.wait_for(group, is_poll)
        await driver.vote(ann, first, right_of(first))
        await driver.vote(bob, first, wrong_of(first))
        second = await driver.wait_for(group, is_poll, after=first["message_id"])
        bot.send(signal.SIGKILL)
        await bot.ended()
    await driver.vote(ann, second, right_of(second))
    async with bot_process(tmp_path, **settings) as again:
        await again.ready()
        result = await driver.wait_for(group, "🏁", after=second["message_id"], seconds=30)

    lines = message_text(result).splitlines()
    assert lines[2].startswith("🥇 Ann · 2 of 2 right")
    assert lines[3].startswith("🥈 Bob · 0 of 2 right")
    assert sum(is_poll(one) for one in await driver.messages(group)) == 2


async def play_on(driver: Driver, person: int) -> Json:
    """Answer each open question as it comes; the result."""
    voted = set((await driver.chat(person)).get("votes", {}))
    after = 0
    while True:
        found = await driver.wait_for(
            person, lambda one: is_poll(one) or "🏁" in message_text(one), after=after
        )
        after = found["message_id"]
        if not is_poll(found):
            return found
        if str(after) not in voted:
            await driver.vote(person, found, right_of(found))


async def test_votes_that_come_while_the_bot_is_away_count(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with playing(sandbox, tmp_path, quiz_questions=1, quiz_seconds=5):
        await driver.say(ann, "/quiz space", "Get ready")
        poll = await driver.wait_for(ann, is_poll)
    await driver.vote(ann, poll, right_of(poll))
    async with playing(sandbox, tmp_path, quiz_questions=1, quiz_seconds=5):
        result = await driver.wait_for(ann, "🏁", after=poll["message_id"])

    assert "1 of 1 right" in message_text(result)


async def test_a_question_whose_answer_was_lost_on_its_way_is_not_sent_again(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann = await driver.person("Ann")
    async with playing(sandbox, tmp_path, quiz_questions=2):
        await driver.fault("sendPoll", "lost", times=1)
        await driver.say(ann, "/quiz space", "Get ready")
        first = await driver.wait_for(ann, is_poll)
        await driver.vote(ann, first, right_of(first))
        second = await driver.wait_for(ann, is_poll, after=first["message_id"])
        await driver.vote(ann, second, right_of(second))
        result = await driver.wait_for(ann, "🏁")

    assert first["poll"]["question"] != second["poll"]["question"]
    assert "2 of 2 right" in message_text(result)


async def test_nobody_there_ends_a_quiz(sandbox: Sandbox, driver: Driver, tmp_path: Path) -> None:
    ann = await driver.person("Ann")
    async with playing(sandbox, tmp_path, quiz_seconds=5):
        ready = await driver.say(ann, "/quiz space", "Get ready")
        above = await driver.wait_for(ann, "Nobody answers any more", seconds=30)
        below = await driver.wait_for(ann, "Nobody answers any more", after=above["message_id"])

    polls = [one["message_id"] for one in await driver.messages(ann) if is_poll(one)]
    assert above["message_id"] == ready["message_id"]
    assert len(polls) == 2
    assert below["message_id"] > max(polls)
    assert "reply_markup" in below


async def test_a_bot_that_is_put_out_ends_its_quiz_quietly(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, facts = await driver.person("Ann"), Recorder()
    group = await driver.group(ann)
    async with playing(sandbox, tmp_path, quiz_seconds=5) as app:
        app.core.bus.add(facts)
        await driver.say(ann, "/quiz space", "Get ready", chat=group)
        await driver.wait_for(group, is_poll)
        await driver.remove_bot(ann, group)
        await until(lambda: [one for one in facts if isinstance(one, QuizAbandoned)])

    (over,) = [one for one in facts if isinstance(one, QuizAbandoned)]
    assert (over.reason, over.chat_id) == ("unreachable", group)


async def test_ten_thousand_random_votes_do_no_harm(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    ann, facts = await driver.person("Ann"), Recorder()
    async with playing(sandbox, tmp_path, quiz_questions=1, quiz_seconds=300) as app:
        app.core.bus.add(facts)
        await driver.say(ann, "/quiz space", "Get ready")
        poll = await driver.wait_for(ann, is_poll)
        known = poll["poll"]["id"]
        for hundred in range(100):
            votes = [random_vote(hundred * 100 + n, known) for n in range(100)]
            await asyncio.gather(*(app.dispatcher.feed_update(app.bot, one) for one in votes))
        await driver.vote(ann, poll, right_of(poll))
        await driver.wait_for(ann, "🏁")

        await until(lambda: any(isinstance(one, QuizCompleted) for one in facts))

    assert [one.players for one in facts if isinstance(one, QuizCompleted)] == [1]
    assert len([one for one in facts if isinstance(one, QuestionAnswered)]) == 1


def random_vote(number: int, known: str) -> Update:
    """Somebody who does not play chooses something, sometimes in the poll that is open."""
    chance = Random(number)  # noqa: S311  a test that repeats itself
    user = User(id=chance.randrange(10_000, 20_000), is_bot=False, first_name="<b>")
    answer = PollAnswer(
        poll_id=chance.choice([known, str(number), "", "\0"]),
        user=chance.choice([user, None]),
        option_ids=chance.choices(range(-2, 12), k=chance.randrange(4)),
        option_persistent_ids=[],
    )
    return Update(update_id=10**9 + number, poll_answer=answer)


def sample(app: App, name: str, **labels: str) -> float:
    return app.core.metrics.registry.get_sample_value(f"bot_{name}", labels) or 0
