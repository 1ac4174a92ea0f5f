"""Questions to the assistant, over the sandbox's HTTP and a scripted endpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.database.feature_tables import conversations
from bot.sandbox.server import Sandbox
from tests.assistant.endpoint import DONE, Endpoint, chunk, refuses, says, sends, usage
from tests.assistant.talking import ended, has_button, is_final, plans, talking
from tests.driver import Driver, message_text
from tests.rows import rows_of


async def test_an_answer_grows_in_one_message(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann, go_on = await driver.person("Ann"), asyncio.Event()
    end = (chunk(" you."), chunk(finish="stop"), DONE)
    model.order(sends(chunk("I can"), chunk(" hear"), go_on, *end))

    async with talking(sandbox, tmp_path, model):
        growing = await driver.say(ann, "Do you hear me?", has_button("I can hear"))
        go_on.set()
        whole = await driver.wait_for(ann, is_final("I can hear you."))

    assert growing["message_id"] == whole["message_id"]
    assert [message_text(one) for one in await driver.messages(ann)][1:] == ["I can hear you."]
    assert await driver.calls("sendChatAction")


async def test_ask_answers_in_a_group_below_the_question(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    group = await driver.group(ann)

    async with talking(sandbox, tmp_path, model):
        answer = await driver.say(ann, "/ask Hello?", is_final("Hello world"), chat=group)

    assert answer["reply_to_message"]["text"] == "/ask Hello?"
    assert model.asked[0]["messages"][-1] == {"role": "user", "content": "Hello?"}


async def test_plain_text_in_a_group_is_not_for_the_assistant(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    group = await driver.group(ann, bot_is_admin=True)

    async with talking(sandbox, tmp_path, model):
        await driver.write(ann, "Hello all", chat=group)
        await driver.say(ann, "/ask me", is_final("Hello world"), chat=group)

    assert len(model.asked) == 1


async def test_ask_without_a_question_says_how_to_ask(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")

    async with talking(sandbox, tmp_path, model):
        await driver.say(ann, "/ask", "Write your question behind the command")

    assert model.asked == []


async def test_the_model_is_told_what_was_said_until_a_new_chat_begins(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "One", is_final("Hello world"))
        await ended(app)
        await driver.say(ann, "Two", is_final("Hello world"))
        await ended(app, 2)
        await driver.say(ann, "/newchat", "I have forgotten what we talked about")
        await driver.say(ann, "/newchat", "there is nothing to forget")
        await driver.say(ann, "Three", is_final("Hello world"))
        rows = await rows_of(app.core.database, conversations)

    said = [[one["content"] for one in body["messages"]] for body in model.asked]
    assert said[1:] == [["Be brief.", "One", "Hello world", "Two"], ["Be brief.", "Three"]]
    assert [row["status"] for row in rows] == ["ended", "open"]


async def test_what_it_took_is_written_down_and_counted(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(says("Hi", told=usage(1000, 500, completion_tokens_details=THOUGHT)))

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "Hello?", is_final("Hi"))
        (row,) = await ended(app)
        value = app.core.metrics.registry.get_sample_value
        labels = {"model": "example-small"}
        tokens = value("bot_llm_tokens_total", {**labels, "type": "input"})
        cost = value("bot_llm_cost_usd_total", labels)

    assert (row["state"], row["is_estimated"]) == ("done", False)
    assert (row["input_tokens"], row["output_tokens"], row["reasoning_tokens"]) == (1000, 400, 100)
    assert (row["cost_usd"], row["unpriced_tokens"]) == (pytest.approx(0.00026), 100)
    assert (tokens, cost) == (1000, row["cost_usd"])


THOUGHT = {"reasoning_tokens": 100}


async def test_stop_keeps_what_has_come(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(sends(chunk("So far"), asyncio.Event()))

    async with talking(sandbox, tmp_path, model) as app:
        growing = await driver.say(ann, "Tell me", has_button("So far"))
        await driver.press(ann, growing, "⏹ Stop")
        await driver.wait_for(ann, is_final("So far\n\n⏹ Stopped."))
        (row,) = await ended(app)
        old = await driver.press(ann, growing, data=f"assistant:{row['id']}", forged=True)

    assert (row["state"], row["is_estimated"], row["output_tokens"]) == ("stopped", True, 2)
    assert old
    assert old["text"] == "This answer has ended already."


async def test_only_who_asked_can_stop(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann, bob, go_on = await driver.person("Ann"), await driver.person("Bob"), asyncio.Event()
    group = await driver.group(ann, bob)
    model.order(sends(chunk("So far"), go_on, chunk(finish="stop"), DONE))

    async with talking(sandbox, tmp_path, model):
        growing = await driver.say(ann, "/ask x", has_button("So far"), chat=group)
        answer = await driver.press(bob, growing, "⏹ Stop")
        go_on.set()
        await driver.wait_for(group, is_final("So far"))

    assert answer
    assert answer["text"] == "Only the person who asked can stop this answer."


async def test_a_second_question_waits_for_the_first_answer(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann, go_on = await driver.person("Ann"), asyncio.Event()
    model.order(sends(chunk("One"), go_on, chunk(finish="stop"), DONE), says("Two"))

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "1", has_button("One"))
        await driver.say(ann, "2", "I am still answering you.")
        go_on.set()
        await ended(app)
        await driver.say(ann, "3", is_final("Two"))

    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("messages", "tokens", "words"),
    [
        (1, 1000, "Your plan has 1 question in 24 hours, and you have asked it. You can ask"),
        (9, 3, "Your plan has 3 tokens of conversation in 24 hours, and they are used up."),
    ],
)
async def test_a_limit_of_the_plan_is_named(
    sandbox: Sandbox,
    driver: Driver,
    tmp_path: Path,
    model: Endpoint,
    messages: int,
    tokens: int,
    words: str,
) -> None:
    ann = await driver.person("Ann")
    file = plans(tmp_path, messages, tokens)

    async with talking(sandbox, tmp_path, model, plans_file=file) as app:
        await driver.say(ann, "One", is_final("Hello world"))
        await ended(app)
        refusal = await driver.say(ann, "Two", words)

    assert "You can ask again in 1 day." in message_text(refusal)
    assert len(model.asked) == 1


async def test_a_plan_without_questions_says_so(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")

    async with talking(sandbox, tmp_path, model, plans_file=plans(tmp_path, 0, 10)):
        refusal = await driver.say(ann, "One", "Your plan has no questions to the assistant.")

    assert "You can ask again" not in message_text(refusal)


async def test_a_failure_is_not_held_against_the_person(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    model.order(refuses(401), says("Well"))

    async with talking(sandbox, tmp_path, model, plans_file=plans(tmp_path, 1, 1000)) as app:
        await driver.say(ann, "One", "The model does not take")
        await ended(app)
        await driver.say(ann, "Two", is_final("Well"))


async def test_a_long_answer_goes_on_in_further_messages(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    words = [f"word{n:04} " for n in range(1000)]
    model.order(says(*words))

    async with talking(sandbox, tmp_path, model) as app:
        await driver.say(ann, "Talk", lambda message: "word0999" in message_text(message))
        await ended(app)

    _, *parts = await driver.messages(ann)
    assert " ".join(message_text(part) for part in parts) == "".join(words).strip()
    assert len(parts) == 3
    assert not any("reply_markup" in part for part in parts)


async def test_marks_and_tags_are_shown_as_they_are(
    sandbox: Sandbox, driver: Driver, tmp_path: Path, model: Endpoint
) -> None:
    ann = await driver.person("Ann")
    text = "<b>1 < 2 & *3*</b> [x](y) `_`"
    model.order(says(text))

    async with talking(sandbox, tmp_path, model):
        await driver.say(ann, "Code?", is_final(text))
