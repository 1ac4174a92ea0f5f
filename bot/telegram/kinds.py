"""The kinds of updates we ask Telegram for."""

from __future__ import annotations

from aiogram import Dispatcher

# aiogram would ask for the kinds that have handlers; analytics needs more than is answered.
# chat_member, message_reaction and message_reaction_count come only when named.
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
)


def wanted(dispatcher: Dispatcher) -> list[str]:
    """ALLOWED_UPDATES, and whatever else the routers in *dispatcher* have handlers for."""
    used = dispatcher.resolve_used_update_types()
    return [*ALLOWED_UPDATES, *sorted(set(used) - set(ALLOWED_UPDATES))]
