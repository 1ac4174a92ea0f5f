"""What quizzes say to Telegram, and what its answers mean for them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.analytics.bus import Bus
from bot.quiz.run import Asked
from bot.quiz.stage import StageError
from bot.quiz.telegram import TelegramStage
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.driver import Driver, Json

ASKED = Asked("Is 1 < 2 & <b>?", ("<i>yes</i>", "no & no"), 0, "1 < 2, a <b> says")


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    one = build_bot(sandbox.token, sandbox.url, Bus())
    yield one
    await one.session.close()


@pytest.fixture
def stage(bot: Bot) -> TelegramStage:
    return TelegramStage(bot)


@pytest.fixture
async def ann(driver: Driver) -> int:
    """Somebody who has written to the bot."""
    ann = await driver.person("Ann")
    await driver.write(ann, "Hello")
    return ann


async def test_marks_and_tags_in_a_question_are_text(
    stage: TelegramStage, driver: Driver, ann: int
) -> None:
    await stage.ask(ann, ASKED, 30)

    poll = (await driver.messages(ann))[-1]["poll"]
    assert (poll["question"], poll["explanation"]) == (ASKED.text, ASKED.explanation)
    assert tuple(option["text"] for option in poll["options"]) == ASKED.options


async def test_a_question_stays_open_as_long_as_the_rules_say_and_cannot_be_forwarded(
    stage: TelegramStage, driver: Driver, ann: int
) -> None:
    poll = await stage.ask(ann, ASKED, 30)

    message = (await driver.messages(ann))[-1]
    assert (poll.message_id, poll.poll_id) == (message["message_id"], message["poll"]["id"])
    assert message["poll"]["open_period"] == 30
    assert not message["poll"]["is_anonymous"]
    assert message["has_protected_content"]


async def test_a_closed_question_takes_no_more_votes(
    stage: TelegramStage, driver: Driver, ann: int
) -> None:
    poll = await stage.ask(ann, ASKED, 30)

    assert poll.message_id
    for _ in range(2):  # again does no harm
        await stage.close(ann, poll.message_id)

    assert (await driver.messages(ann))[-1]["poll"]["is_closed"]


async def test_a_text_that_is_there_already_is_well(
    stage: TelegramStage, driver: Driver, ann: int
) -> None:
    await stage.say(ann, "<b>Score</b>")
    message = (await driver.messages(ann))[-1]

    await stage.edit(ann, message["message_id"], "<b>Score</b>")


@pytest.mark.parametrize(
    ("fault", "is_final"),
    [
        ({"kind": "status", "status": 403, "description": "Forbidden: bot was kicked"}, True),
        ({"kind": "status", "status": 400, "description": "Bad Request: chat not found"}, True),
        ({"kind": "status", "status": 429, "retry_after": 1}, False),
        ({"kind": "status", "status": 500}, False),
        ({"kind": "lost"}, False),
        ({"kind": "garbage"}, False),
    ],
)
async def test_it_is_known_whether_another_try_may_help(
    stage: TelegramStage, driver: Driver, ann: int, fault: Json, *, is_final: bool
) -> None:
    await driver.fault("sendPoll", **fault)

    with pytest.raises(StageError) as caught:
        await stage.ask(ann, ASKED, 30)

    assert caught.value.is_final is is_final


async def test_names_and_rights_come_from_the_chat(
    stage: TelegramStage, driver: Driver, ann: int
) -> None:
    bob = await driver.person("Bob")
    group = await driver.group(ann, bob)

    assert await stage.name(group, bob) == "Bob"
    assert [await stage.is_admin(group, one) for one in (ann, bob)] == [True, False]


async def test_who_cannot_be_found_has_no_name_and_no_rights(
    stage: TelegramStage, driver: Driver, ann: int
) -> None:
    await driver.fault("getChatMember", "status")

    assert await stage.name(ann, ann) is None
    assert not await stage.is_admin(ann, ann)
