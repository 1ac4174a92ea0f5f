"""Reactions of the bot itself."""

from __future__ import annotations

from typing import Any

from bot.sandbox import reactions
from bot.sandbox.compose import chat_of
from bot.sandbox.params import Params, bad_request
from bot.sandbox.world import Method, World


async def set_reaction(world: World, params: Params) -> bool:
    """Put the bot's one reaction under a message, or take it away."""
    chat = chat_of(world, params)
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to react not found")
    given: Any = params.json("reaction") or []
    if not isinstance(given, list):
        raise bad_request("can't parse reaction types JSON object")
    emoji = [_emoji(one) for one in given]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    reactions.put(world, chat, message_id, int(world.bot["id"]), emoji)
    return True


def _emoji(reaction: Any) -> str:
    emoji = reaction.get("emoji") if isinstance(reaction, dict) else None
    # A variation selector at the end is how many keyboards type the same emoji.
    plain = str(emoji or "").removesuffix("\ufe0f")
    if plain not in reactions.ALLOWED:
        raise bad_request("REACTION_INVALID")
    return plain


METHODS: dict[str, Method] = {"setMessageReaction": set_reaction}
