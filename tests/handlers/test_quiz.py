"""/quiz, as people meet it: topics, refusals, best lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.handlers.quiz import QuizButton, Step
from bot.quiz import text
from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.quiz.playing import is_poll, playing, right_of


@pytest.fixture
async def app(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[App]:
    async with playing(sandbox, tmp_path, quiz_questions=1, quiz_seconds=5) as one:
        yield one


@pytest.mark.parametrize("step", ["stop", "again", "topics", "best"])
def test_the_rooms_buttons_are_those_of_the_handlers(step: str) -> None:
    assert QuizButton(step=Step(step), topic="x").pack() == text.data(step, "x")


@pytest.mark.usefixtures("app")
async def test_a_german_is_offered_german_topics_first(driver: Driver) -> None:
    eva = await driver.person("Eva", language_code="de")

    offered = await driver.say(eva, "/quiz")

    rows = offered["reply_markup"]["inline_keyboard"]
    assert [button["text"] for button in rows[0]] == ["Erdkunde", "Weltraum"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("language", "mine", "other"),
    [("en", "Geography", "Erdkunde (German)"), ("de", "Erdkunde", "Geography (Englisch)")],
)
async def test_a_topic_in_another_language_says_so(
    driver: Driver, language: str, mine: str, other: str
) -> None:
    eva = await driver.person("Eva", language_code=language)

    offered = await driver.say(eva, "/quiz")

    rows = offered["reply_markup"]["inline_keyboard"]
    shown = [button["text"] for row in rows for button in row]
    assert shown.index(mine) < shown.index(other)


@pytest.mark.usefixtures("app")
async def test_a_wrong_topic_is_answered_with_the_right_ones(driver: Driver) -> None:
    ann = await driver.person("Ann")

    answer = await driver.say(ann, "/quiz <b>cooking</b>", "no questions about")

    assert "<b>cooking</b>" in message_text(answer)
    assert len(answer["reply_markup"]["inline_keyboard"]) == 5


@pytest.mark.usefixtures("app")
async def test_a_forged_topic_begins_nothing(driver: Driver) -> None:
    ann = await driver.person("Ann")
    offered = await driver.say(ann, "/quiz")

    answer = await driver.press(ann, offered, data="quiz:topic:../../etc", forged=True)

    assert answer
    assert "topic is gone" in answer["text"]


@pytest.mark.usefixtures("app")
async def test_a_second_quiz_in_a_busy_chat_is_refused(driver: Driver) -> None:
    ann, bob = await driver.person("Ann"), await driver.person("Bob")
    group = await driver.group(ann, bob)
    offered = await driver.say(bob, "/quiz", chat=group)
    await driver.say(ann, "/quiz space", "Get ready", chat=group)
    await driver.wait_for(group, is_poll)

    refused = await driver.say(bob, "/quiz music", "running here already", chat=group)
    pressed = await driver.press(bob, offered, "Music")

    assert refused["reply_markup"]["inline_keyboard"][0][0]["text"] == "⏹ Stop"
    assert pressed
    assert "running here already" in pressed["text"]


@pytest.mark.usefixtures("app")
async def test_only_who_began_a_quiz_may_stop_it(driver: Driver) -> None:
    boss, ann, bob = [await driver.person(name) for name in ("Boss", "Ann", "Bob")]
    group = await driver.group(boss, ann, bob)
    await driver.say(ann, "/quiz space", "Get ready", chat=group)
    score = await driver.wait_for(group, "1 question · 5 seconds each")

    refused = await driver.press(bob, score, "⏹ Stop")
    stopped = await driver.press(ann, score, "⏹ Stop")
    again = await driver.say(ann, "/quiz stop", chat=group)

    assert refused
    assert "Only who started" in refused["text"]
    assert stopped
    assert stopped["text"] == "The quiz was stopped."
    assert message_text(again) == "There is no quiz to stop."


@pytest.mark.usefixtures("app")
async def test_an_admin_may_stop_the_quiz_of_somebody_else(driver: Driver) -> None:
    boss, ann = await driver.person("Boss"), await driver.person("Ann")
    group = await driver.group(boss, ann)
    await driver.say(ann, "/quiz space", "Get ready", chat=group)
    await driver.wait_for(group, is_poll)

    stopped = await driver.say(boss, "/quiz stop", chat=group)

    assert message_text(stopped) == "The quiz was stopped."


@pytest.mark.usefixtures("app")
async def test_nobody_plays_behind_a_groups_name(driver: Driver) -> None:
    boss = await driver.person("Boss")
    group = await driver.group(boss)

    answer = await driver.say(boss, "/quiz space", chat=group, anonymous=True)

    assert "under your own name" in message_text(answer)


@pytest.mark.usefixtures("app")
async def test_best_lists_show_topics_in_private_and_people_in_groups(driver: Driver) -> None:
    ann = await driver.person("Ann")
    nobody = await driver.say(ann, "/quiz best")
    group = await driver.group(ann)
    for chat in (ann, group):
        await driver.say(ann, "/quiz space", "Get ready", chat=chat)
        poll = await driver.wait_for(chat, is_poll)
        await driver.vote(ann, poll, right_of(poll))
        result = await driver.wait_for(chat, "🏁", after=poll["message_id"])
        await driver.press(ann, result, "🏆 Best list")

    assert "Nobody has answered" in message_text(nobody)
    await driver.wait_for(ann, "Space: 1 right of 1 (100%)")
    await driver.wait_for(group, "🥇 Ann · 1 right of 1")


@pytest.mark.usefixtures("app")
async def test_again_asks_the_same_topic_in_a_new_message(driver: Driver) -> None:
    ann = await driver.person("Ann")
    await driver.say(ann, "/quiz space", "Get ready")
    poll = await driver.wait_for(ann, is_poll)
    await driver.vote(ann, poll, right_of(poll))
    result = await driver.wait_for(ann, "🏁", after=poll["message_id"])

    await driver.press(ann, result, "🔁 Again")

    assert await driver.wait_for(ann, is_poll, after=result["message_id"])
