"""A chat completions endpoint on loopback that does what a test says, down to the single byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Json = dict[str, Any]
Part = bytes | float | asyncio.Event
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Endpoint:
    """Answers each request with the next of what was ordered; the last one is repeated.

    url: with its /v1; asked: the bodies that came; keys: the Authorization headers
    """

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Json] = []
        self.keys: list[str] = []
        self._answers: list[Answer] = [says("Hello", " world")]

    def order(self, *answers: Answer) -> None:
        """Answer like this from now on."""
        self._answers = list(answers)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return await answer(request)


@asynccontextmanager
async def endpoint() -> AsyncIterator[Endpoint]:
    """A running one."""
    one = Endpoint()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", one.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield one
    finally:
        await runner.cleanup()


def chunk(text: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream."""
    delta = {} if text is None else {"content": text}
    body = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "what-it-says-itself",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return event(body | more)


def event(body: object) -> bytes:
    """Anything as an event."""
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def usage(prompt: Any, completion: Any, **details: Any) -> bytes:
    """The last event, when asked for with include_usage."""
    told = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": 0}
    return chunk(choices=[], usage=told | details)


DONE = b"data: [DONE]\n\n"


def drops(text: str, seconds: float, times: int) -> list[Part]:
    """The same word again and again, with pauses."""
    return [chunk(text), seconds] * times


def sends(*parts: Part, is_cut_off: bool = False) -> Answer:
    """A stream of bytes, of pauses in seconds, and of events to wait for."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for part in parts:
            if isinstance(part, bytes):
                await response.write(part)
            elif isinstance(part, asyncio.Event):
                await part.wait()
            else:
                await asyncio.sleep(part)
        if is_cut_off and request.transport:
            request.transport.close()
        return response

    return answer


def says(*texts: str, told: bytes = b"", finish: str = "stop") -> Answer:
    """A whole answer in pieces."""
    return sends(*(chunk(text) for text in texts), chunk(finish=finish), told, DONE)


def refuses(status: int, retry_after: str = "", **error: Any) -> Answer:
    """An HTTP error with a body as OpenAI writes it."""

    async def answer(_: web.Request) -> web.StreamResponse:
        headers = {"Retry-After": retry_after} if retry_after else {}
        body = {"error": {"message": "no", "type": None, "code": None, **error}}
        return web.json_response(body, status=status, headers=headers)

    return answer


def shows(text: str) -> Answer:
    """A page instead of a stream."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type="text/html")

    return answer


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """No answer: the connection closes."""
    if request.transport:
        request.transport.close()
    return web.Response()
