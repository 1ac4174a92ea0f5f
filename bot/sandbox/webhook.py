"""Delivery to a webhook: one update after the other, tried again until it is taken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import orjson
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web

from bot.sandbox.calls import DroppedError, GarbageError, call
from bot.sandbox.keys import WORLD
from bot.sandbox.params import Json, Params
from bot.sandbox.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name, no secret
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
TIMEOUT = ClientTimeout(total=60)


async def delivering(app: web.Application) -> AsyncIterator[None]:
    """Deliver for as long as the application runs."""
    task = asyncio.create_task(deliver(app[WORLD]), name="webhook")
    yield
    task.cancel()
    await asyncio.wait({task})


async def deliver(world: World) -> None:
    """Send each waiting update to the webhook, whenever there is one."""
    async with ClientSession(timeout=TIMEOUT) as session:
        wait = FIRST_WAIT_SECONDS
        while True:
            url = world.webhook.get("url")
            if not url or not world.updates:
                await world.arrived.wait()
            elif await _deliver_first(world, session, url):
                wait = FIRST_WAIT_SECONDS
            else:
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)


async def _deliver_first(world: World, session: ClientSession, url: str) -> bool:
    """Try the oldest update once; False when the webhook did not take it."""
    update, (body,) = world.updates[0], world.updates.wire(1)
    headers = {"Content-Type": "application/json"}
    if world.webhook["secret"]:
        headers[SECRET_HEADER] = world.webhook["secret"]
    try:
        async with session.post(url, data=body, headers=headers) as response:
            return await _taken(world, update, response, url)
    except (ClientError, TimeoutError) as error:
        _note(world, url, str(error) or "Connection timed out")
        return False


async def _taken(world: World, update: Json, response: ClientResponse, url: str) -> bool:
    if not response.ok:
        _note(world, url, f"Wrong response from the webhook: {response.status} {response.reason}")
        return False
    world.updates.confirm(update["update_id"] + 1)
    await _do_answer(world, response)
    return True


async def _do_answer(world: World, response: ClientResponse) -> None:
    """A webhook may answer with a call of a method; its outcome is only written down."""
    params = await _answer_params(response)
    method = params.text("method") if params else ""
    if params and method:
        fields = {key: value for key, value in params.fields.items() if key != "method"}
        try:
            await call(world, method, Params(fields, params.uploads))
        except (DroppedError, GarbageError):
            return


async def _answer_params(response: ClientResponse) -> Params | None:
    body = await response.read()
    if response.content_type == "application/json":
        return _json_params(body)
    return None


def _json_params(body: bytes) -> Params | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return Params(value) if isinstance(value, dict) else None


def _note(world: World, url: str, problem: str) -> None:
    if world.webhook.get("url") != url:
        return  # the webhook changed while it was tried
    world.webhook |= {"last_error_date": int(time.time()), "last_error_message": problem}
