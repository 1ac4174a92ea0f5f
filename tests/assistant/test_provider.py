"""The endpoint's answers, one by one, and every way in which one can fail."""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing
from typing import Any

import pytest

from bot.assistant.provider import LONGEST_ANSWER, Patience, Provider
from bot.assistant.speaker import Ending, Piece, Said
from bot.assistant.tokens import Tokens
from bot.assistant.trouble import AssistantError, Trouble
from tests.assistant.endpoint import (
    DONE,
    Answer,
    Endpoint,
    chunk,
    drops,
    event,
    hangs_up,
    refuses,
    says,
    sends,
    shows,
    usage,
)

QUESTION = [Said("system", "Be brief."), Said("user", "Hello?")]
# Goes on for longer than any test waits.
DROPS = drops("x", 0.01, 10_000)
HURRY = Patience(connect=1, piece=0.1, whole=0.3)


async def heard(
    url: str, patience: Patience | None = None, key: str | None = None
) -> list[Piece | AssistantError]:
    """What came, the failure last."""
    provider = Provider(url, key, "the-model", reply_tokens=50, patience=patience or Patience())
    found: list[Piece | AssistantError] = []
    try:
        async with aclosing(provider.answer(QUESTION)) as pieces:
            async for piece in pieces:
                found.append(piece)  # noqa: PERF401  what came before a failure counts
    except AssistantError as exc:
        found.append(exc)
    await provider.close()
    return found


async def trouble(url: str, patience: Patience | None = None) -> AssistantError:
    *_, last = await heard(url, patience)
    assert isinstance(last, AssistantError)
    return last


async def test_an_answer_comes_in_pieces_with_its_tokens_at_the_end(model: Endpoint) -> None:
    details: dict[str, Any] = {
        "prompt_tokens_details": {"cached_tokens": 30},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    model.order(says("Hel", "lo", told=usage(100, 20, **details)))

    found = await heard(model.url)

    tokens = Tokens(input=70, cached_input=30, output=15, reasoning=5)
    assert found == ["Hel", "lo", Ending(tokens)]


async def test_the_question_goes_out_whole_with_its_limit(model: Endpoint) -> None:
    await heard(model.url, key="sesame")

    (body,) = model.asked
    assert model.keys == ["Bearer sesame"]
    assert body == {
        "model": "the-model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 50,
    }


@pytest.mark.parametrize(
    "told",
    [b"", usage("many", None), usage(None, 3), chunk(choices=[], usage=None)],
    ids=["nothing", "words", "half", "null"],
)
async def test_tokens_that_are_not_told_are_none(model: Endpoint, told: bytes) -> None:
    model.order(says("Hello", told=told))

    assert await heard(model.url) == ["Hello", Ending(None)]


async def test_an_answer_that_reached_the_limit_is_cut(model: Endpoint) -> None:
    model.order(says("Hello", finish="length"))

    assert await heard(model.url) == ["Hello", Ending(None, is_cut=True)]


async def test_a_character_in_two_pieces_becomes_whole(model: Endpoint) -> None:
    model.order(says("Hi \ud83d", "\ude00", "!"))

    assert await heard(model.url) == ["Hi ", "😀", "!", Ending(None)]


async def test_half_a_character_becomes_a_mark(model: Endpoint) -> None:
    model.order(says("Hi \ud83d", "there", "\ude00"))

    assert await heard(model.url) == ["Hi ", "\ufffdthere", "\ufffd", Ending(None)]


async def test_an_answer_without_end_is_cut_here(model: Endpoint) -> None:
    model.order(says(*["x" * 30_000] * 9))

    found = await heard(model.url)

    assert found[-1] == Ending(None, is_cut=True)
    assert LONGEST_ANSWER < sum(len(one) for one in found if isinstance(one, str)) < 150_000


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (refuses(400), Trouble.BAD_REQUEST),
        (refuses(404), Trouble.BAD_REQUEST),
        (refuses(422), Trouble.BAD_REQUEST),
        (refuses(400, code="context_length_exceeded"), Trouble.TOO_LONG),
        (refuses(400, type="exceed_context_size_error"), Trouble.TOO_LONG),
        (refuses(413), Trouble.TOO_LONG),
        (refuses(401), Trouble.REFUSED),
        (refuses(403), Trouble.REFUSED),
        (refuses(429), Trouble.RATE_LIMITED),
        (refuses(429, code="insufficient_quota"), Trouble.REFUSED),
        (refuses(429, type=[]), Trouble.RATE_LIMITED),
        (refuses(408), Trouble.TIMEOUT),
        (refuses(500), Trouble.SERVER),
        (refuses(503), Trouble.SERVER),
        (hangs_up, Trouble.NETWORK),
        (sends(chunk("Hel"), is_cut_off=True), Trouble.NETWORK),
        (sends(chunk(finish="stop"), DONE), Trouble.EMPTY),
        (says(" ", "\n\n"), Trouble.EMPTY),
        (sends(DONE), Trouble.BROKEN),
        (sends(), Trouble.BROKEN),
        (shows("<h1>Welcome</h1>"), Trouble.BROKEN),
        (sends(chunk("Hel"), DONE), Trouble.BROKEN),
        (sends(chunk("Hel"), b"data: {no json\n\n"), Trouble.BROKEN),
        (sends(chunk("Hel"), b"data: \xff\xfe\n\n"), Trouble.BROKEN),
        (sends(event(7), DONE), Trouble.BROKEN),
        (sends(event([]), DONE), Trouble.BROKEN),
        (sends(event({"choices": 7}), DONE), Trouble.BROKEN),
        (sends(event({"choices": ["a"]}), DONE), Trouble.BROKEN),
        (sends(chunk(choices=[{"delta": {"content": 7}}]), DONE), Trouble.BROKEN),
        (sends(chunk("Hel"), event({"error": {"message": "overloaded"}})), Trouble.SERVER),
    ],
)
async def test_each_failure_has_its_name(model: Endpoint, answer: Answer, wanted: Trouble) -> None:
    model.order(answer)

    assert (await trouble(model.url)).trouble == wanted


