"""One call of the Bot API: found, failed on order, done, written down."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

import orjson

from bot.sandbox.faults import Fault
from bot.sandbox.methods import (
    answers,
    cards,
    chats,
    edits,
    media,
    members,
    messages,
    polls,
    profile,
    reactions,
    stars,
    updates,
)
from bot.sandbox.params import ApiError, Json, Params
from bot.sandbox.world import Method, World

log = logging.getLogger(__name__)

LONGEST_RECORDED = 4096
TABLES = (
    answers,
    cards,
    chats,
    edits,
    media,
    members,
    messages,
    polls,
    profile,
    reactions,
    stars,
    updates,
)
METHODS: dict[str, Method] = {
    name: method for table in TABLES for name, method in table.METHODS.items()
}
NAMES = {name.lower(): name for name in METHODS}


class DroppedError(Exception):
    """The connection closes without an answer."""


class GarbageError(Exception):
    """The answer is 200 with a body that is no JSON."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the caller gets: an HTTP status and Telegram's envelope."""

    status: int
    envelope: Json


async def call(world: World, method: str, params: Params) -> Outcome:
    """Do the call and write it down; DroppedError and GarbageError when a fault asks for them."""
    name = NAMES.get(method.lower(), method)
    began = time.monotonic()
    record = _record(world, name, params)
    outcome = Outcome(0, {"ok": False, "description": "no answer was given"})
    try:
        outcome = await _with_faults(world, name, params)
    finally:
        record |= {
            "status": outcome.status,
            "ok": outcome.envelope["ok"],
            "description": outcome.envelope.get("description"),
            "seconds": round(time.monotonic() - began, 6),
        }
        world.calls.append(record)
        world.noticed.ring()
    return outcome


def failure(error: ApiError) -> Outcome:
    """Telegram's envelope of a refusal."""
    envelope: Json = {
        "ok": False,
        "error_code": error.status,
        "description": error.description,
    }
    if error.parameters:
        envelope["parameters"] = error.parameters
    return Outcome(error.status, envelope)


async def _with_faults(world: World, name: str, params: Params) -> Outcome:
    fault = world.faults.take(name)
    if fault is None:
        return await _done(world, name, params)
    if fault.kind == "status":
        return failure(_ordered(fault))
    if fault.kind == "garbage":
        raise GarbageError
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds or 0)
        return await _done(world, name, params)
    if fault.kind == "hang":
        await world.faults.hang(fault)
    if fault.kind == "lost":
        await _done(world, name, params)
    raise DroppedError


async def _done(world: World, name: str, params: Params) -> Outcome:
    method = METHODS.get(name)
    if method is None:
        return failure(ApiError(404, "Not Found"))
    try:
        return Outcome(200, {"ok": True, "result": await method(world, params)})
    except ApiError as error:
        return failure(error)
    except Exception:
        log.exception("the sandbox could not do %s", name)
        return failure(ApiError(500, "Internal Server Error"))


def _ordered(fault: Fault) -> ApiError:
    if fault.retry_after is None:
        return ApiError(fault.status, fault.description)
    return ApiError(fault.status, fault.description, retry_after=fault.retry_after)


def _record(world: World, name: str, params: Params) -> Json:
    world.calls_made += 1
    shown: dict[str, Any] = {key: _short(value) for key, value in params.fields.items()}
    for key, upload in params.uploads.items():
        shown[key] = {
            "name": upload.name,
            "type": upload.content_type,
            "size": len(upload.content),
        }
    return {"n": world.calls_made, "at": time.time(), "method": name, "params": shown}


def _short(value: Any) -> Any:
    """*value*, or the beginning of its text when it is long."""
    if isinstance(value, (dict, list)):
        text = orjson.dumps(value).decode()
        return value if len(text) <= LONGEST_RECORDED else text[:LONGEST_RECORDED]
    return value[:LONGEST_RECORDED] if isinstance(value, str) else value
