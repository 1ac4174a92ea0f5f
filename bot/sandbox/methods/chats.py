"""Asking about a chat."""

from __future__ import annotations

from bot.sandbox import membership
from bot.sandbox.compose import known_chat_of
from bot.sandbox.params import Json, Params
from bot.sandbox.world import Method, World

REACTION_KINDS = 11  # as many kinds of reactions one message can have
ACCENTS = 7
GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


async def get_chat(world: World, params: Params) -> Json:
    """The chat with what only getChat tells."""
    chat = known_chat_of(world, params)
    info: Json = {
        **chat.info,
        "accent_color_id": abs(chat.id) % ACCENTS,
        "max_reaction_count": REACTION_KINDS,
        "accepted_gift_types": dict.fromkeys(GIFTS, chat.is_private),
    }
    if chat.pinned and chat.pinned[-1] in chat.messages:
        info["pinned_message"] = chat.messages[chat.pinned[-1]]
    if not chat.is_private:
        info["permissions"] = dict.fromkeys(membership.PERMISSIONS, True)
    return info


METHODS: dict[str, Method] = {"getChat": get_chat}