async def test_nobody_at_home_is_the_network() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]

        assert (await trouble(f"http://127.0.0.1:{port}/v1")).trouble == Trouble.NETWORK


@pytest.mark.parametrize(
    ("before", "after"),
    [((), ()), ((chunk("Hel"),), ())],
    ids=["before the first piece", "between two"],
)
async def test_a_silence_is_a_timeout(
    model: Endpoint, before: tuple[bytes, ...], after: tuple[bytes, ...]
) -> None:
    never = asyncio.Event()
    model.order(sends(*before, never, *after))

    found = await heard(model.url, HURRY)
    never.set()

    assert [one.trouble for one in found if isinstance(one, AssistantError)] == [Trouble.TIMEOUT]


async def test_an_answer_that_never_ends_is_a_timeout_as_a_whole(model: Endpoint) -> None:
    model.order(sends(*DROPS))

    assert (await trouble(model.url, HURRY)).trouble == Trouble.TIMEOUT


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("7", 7), ("0.5", 0.5), ("", None), ("soon", None), ("-1", None), ("nan", None)],
)
async def test_how_long_to_wait_is_taken_from_the_header(
    model: Endpoint, header: str, wanted: float | None
) -> None:
    model.order(refuses(429, retry_after=header))

    assert (await trouble(model.url)).retry_after == wanted


async def test_who_leaves_in_the_middle_hangs_up(model: Endpoint) -> None:
    left = asyncio.Event()

    async def watched(request: Any) -> Any:
        try:
            return await sends(*DROPS)(request)
        finally:
            left.set()

    model.order(watched)
    provider = Provider(model.url, None, "m", reply_tokens=50)

    async with aclosing(provider.answer(QUESTION)) as pieces:
        assert await anext(pieces) == "x"
    async with asyncio.timeout(10):
        await left.wait()

    await provider.close()


async def test_no_failure_quotes_what_was_sent(model: Endpoint) -> None:
    model.order(refuses(400, message="you said: Hello?"))

    assert "Hello" not in str(await trouble(model.url))
