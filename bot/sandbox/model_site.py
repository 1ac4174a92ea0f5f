"""The scripted model: an OpenAI-compatible endpoint that says it is a script."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

import orjson
from aiohttp import web

from bot.sandbox.bodies import BodyError, body_of, reply
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.model_answer import Answer, answered, refusal
from bot.sandbox.model_request import MODEL, Question, question_of
from bot.sandbox.params import Json

CALLS_KEPT = 100
SECONDS_A_WORD = 0.06  # as fast as people read


@dataclass(slots=True)
class ModelDesk:
    """How the model behaves, and what it was asked: bodies as they came, the newest last."""

    seconds_a_word: float = SECONDS_A_WORD
    faults: Faults = field(default_factory=Faults)
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))


DESK: web.AppKey[ModelDesk] = web.AppKey("model", ModelDesk)


async def models(_: web.Request) -> web.Response:
    """The one model there is."""
    return reply({"object": "list", "data": [_card()]})


async def model(request: web.Request) -> web.Response:
    """What is known about a model."""
    name = request.match_info["model"]
    return reply(_card()) if name == MODEL else _unknown(name)


async def complete(request: web.Request) -> web.StreamResponse:
    """Answer a conversation, whole or word by word."""
    desk = request.app[DESK]
    try:
        body = await body_of(request)
        question = question_of(body)
    except BodyError as error:
        field = str(error).partition(" ")[0]
        return refusal(400, str(error), param=None if field == "the" else field)  # the body
    desk.calls.append(body.fields)
    fault = desk.faults.take("model")
    if fault and fault.kind == "status":
        return refusal(fault.status, fault.description, retry_after=fault.retry_after)
    if body.text("model") != MODEL:
        return _unknown(body.text("model"))
    if fault and fault.kind == "hang":
        await desk.faults.hang(fault)
        return _closed(request)
    return await _answer(request, question, fault)


async def _answer(
    request: web.Request, question: Question, fault: Fault | None
) -> web.StreamResponse:
    kind = fault.kind if fault else ""
    answer = answered(question, is_empty=kind == "empty")
    has_usage = question.wants_usage and kind != "no_usage"
    if question.is_streamed:
        return await _Stream(request, answer).run(fault, has_usage=has_usage)
    if kind == "garbage":
        return web.Response(text='{"choices": [', content_type="application/json")
    if fault and kind in {"cut", "stall"}:
        return await _Stream(request, answer).half(fault)
    return reply(answer.whole(has_usage=has_usage))


class _Stream:
    """An answer on its way, piece by piece."""

    def __init__(self, request: web.Request, answer: Answer) -> None:
        self._request = request
        self._answer = answer
        self._desk = request.app[DESK]
        self._response = web.StreamResponse(headers={"Cache-Control": "no-store"})

    async def run(self, fault: Fault | None, *, has_usage: bool) -> web.StreamResponse:
        """Send all of it, or what the fault lets through."""
        self._response.content_type = "text/event-stream"
        await self._response.prepare(self._request)
        await self._send(self._answer.piece({"role": "assistant", "content": ""}))
        pieces = self._answer.pieces
        if fault and fault.kind in {"cut", "stall", "garbage"}:
            await self._speak(pieces[: len(pieces) // 2])
            return await self._break(fault)
        await self._speak(pieces)
        await self._send(self._answer.piece({}, self._answer.reason))
        if has_usage:
            await self._send(self._answer.bill())
        await self._response.write(b"data: [DONE]\n\n")
        await self._response.write_eof()
        return self._response

    async def half(self, fault: Fault) -> web.StreamResponse:
        """The first half of a whole answer."""
        self._response.content_type = "application/json"
        body = orjson.dumps(self._answer.whole())
        self._response.content_length = len(body)
        await self._response.prepare(self._request)
        await self._response.write(body[: len(body) // 2])
        return await self._break(fault)

    async def _break(self, fault: Fault) -> web.StreamResponse:
        if fault.kind == "garbage":
            await self._response.write(b'data: {"choices": [{"delta"\n\n')
            await self._response.write_eof()
            return self._response
        if fault.kind == "stall":
            await self._desk.faults.hang(fault)
        _closed(self._request)
        return self._response

    async def _speak(self, pieces: tuple[str, ...]) -> None:
        for piece in pieces:
            await self._send(self._answer.piece({"content": piece}))
            await asyncio.sleep(self._desk.seconds_a_word)

    async def _send(self, chunk: Json) -> None:
        await self._response.write(b"data: " + orjson.dumps(chunk) + b"\n\n")


def _closed(request: web.Request) -> web.Response:
    """Nothing more: the connection is gone."""
    if request.transport:
        request.transport.close()
    return web.Response(status=500)


def _unknown(name: str) -> web.Response:
    problem = f"The model {name[:64]!r} does not exist; there is {MODEL!r} only"
    return refusal(404, problem, param="model")


def _card() -> Json:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "telegauge-sandbox"}


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/model/v1/models", models),
        web.get("/model/v1/models/{model}", model),
        web.post("/model/v1/chat/completions", complete),
    ]
