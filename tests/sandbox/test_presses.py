"""Buttons pressed and inline queries typed, until the bot's answer comes back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.queries import QUERY_SECONDS, Queries
from tests.driver import Driver, RefusedError
from tests.sandbox.plain import Api

Json = dict[str, Any]
BUTTONS = {
    "inline_keyboard": [
        [{"text": "More", "callback_data": "more"}, {"text": "Site", "url": "https://x.org"}]
    ]
}


@pytest.fixture
async def message(api: Api, ann: int) -> Json:
    sent: Json = await api.result("sendMessage", chat_id=ann, text="1 %", reply_markup=BUTTONS)
    await api.result("getUpdates", offset=-1)
    return sent


async def next_query(api: Api, kind: str = "callback_query") -> Json:
    """The next query that reaches the bot."""
    while True:
        updates = await api.result("getUpdates", offset=-1, timeout=5)
        if updates and kind in updates[0]:
            query: Json = updates[0][kind]
            return query


async def test_a_press_by_label_brings_the_answer_back(
    api: Api, driver: Driver, ann: int, message: Json
) -> None:
    press = asyncio.create_task(driver.press(ann, message, "More"))
    query = await next_query(api)

    await api.result("answerCallbackQuery", callback_query_id=query["id"], text="ok")

    assert (query["data"], query["message"]["text"]) == ("more", "1 %")
    assert await press == {"text": "ok", "show_alert": False, "url": None}


async def test_a_press_comes_with_what_its_message_answers(
    api: Api, driver: Driver, ann: int
) -> None:
    asked = await driver.write(ann, "a link")
    sent: Json = await api.result(
        "sendMessage",
        chat_id=ann,
        text="1 %",
        reply_markup=BUTTONS,
        reply_parameters={"message_id": asked["message_id"]},
    )
    press = asyncio.create_task(driver.press(ann, sent, "More"))
    query = await next_query(api)
    await api.result("answerCallbackQuery", callback_query_id=query["id"])
    await press

    assert query["message"]["reply_to_message"]["text"] == "a link"


async def test_a_press_by_data_brings_the_alert_back(
    api: Api, driver: Driver, ann: int, message: Json
) -> None:
    press = asyncio.create_task(driver.press(ann, message, data="more"))
    query = await next_query(api)

    await api.result("answerCallbackQuery", callback_query_id=query["id"], show_alert=True)

    assert await press == {"text": None, "show_alert": True, "url": None}


async def test_a_forged_press_sends_what_no_button_has(
    api: Api, driver: Driver, ann: int, message: Json
) -> None:
    press = asyncio.create_task(driver.press(ann, message, data="admin:all", forged=True))
    query = await next_query(api)

    await api.result("answerCallbackQuery", callback_query_id=query["id"])

    assert query["data"] == "admin:all"
    assert await press is not None


@pytest.mark.parametrize("what", [{"data": "admin"}, {"text": "Site"}, {"text": "Less"}, {}])
async def test_a_button_that_is_not_there_cannot_be_pressed(
    driver: Driver, ann: int, message: Json, what: Json
) -> None:
    with pytest.raises(RefusedError) as caught:
        await driver.press(ann, message, **what)

    assert caught.value.status == 400


@pytest.mark.parametrize("query_id", ["", "1", "nonsense"])
async def test_an_unknown_query_is_too_old(api: Api, query_id: str) -> None:
    description = await api.problem("answerCallbackQuery", callback_query_id=query_id)

    assert description == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_a_query_is_answered_once(api: Api, driver: Driver, ann: int, message: Json) -> None:
    press = asyncio.create_task(driver.press(ann, message, "More"))
    query = await next_query(api)
    await api.result("answerCallbackQuery", callback_query_id=query["id"])
    await press

    description = await api.problem("answerCallbackQuery", callback_query_id=query["id"])

    assert "query is too old" in description


async def test_an_answer_too_long_to_show_is_refused(api: Api) -> None:
    description = await api.problem("answerCallbackQuery", callback_query_id="1", text="x" * 201)

    assert description == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_question_without_an_answer_ends_as_none() -> None:
    queries = Queries()

    assert await queries.wait(queries.ask(), 0.01) is None


async def test_a_query_is_forgotten_after_a_minute() -> None:
    now = 0.0
    queries = Queries(clock=lambda: now)
    query_id = queries.ask()
    now = QUERY_SECONDS + 1.0

    assert not queries.answer(query_id, "late")


async def test_inline_results_come_back(api: Api, driver: Driver, ann: int) -> None:
    results = [{"type": "article", "id": "1", "title": "MAU"}]
    asked = asyncio.create_task(driver.inline(ann, "mau"))
    query = await next_query(api, "inline_query")

    await api.result("answerInlineQuery", inline_query_id=query["id"], results=results)

    assert (query["query"], query["from"]["id"]) == ("mau", ann)
    assert await asked == results


@pytest.mark.parametrize(
    ("results", "problem"),
    [
        ("x", "can't parse results JSON object"),
        ([1], "can't parse inline query results JSON array"),
        ([{"id": str(n)} for n in range(51)], "RESULTS_TOO_MUCH"),
        ([{"id": "1"}, {"id": "1"}], "RESULT_ID_DUPLICATE"),
        ([{"id": "x" * 65}], "RESULT_ID_INVALID"),
    ],
)
async def test_results_that_cannot_be_shown_are_refused(
    api: Api, results: object, problem: str
) -> None:
    description = await api.problem("answerInlineQuery", inline_query_id="1", results=results)

    assert description == f"Bad Request: {problem}"


async def test_an_overlong_inline_query_is_refused(driver: Driver, ann: int) -> None:
    with pytest.raises(RefusedError, match="query must have at most 256 characters"):
        await driver.inline(ann, "x" * 257)
