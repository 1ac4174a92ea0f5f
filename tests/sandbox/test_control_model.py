"""The scripted model fails on order, in each way that a real endpoint can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    AuthenticationError,
    InternalServerError,
    RateLimitError,
)

from bot.sandbox.model_request import MODEL
from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError

HELLO: Any = [{"role": "user", "content": "Hello"}]


@pytest.fixture
async def openai(sandbox: Sandbox, driver: Driver) -> AsyncIterator[AsyncOpenAI]:
    """A client that tries once, of a model that speaks at once."""
    await driver.model_pace(0)
    base = f"{sandbox.url}/model/v1"
    async with AsyncOpenAI(base_url=base, api_key="any", max_retries=0, timeout=20) as one:
        yield one


async def ask(openai: AsyncOpenAI) -> Any:
    return await openai.chat.completions.create(model=MODEL, messages=HELLO)


async def hear(openai: AsyncOpenAI, heard: list[str]) -> Any:
    """Put each word into *heard* as it comes; the usage, or None."""
    stream = await openai.chat.completions.create(
        model=MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    usage = None
    async for chunk in stream:
        usage = chunk.usage or usage
        heard.extend(one.delta.content for one in chunk.choices if one.delta.content)
    return usage


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthenticationError),
        (429, RateLimitError),
        (500, InternalServerError),
        (503, InternalServerError),
    ],
)
async def test_a_refusal_has_its_status(
    openai: AsyncOpenAI, driver: Driver, status: int, error: type[APIStatusError]
) -> None:
    await driver.model_fault("status", status=status, retry_after=7)

    with pytest.raises(error, match=f"told to refuse with {status}") as caught:
        await ask(openai)

    assert caught.value.status_code == status
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_a_fault_strikes_as_often_as_ordered(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("status", times=1, description="Tired")

    with pytest.raises(InternalServerError, match="Tired"):
        await ask(openai)

    assert (await ask(openai)).choices[0].finish_reason == "stop"


async def test_faults_can_be_taken_back(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("status")

    await driver.clear_model_faults()

    assert (await ask(openai)).choices


async def test_a_hanging_model_says_nothing(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("hang")

    with pytest.raises(APITimeoutError):
        await ask(openai.with_options(timeout=0.2))


async def test_a_model_that_hung_closes_the_connection(
    openai: AsyncOpenAI, driver: Driver
) -> None:
    await driver.model_fault("hang", seconds=0.05)

    with pytest.raises(APIConnectionError):
        await ask(openai)


@pytest.mark.parametrize("kind", ["cut", "stall"])
async def test_a_stream_breaks_in_the_middle(
    openai: AsyncOpenAI, driver: Driver, kind: str
) -> None:
    await driver.model_fault(kind, seconds=0.05)
    heard: list[str] = []

    with pytest.raises(APIConnectionError):
        await hear(openai, heard)

    assert heard[:2] == ["I", " am"]


async def test_a_stalled_stream_stays_open(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("stall")
    heard: list[str] = []

    with pytest.raises(APITimeoutError):
        await hear(openai.with_options(timeout=0.3), heard)

    assert heard


@pytest.mark.parametrize("kind", ["cut", "stall"])
async def test_a_whole_answer_breaks_in_the_middle(
    openai: AsyncOpenAI, driver: Driver, kind: str
) -> None:
    await driver.model_fault(kind, seconds=0.05)

    with pytest.raises(APIConnectionError):
        await ask(openai)


async def test_a_stream_becomes_garbage(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("garbage")
    heard: list[str] = []

    with pytest.raises(json.JSONDecodeError):
        await hear(openai, heard)

    assert heard


async def test_a_whole_answer_is_garbage(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("garbage")

    with pytest.raises(json.JSONDecodeError):
        await ask(openai)


async def test_an_answer_is_empty(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("empty")
    heard: list[str] = []

    usage = await hear(openai, heard)
    whole = await ask(openai)

    assert (heard, whole.choices[0].message.content) == ([], "")
    assert usage.completion_tokens == 0


async def test_an_answer_comes_without_its_usage(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_fault("no_usage")
    heard: list[str] = []

    usage = await hear(openai, heard)
    whole = await ask(openai)

    assert (usage, whole.usage) == (None, None)
    assert heard


async def test_a_slow_model_can_be_left(openai: AsyncOpenAI, driver: Driver) -> None:
    await driver.model_pace(30)
    stream = await openai.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    chunks = aiter(stream)

    begun = [await anext(chunks), await anext(chunks)]
    await stream.close()

    assert begun[1].choices[0].delta.content == "I"


async def test_a_stop_does_not_wait_for_what_hangs() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    async with Driver(sandbox.url) as driver:
        await driver.model_fault("hang")
    base = f"{sandbox.url}/model/v1"
    async with AsyncOpenAI(base_url=base, api_key="any", max_retries=0) as openai:
        asked = asyncio.create_task(ask(openai))

        await asyncio.wait_for(sandbox.stop(), 10)

        with pytest.raises(APIConnectionError):
            await asked


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "sulk"}, "kind"),
        ({"kind": "status", "status": 200}, "status"),
        ({"kind": "hang", "seconds": -1}, "seconds"),
        ({"kind": "cut", "times": 0}, "times"),
    ],
)
async def test_an_unusable_fault_is_refused(
    driver: Driver, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(RefusedError, match=f"400: {field} ") as caught:
        await driver.ask("POST", "/model/faults", body)

    assert caught.value.status == 400


@pytest.mark.parametrize("body", [{}, {"seconds_a_word": 61}, {"seconds_a_word": -1}])
async def test_an_unusable_pace_is_refused(driver: Driver, body: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="400: seconds_a_word must"):
        await driver.ask("POST", "/model/settings", body)
