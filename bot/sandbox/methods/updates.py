"""How the bot gets its updates: long polling, or a webhook."""

from __future__ import annotations

import re
import time
from typing import Any

import orjson

from bot.sandbox.params import ApiError, Json, Params, bad_request
from bot.sandbox.world import Method, World

LIMIT = 100
LONGEST_POLL_SECONDS = 50
DEFAULT_CONNECTIONS = 40
ADDRESS = re.compile(r"https?://[^\s/]+(?:/\S*)?")
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
HAS_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


async def get_updates(world: World, params: Params) -> list[orjson.Fragment]:
    """The updates from `offset` on, waiting up to `timeout` seconds for the first.

    1. A webhook forbids polling.
    2. This call ends an older one that still waits.
    3. An offset confirms all updates below it; a negative one keeps only the last ones.
    4. Wait until there is an update, the time is over, or a newer call comes.
    """
    if world.webhook.get("url"):
        raise ApiError(409, HAS_WEBHOOK)
    remember_kinds(world, params)
    world.poll += 1
    mine = world.poll
    world.arrived.ring()
    world.updates.confirm(params.integer("offset") or 0)
    timeout = min(params.integer("timeout") or 0, LONGEST_POLL_SECONDS)
    await _wait(world, mine, timeout)
    limit = params.integer("limit") or LIMIT
    ready = world.updates.wire(max(1, min(limit, LIMIT)))
    return [orjson.Fragment(one) for one in ready]


async def set_webhook(world: World, params: Params) -> bool:
    """Have updates delivered to a URL; an empty one means polling again."""
    url, secret = params.text("url"), params.text("secret_token")
    if url and not ADDRESS.fullmatch(url):
        raise bad_request("bad webhook: invalid webhook URL specified")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    remember_kinds(world, params)
    connections = params.integer("max_connections") or DEFAULT_CONNECTIONS
    _set(world, params, {"url": url, "secret": secret, "max_connections": connections})
    return True


async def delete_webhook(world: World, params: Params) -> bool:
    """Go back to polling."""
    _set(world, params, {})
    return True


async def get_webhook_info(world: World, _params: Params) -> Json:
    """Where updates go, how many wait, and what went wrong last."""
    hook = {key: value for key, value in world.webhook.items() if key != "secret"}
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        **hook,
        "pending_update_count": len(world.updates),
    }
    if world.allowed_updates:
        info["allowed_updates"] = world.allowed_updates
    return info


def remember_kinds(world: World, params: Params) -> None:
    """Keep the list of wanted kinds; a call without one leaves the old one standing."""
    kinds: Any = params.json("allowed_updates")
    if kinds is None:
        return
    if not isinstance(kinds, list) or any(not isinstance(kind, str) for kind in kinds):
        raise bad_request("can't parse allowed updates list JSON array")
    world.allowed_updates = kinds


async def _wait(world: World, mine: int, seconds: int) -> None:
    ends_at = time.monotonic() + seconds
    while not world.updates and not world.is_closing and time.monotonic() < ends_at:
        if world.webhook.get("url"):
            raise ApiError(409, HAS_WEBHOOK)
        await world.arrived.wait(ends_at - time.monotonic())
        if world.poll != mine:
            raise ApiError(409, OTHER_POLLER)


def _set(world: World, params: Params, webhook: Json) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook = webhook
    world.arrived.ring()


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
