"""The Bot API over HTTP: /bot<TOKEN>/<method> and /file/bot<TOKEN>/<path>."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import BodyPartReader, MultipartReader, web

from bot.sandbox.calls import DroppedError, GarbageError, Outcome, call, failure
from bot.sandbox.files import at_path
from bot.sandbox.keys import WORLD
from bot.sandbox.params import ApiError, Json, Params, Upload, bad_request, is_deep, sound
from bot.sandbox.world import World

BODY_LIMIT = 70 * 2**20  # Telegram takes 50 MB; base64 makes a third more of them
CHUNK = 2**16
GARBAGE = b"<html><body>502 Bad Gateway</body>"

Part = BodyPartReader | MultipartReader | None


async def answer(request: web.Request) -> web.StreamResponse:
    """Do one call and answer in Telegram's envelope."""
    world = request.app[WORLD]
    try:
        _check_token(world, request)
        params = await read_params(request)
        outcome = await call(world, sound(request.match_info["method"]), params)
    except ApiError as error:
        outcome = failure(error)
    except GarbageError:
        return web.Response(body=GARBAGE, content_type="text/html")
    except DroppedError:
        return _hang_up(request)
    return _response(outcome)


async def download(request: web.Request) -> web.StreamResponse:
    """A file's bytes."""
    world = request.app[WORLD]
    try:
        _check_token(world, request)
    except ApiError as error:
        return _response(failure(error))
    stored = at_path(world, request.match_info["path"])
    if stored is None:
        return _response(failure(ApiError(404, "Not Found")))
    return web.Response(body=stored.content, content_type="application/octet-stream")


async def read_params(request: web.Request) -> Params:
    """The call's arguments: the query, and a form or a JSON object as the body."""
    fields = _sound_fields(request.query)
    if request.content_type == "application/json":
        return Params(fields | _object(await request.read()))
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request, fields)
    if request.content_type == "application/x-www-form-urlencoded":
        fields |= await _read_form(request)
    return Params(fields)


def routes() -> list[web.RouteDef]:
    """The two addresses of the Bot API."""
    return [
        web.route("*", "/bot{token:[^/]+}/{method:[^/]+}", answer),
        web.get("/file/bot{token:[^/]+}/{path:.+}", download),
    ]


def _sound_fields(fields: Mapping[str, object]) -> Json:
    return {sound(key): sound(str(value)) for key, value in fields.items()}


async def _read_form(request: web.Request) -> Json:
    try:
        return _sound_fields(await request.post())
    except (LookupError, ValueError):  # an unknown charset, or bytes that are none of it
        raise bad_request("can't parse the form") from None


async def _read_multipart(request: web.Request, fields: Json) -> Params:
    uploads: dict[str, Upload] = {}
    room = BODY_LIMIT
    try:
        async for part in await request.multipart():
            content = await _part_bytes(part, room)
            room -= len(content)
            _sort(part, content, fields, uploads)
    except ValueError:  # what aiohttp says of forms it cannot read
        raise bad_request("can't parse multipart form") from None
    return Params(fields, uploads)


async def _part_bytes(part: Part, room: int) -> bytes:
    """The part's content, or ApiError 413 when it is more than *room* bytes."""
    if not isinstance(part, BodyPartReader) or part.name is None:
        raise bad_request("can't parse multipart form")
    content = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        content += chunk
        if len(content) > room:
            raise ApiError(413, "Request Entity Too Large")
    return bytes(content)


def _sort(part: Part, content: bytes, fields: Json, uploads: dict[str, Upload]) -> None:
    """Put a part among the fields or, when it has a file's name, among the uploads."""
    if not isinstance(part, BodyPartReader) or part.name is None:
        return
    name = sound(part.name)
    if part.filename is None:
        fields[name] = content.decode()
    else:
        kind = part.headers.get("Content-Type", "application/octet-stream")
        uploads[name] = Upload(sound(part.filename), kind, content)


def _object(body: bytes) -> Json:
    try:
        value: Any = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict) or is_deep(value):
        raise bad_request("can't parse JSON object")
    return value


def _check_token(world: World, request: web.Request) -> None:
    given = sound(request.match_info["token"])
    if not hmac.compare_digest(given.encode(), world.token.encode()):
        raise ApiError(401, "Unauthorized")


def _response(outcome: Outcome) -> web.Response:
    return web.Response(
        body=orjson.dumps(outcome.envelope),
        status=outcome.status,
        content_type="application/json",
    )


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection in the middle of things."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
