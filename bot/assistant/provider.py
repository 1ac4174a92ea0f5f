"""The endpoint: any that speaks OpenAI's chat completions, streamed.

Loaded only when the assistant is on: the package behind it takes 45 MB of memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from bot.assistant.speaker import Ending, Piece, Said
from bot.assistant.tokens import Tokens, told
from bot.assistant.trouble import AssistantError, Trouble

CONNECT_SECONDS = 10.0
PIECE_SECONDS = 60.0
# Of one answer, whatever the endpoint thinks of the limit that we ask for.
LONGEST_ANSWER = 100_000
LONGEST_RETRY_SECONDS = 24 * 3600.0
# The library insists on a key; endpoints of one's own often want none.
NO_KEY = "none"
# What an unexpected form of answer raises where it is read.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, openai.OpenAIError)
STATUSES = {
    401: Trouble.REFUSED,
    403: Trouble.REFUSED,
    408: Trouble.TIMEOUT,
    409: Trouble.SERVER,
    413: Trouble.TOO_LONG,
    429: Trouble.RATE_LIMITED,
}
# OpenAI's code for it, and llama.cpp's.
TOO_LONG = ("context_length_exceeded", "exceed_context_size_error")
UNPAID = "insufficient_quota"


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, from piece to piece, for all of it."""

    connect: float = CONNECT_SECONDS
    piece: float = PIECE_SECONDS
    whole: float = 60.0


class Provider:
    """A Speaker behind an HTTP address.  close() it at the end.

    reply_tokens: how many an answer may have
    """

    def __init__(
        self,
        base_url: str,
        key: str | None,
        model: str,
        *,
        reply_tokens: int,
        patience: Patience = Patience(),
    ) -> None:
        self._model = model
        self._patience = patience
        # Others know the old name only, OpenAI's newer models only the new one.
        is_openai = (urlsplit(base_url).hostname or "").endswith("openai.com")
        self._new_limit = reply_tokens if is_openai else openai.omit
        self._old_limit = openai.omit if is_openai else reply_tokens
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=key or NO_KEY,
            max_retries=0,  # Persistent does that, and only while nobody has read a word
            timeout=httpx2.Timeout(patience.piece, connect=patience.connect),
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def answer(self, messages: Sequence[Said]) -> AsyncGenerator[Piece]:
        """As any Speaker."""
        ends_at = asyncio.get_running_loop().time() + self._patience.whole
        with _explained():
            async with asyncio.timeout_at(ends_at):
                stream = await self._begun(messages)
        reading = _Reading()
        try:
            while (chunk := await self._next(stream, ends_at)) is not None:
                if text := reading.take(chunk):
                    yield text
                if reading.length > LONGEST_ANSWER:
                    break
            yield reading.ending()
        finally:
            await stream.close()

    async def _begun(self, messages: Sequence[Said]) -> openai.AsyncStream[ChatCompletionChunk]:
        said = [{"role": one.role, "content": one.text} for one in messages]
        return await self._client.chat.completions.create(
            model=self._model,
            messages=cast("list[ChatCompletionMessageParam]", said),
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=self._new_limit,
            max_tokens=self._old_limit,
        )

    async def _next(
        self, stream: openai.AsyncStream[ChatCompletionChunk], ends_at: float
    ) -> ChatCompletionChunk | None:
        """The next part, None at the end."""
        piece_at = asyncio.get_running_loop().time() + self._patience.piece
        with _explained():
            async with asyncio.timeout_at(min(ends_at, piece_at)):
                return await anext(stream, None)


class _Reading:
    """What came so far of one answer; the library checks no form, so this does."""

    def __init__(self) -> None:
        self.length = 0
        self._half = ""
        self._is_blank = True
        self._tokens: Tokens | None = None
        self._reason: str | None = None

    def take(self, chunk: ChatCompletionChunk) -> str:
        """The text in *chunk*, often none; AssistantError when it has no form we know."""
        try:
            # Usage comes in a last part without any text.
            self._tokens = _usage(chunk.usage) or self._tokens
            choice = chunk.choices[0] if chunk.choices else None
            self._reason = (choice and choice.finish_reason) or self._reason
            text = (choice and choice.delta and choice.delta.content) or ""
            self.length += len(text)
        except UNREADABLE as exc:
            raise AssistantError(Trouble.BROKEN, type(exc).__name__) from None
        if not isinstance(text, str):
            raise AssistantError(Trouble.BROKEN, "text is no text")
        self._is_blank = self._is_blank and not text.strip()
        return self._whole(text)

    def ending(self) -> Ending:
        """How it ended; AssistantError when it did not, or with nothing said."""
        is_cut = self._reason == "length" or self.length > LONGEST_ANSWER
        if not (self._reason or is_cut):
            raise AssistantError(Trouble.BROKEN, "the stream just stopped")
        if self._is_blank:
            raise AssistantError(Trouble.EMPTY, "nothing was said")
        return Ending(self._tokens, is_cut)

    def _whole(self, text: str) -> str:
        """*text* in whole characters, as Telegram takes them.

        Some endpoints cut an emoji in two; its first half waits here for the other one.
        """
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = text.removesuffix(self._half)
        return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _usage(usage: Any) -> Tokens | None:
    """What the endpoint says it took; None when it does not, or not in numbers."""
    if usage is None:
        return None
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
    if not (isinstance(prompt, int) and isinstance(completion, int)):
        return None
    cached = _detail(usage.prompt_tokens_details, "cached_tokens")
    reasoning = _detail(usage.completion_tokens_details, "reasoning_tokens")
    return told(prompt, completion, cached=cached, reasoning=reasoning)


def _detail(details: object, name: str) -> int:
    found = getattr(details, name, None)
    return found if isinstance(found, int) else 0


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever fails into AssistantError; no reason quotes what was sent."""
    try:
        yield
    except (TimeoutError, openai.APITimeoutError):
        raise AssistantError(Trouble.TIMEOUT) from None
    except openai.APIConnectionError as exc:
        reason = type(exc.__cause__ or exc).__name__
        raise AssistantError(Trouble.NETWORK, reason) from None
    except openai.APIStatusError as exc:
        raise _refusal(exc) from None
    except openai.APIResponseValidationError as exc:
        raise AssistantError(Trouble.BROKEN, type(exc).__name__) from None
    except openai.APIError:
        # Told in the middle of a stream that began well.
        raise AssistantError(Trouble.SERVER, "an error in the stream") from None
    except (*UNREADABLE, httpx2.HTTPError, httpx2.InvalidURL) as exc:
        raise AssistantError(Trouble.BROKEN, type(exc).__name__) from None


def _refusal(exc: openai.APIStatusError) -> AssistantError:
    """What a status code means."""
    status = exc.status_code
    trouble = STATUSES.get(status, Trouble.SERVER if status >= 500 else Trouble.BAD_REQUEST)  # noqa: PLR2004  every 5xx
    if exc.code in TOO_LONG or exc.type in TOO_LONG:
        trouble = Trouble.TOO_LONG
    if UNPAID in (exc.code, exc.type):  # waiting does not help there; neither need be a text
        trouble = Trouble.REFUSED
    return AssistantError(trouble, f"status {status}", retry_after=_retry_after(exc))


def _retry_after(exc: openai.APIStatusError) -> float | None:
    """Seconds, where the endpoint names them; a date is not taken."""
    try:
        seconds = float(exc.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    # A comparison with NaN is never true.
    return min(seconds, LONGEST_RETRY_SECONDS) if seconds >= 0 else None
