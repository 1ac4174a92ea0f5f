"""Polls and quizzes: sent, voted in, closed, refused."""

from __future__ import annotations

import time
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputPollOption, Message

from bot.sandbox.ballots import ballot_in
from bot.sandbox.methods.polls import close_later
from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.samples import Json, heard

OPTIONS: list[Any] = ["red", "green", "blue"]


async def ask(bot: Bot, chat: int, **details: Any) -> Message:
    return await bot.send_poll(chat, "Which?", OPTIONS, **details)


def shown(message: Message) -> Json:
    return {"message_id": message.message_id, "chat": {"id": message.chat.id}}


async def test_a_poll_comes_back_open_anonymous_and_empty(bot: Bot, ann: int) -> None:
    poll = (await ask(bot, ann)).poll

    assert poll is not None and [one.text for one in poll.options] == OPTIONS
    assert (poll.type, poll.is_anonymous, poll.is_closed) == ("regular", True, False)
    assert (poll.total_voter_count, poll.allows_revoting) == (0, True)


async def test_a_quiz_knows_its_answer_and_why(bot: Bot, ann: int) -> None:
    why = {"explanation": "<b>because</b>", "explanation_parse_mode": "HTML"}

    poll = (await ask(bot, ann, type="quiz", correct_option_ids=[1], **why)).poll

    assert poll is not None and poll.explanation_entities is not None
    assert (poll.correct_option_ids, poll.allows_revoting) == ([1], False)
    assert (poll.explanation, poll.explanation_entities[0].type) == ("because", "bold")


async def test_the_old_way_to_name_the_answer_still_works(bot: Bot, ann: int) -> None:
    poll = (await ask(bot, ann, type="quiz", correct_option_id=2)).poll

    assert poll is not None and (poll.correct_option_ids, poll.correct_option_id) == ([2], 2)


async def test_options_may_be_objects(bot: Bot, ann: int) -> None:
    message = await bot.send_poll(ann, "Which?", [InputPollOption(text="<b>one</b>"), "two"])

    assert message.poll is not None
    assert [one.text for one in message.poll.options] == ["one", "two"]


async def test_a_description_belongs_to_the_message(bot: Bot, ann: int) -> None:
    poll = (await ask(bot, ann, description="Choose well")).poll

    assert poll is not None and poll.description == "Choose well"


async def test_a_vote_brings_the_sums(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)

    poll = await driver.vote(ann, shown(message), 1)

    (update,) = await heard(bot, "poll")
    assert [one.voter_count for one in update.options] == [0, 1, 0]
    assert poll["total_voter_count"] == update.total_voter_count == 1


async def test_the_chat_shows_the_sums(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)

    await driver.vote(ann, shown(message), 1)

    poll = (await driver.messages(ann))[-1]["poll"]
    assert [one["voter_count"] for one in poll["options"]] == [0, 1, 0]


async def test_an_anonymous_vote_has_no_name(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)

    await driver.vote(ann, shown(message), 1)

    assert await heard(bot, "poll_answer") == []


async def test_an_open_vote_says_who_chose_what(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann, is_anonymous=False, allows_multiple_answers=True)

    await driver.vote(ann, shown(message), 0, 2)

    (answer,) = await heard(bot, "poll_answer")
    assert (answer.user.id, answer.option_ids) == (ann, [0, 2])
    assert answer.option_persistent_ids == ["0", "2"]


async def test_a_vote_can_be_taken_back(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann, is_anonymous=False)
    await driver.vote(ann, shown(message), 1)

    poll = await driver.vote(ann, shown(message))

    assert poll["total_voter_count"] == 0
    assert [one.option_ids for one in await heard(bot, "poll_answer")] == [[1], []]


async def test_a_second_vote_replaces_the_first(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)
    await driver.vote(ann, shown(message), 1)

    poll = await driver.vote(ann, shown(message), 2)

    assert [one["voter_count"] for one in poll["options"]] == [0, 0, 1]


@pytest.mark.parametrize(
    ("options", "problem"),
    [((0, 1), "takes one answer"), ((3,), "no such option"), ((-1,), "no such option")],
)
async def test_a_vote_must_fit_the_poll(
    bot: Bot, driver: Driver, ann: int, options: tuple[int, ...], problem: str
) -> None:
    message = await ask(bot, ann)

    with pytest.raises(RefusedError, match=problem):
        await driver.vote(ann, shown(message), *options)


async def test_an_option_counts_once(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann, allows_multiple_answers=True)

    with pytest.raises(RefusedError, match="an option counts once"):
        await driver.vote(ann, shown(message), 1, 1)


async def test_an_answer_to_a_quiz_stands(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann, type="quiz", correct_option_ids=[1])
    await driver.vote(ann, shown(message), 0)

    with pytest.raises(RefusedError, match="cannot be changed"):
        await driver.vote(ann, shown(message), 1)


