"""The scripted model answers the real openai client as a model would, and says it is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError

from bot.sandbox.model_request import MODEL
from bot.sandbox.server import Sandbox
from tests.driver import Driver, Json
from tests.sandbox.plain import Api

HELLO: Any = [{"role": "user", "content": "Hello"}]
PICTURE = {"type": "image_url"}


@pytest.fixture
async def openai(sandbox: Sandbox, driver: Driver) -> AsyncIterator[AsyncOpenAI]:
    """A client of a model that speaks at once."""
    await driver.model_pace(0)
    base = f"{sandbox.url}/model/v1"
    async with AsyncOpenAI(base_url=base, api_key="any", max_retries=0, timeout=20) as one:
        yield one


async def said(openai: AsyncOpenAI, *messages: str, **more: Any) -> str:
    """The answer to a conversation that the person begins."""
    roles = ("user", "assistant")
    talk: Any = [{"role": roles[n % 2], "content": text} for n, text in enumerate(messages)]
    answer = await openai.chat.completions.create(model=MODEL, messages=talk, **more)
    return str(answer.choices[0].message.content)


async def post(api: Api, body: Any) -> tuple[int, Json]:
    address = f"{api.base.partition('/bot')[0]}/model/v1/chat/completions"
    async with api.session.post(address, json=body) as response:
        return response.status, await response.json()


async def test_there_is_one_model(openai: AsyncOpenAI) -> None:
    names = [one.id async for one in openai.models.list()]

    assert names == [MODEL]
    assert (await openai.models.retrieve(MODEL)).owned_by == "telegauge-sandbox"


async def test_any_other_model_does_not_exist(openai: AsyncOpenAI) -> None:
    with pytest.raises(NotFoundError, match="does not exist") as caught:
        await openai.chat.completions.create(model="gpt-x", messages=HELLO)
    with pytest.raises(NotFoundError):
        await openai.models.retrieve("gpt-x")

    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


async def test_it_says_what_it_is_and_what_it_was_asked(openai: AsyncOpenAI) -> None:
    text = await said(openai, "Will it   rain\ntomorrow?")

    assert text.startswith("I am a script of the sandbox and no language model")
    assert "You wrote “Will it rain tomorrow?”" in text


async def test_it_echoes_only_a_piece_of_much(openai: AsyncOpenAI) -> None:
    text = await said(openai, "x" * 5_000)

    assert "“" + "x" * 59 + "…”" in text


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("How do I download a song?", "/media/"),
        ("What does premium cost?", "play money"),
        ("Play a quiz with me", "/quiz"),
        ("Where are the metrics?", "/analytics"),
        ("What about an ALERT?", "administrators"),
        ("Which data do you keep?", "docs/privacy.md"),
        ("What is this sandbox?", "synthetic"),
        ("Who are you?", "ASSISTANT_BASE_URL"),
        ("hi", "Ask me about"),
        ("Thanks!", "welcome"),
        ("Why is the sky blue?", "I have nothing on that"),
        ("Please count to 5", "1 2 3 4 5"),
    ],
)
async def test_it_knows_its_topics(openai: AsyncOpenAI, asked: str, word: str) -> None:
    assert word in await said(openai, asked)


async def test_it_remembers_by_the_messages_that_come_with_a_question(openai: AsyncOpenAI) -> None:
    talk = ("I like plums", "Noted.", "And figs", "Noted.")

    count = await said(openai, *talk, "How many messages did I send?")
    first = await said(openai, *talk, "What did I say first?")

    assert "You sent me 3 messages" in count
    assert "Your first message was “I like plums”" in first


async def test_a_long_answer_is_long(openai: AsyncOpenAI) -> None:
    assert len((await said(openai, "Tell me a story")).split()) > 300


async def test_streamed_it_says_the_same_word_by_word(openai: AsyncOpenAI) -> None:
    whole = await said(openai, "Hello")

    stream = await openai.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    chunks = [chunk async for chunk in stream]

    words = [chunk.choices[0].delta.content for chunk in chunks]
    assert "".join(word or "" for word in words) == whole
    assert len(words) > len(whole.split())
    assert [one.choices[0].finish_reason for one in chunks][-1] == "stop"
    assert all(one.usage is None for one in chunks)


async def test_the_usage_ends_a_stream_that_asked_for_it(openai: AsyncOpenAI) -> None:
    answer = await openai.chat.completions.create(model=MODEL, messages=HELLO)

    stream = await openai.chat.completions.create(
        model=MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    last = [chunk async for chunk in stream][-1]

    assert last.choices == []
    assert last.usage == answer.usage


async def test_usage_counts_what_was_sent_before_as_cached(api: Api) -> None:
    talk = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": [{"type": "text", "text": "Bye"}]},
    ]

    _, answer = await post(api, {"model": MODEL, "messages": talk})

    usage = answer["usage"]
    assert usage["prompt_tokens"] == (4 + 3) + (4 + 1) + (4 + 2) + (4 + 1)
    assert usage["prompt_tokens_details"] == {"cached_tokens": (4 + 3) + (4 + 1)}


async def test_reasoning_is_part_of_what_was_completed(api: Api) -> None:
    ask = {"model": MODEL, "messages": [{"role": "user", "content": "one two three"}]}

    _, answer = await post(api, {**ask, "max_tokens": 10})

    usage = answer["usage"]
    assert usage["completion_tokens_details"] == {"reasoning_tokens": 3}
    assert 3 < usage["completion_tokens"] <= 13
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


async def test_a_limit_cuts_the_answer_and_says_so(openai: AsyncOpenAI) -> None:
    answer = await openai.chat.completions.create(
        model=MODEL,
        messages=HELLO,
        max_completion_tokens=4,
    )

    assert answer.choices[0].message.content == "I am a script"
    assert answer.choices[0].finish_reason == "length"


async def test_without_a_question_there_is_an_answer_all_the_same(api: Api) -> None:
    _, answer = await post(
        api, {"model": MODEL, "messages": [{"role": "system", "content": "Be kind."}]}
    )

    assert "Nobody has asked me" in answer["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": None}, "model"),
        ({"model": 5}, "model"),
        ({"messages": []}, "messages"),
        ({"messages": "Hello"}, "messages"),
        ({"messages": ["Hello"]}, "messages[0]"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [*HELLO, {"role": "user"}]}, "messages[1].content"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content"),
        ({"stream": "yes"}, "stream"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"stream": True, "stream_options": {"include_usage": 1}}, "include_usage"),
        ({"temperature": 3}, "temperature"),
        ({"top_p": 1.5}, "top_p"),
        ({"n": 2}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_completion_tokens": "many"}, "max_completion_tokens"),
    ],
)
async def test_an_unusable_question_names_its_field(api: Api, change: Json, field: str) -> None:
    status, told = await post(api, {"model": MODEL, "messages": HELLO} | change)

    assert (status, told["error"]["param"]) == (400, field)
    assert told["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("body", [[], "x", None])
async def test_a_body_that_is_no_object_is_refused(api: Api, body: Any) -> None:
    status, told = await post(api, body)

    assert (status, told["error"]["param"]) == (400, "model" if body is None else None)


async def test_the_client_shows_which_field_was_wrong(openai: AsyncOpenAI) -> None:
    with pytest.raises(BadRequestError, match="temperature must be at most 2"):
        await said(openai, "Hello", temperature=9)


async def test_what_it_was_asked_can_be_read(openai: AsyncOpenAI, driver: Driver) -> None:
    await said(openai, "Hello", temperature=0.5)

    (call,) = await driver.model_calls()
    assert (call["messages"], call["temperature"]) == (HELLO, 0.5)