async def test_a_text_takes_no_votes(driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")

    with pytest.raises(RefusedError, match="has no poll"):
        await driver.vote(ann, message, 0)


async def test_stop_poll_closes_it_with_other_buttons(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)
    button = InlineKeyboardButton(text="Again", callback_data="again")
    again = InlineKeyboardMarkup(inline_keyboard=[[button]])

    poll = await bot.stop_poll(ann, message.message_id, reply_markup=again)

    last = (await driver.messages(ann))[-1]
    assert poll.is_closed and last["poll"]["is_closed"]
    assert last["reply_markup"]["inline_keyboard"][0][0]["text"] == "Again"


async def test_a_closed_poll_takes_no_votes(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)
    await bot.stop_poll(ann, message.message_id)

    with pytest.raises(RefusedError, match="the poll is closed"):
        await driver.vote(ann, shown(message), 0)


async def test_a_poll_is_closed_once(bot: Bot, ann: int) -> None:
    message = await ask(bot, ann)
    await bot.stop_poll(ann, message.message_id)

    with pytest.raises(TelegramBadRequest, match="poll has already been closed"):
        await bot.stop_poll(ann, message.message_id)


async def test_only_a_poll_can_be_stopped(bot: Bot, ann: int) -> None:
    message = await bot.send_message(ann, "hello")

    with pytest.raises(TelegramBadRequest, match="message is not a poll"):
        await bot.stop_poll(ann, message.message_id)


async def test_a_poll_that_is_not_there_cannot_be_stopped(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="message with poll to stop not found"):
        await bot.stop_poll(ann, 999)


async def test_an_open_period_sets_the_closing_date(bot: Bot, ann: int) -> None:
    message = await ask(bot, ann, open_period=600)

    poll = message.poll
    assert poll is not None and poll.close_date is not None
    assert poll.open_period == 600
    assert 590 < (poll.close_date - message.date).total_seconds() <= 600


async def test_a_close_date_is_kept(bot: Bot, ann: int) -> None:
    date = int(time.time()) + 3600

    poll = (await ask(bot, ann, close_date=date)).poll

    assert poll is not None and poll.close_date is not None
    assert poll.close_date.timestamp() == date


async def test_a_poll_whose_time_is_over_is_closed(
    sandbox: Sandbox, bot: Bot, driver: Driver, ann: int
) -> None:
    message = await ask(bot, ann)
    ballot = ballot_in(sandbox.world.chats[ann], message.message_id)
    assert ballot is not None

    close_later(sandbox.world, ballot, 0.01)

    await driver.wait_for(ann, lambda one: bool(one.get("poll", {}).get("is_closed")))
    assert [poll.is_closed for poll in await heard(bot, "poll")] == [True]


async def test_a_poll_can_be_born_closed(bot: Bot, ann: int) -> None:
    poll = (await ask(bot, ann, is_closed=True)).poll

    assert poll is not None and poll.is_closed


@pytest.mark.parametrize(
    ("details", "problem"),
    [
        ({"options": []}, "poll must have at least one answer option"),
        ({"options": ["x"] * 13}, "poll can't have more than 12 options"),
        ({"options": ["x" * 101]}, "poll options length must not exceed 100"),
        ({"options": [" "]}, "poll options must be non-empty"),
        ({"question": "?" * 301}, "poll question length must not exceed 300"),
        ({"question": ""}, "poll question must be non-empty"),
        ({"type": "exam"}, "unsupported poll type specified"),
        ({"open_period": 4}, "open_period must be from 5 to 2628000"),
        ({"close_date": 1}, "close_date must be from 5 to 2628000"),
    ],
)
async def test_a_bad_poll_is_refused(bot: Bot, ann: int, details: Json, problem: str) -> None:
    poll: Json = {"question": "Which?", "options": OPTIONS, **details}

    with pytest.raises(TelegramBadRequest, match=problem):
        await bot.send_poll(ann, **poll)


@pytest.mark.parametrize(
    ("details", "problem"),
    [
        ({}, "correct quiz option list must be non-empty"),
        ({"correct_option_ids": [3]}, "wrong quiz correct_option_id"),
        ({"correct_option_ids": [1, 0]}, "correct quiz option list must be increasing"),
        ({"correct_option_ids": [0], "explanation": "x" * 201}, "at most 200 characters"),
        ({"correct_option_ids": [0], "explanation": "a\nb\nc\nd"}, "at most 2 line feeds"),
    ],
)
async def test_a_bad_quiz_is_refused(bot: Bot, ann: int, details: Json, problem: str) -> None:
    with pytest.raises(TelegramBadRequest, match=problem):
        await ask(bot, ann, type="quiz", **details)


async def test_channels_have_anonymous_polls_only(bot: Bot, driver: Driver, ann: int) -> None:
    channel = await driver.channel(ann)

    with pytest.raises(TelegramBadRequest, match="can't be sent to channel chats"):
        await ask(bot, channel, is_anonymous=False)


async def test_a_chat_tells_what_the_person_voted(
    bot: Bot, driver: Driver, ann: int, bob: int
) -> None:
    group = await driver.group(ann, bob)
    message = await ask(bot, group)
    shown = {"message_id": message.message_id, "chat": {"id": group}}

    await driver.vote(ann, shown, 1)

    views = [await driver.ask("GET", f"/chats/{group}?person={one}") for one in (ann, bob)]
    assert [view["votes"] for view in views] == [{str(message.message_id): [1]}, {}]


async def test_a_vote_taken_back_is_told_no_more(bot: Bot, driver: Driver, ann: int) -> None:
    message = await ask(bot, ann)
    shown = {"message_id": message.message_id, "chat": {"id": ann}}
    await driver.vote(ann, shown, 1)

    await driver.vote(ann, shown)

    assert (await driver.chat(ann))["votes"] == {}
