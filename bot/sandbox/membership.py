"""Membership: who is what in a chat, and how a change of it reaches the bot."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bot.sandbox.params import Json
from bot.sandbox.world import Chat, World

RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
ALL_RIGHTS = RIGHTS + GROUP_RIGHTS + CHANNEL_RIGHTS
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
OUTSIDE = frozenset({"left", "kicked"})
Terms = dict[tuple[int, int], Json]


@dataclass(frozen=True, slots=True)
class Move:
    """Who becomes what by whom; terms: the rights, permissions or until_date of it."""

    user: Json
    by: Json
    status: str
    terms: Json = field(default_factory=dict)


def user_of(world: World, user_id: int) -> Json | None:
    """The User object of a person or of the bot itself."""
    if user_id == world.bot["id"]:
        return world.bot
    person = world.people.get(user_id)
    return person.user if person else None


def status_of(world: World, chat: Chat, user_id: int) -> str:
    """creator, administrator, member, restricted, left or kicked."""
    if user_id == world.bot["id"]:
        return _bot_status(world, chat)
    if chat.is_private:
        return "member" if user_id == chat.id else "left"
    status = chat.members.get(user_id, "left")
    until = terms_of(world, chat, user_id).get("until_date", 0)
    if 0 < until <= time.time():
        return {"kicked": "left", "restricted": "member"}.get(status, status)
    return status


def _bot_status(world: World, chat: Chat) -> str:
    if chat.is_private:
        return "kicked" if world.people[chat.id].has_blocked else "member"
    if not chat.has_bot:
        return chat.bot_status if chat.bot_status in OUTSIDE else "kicked"
    return "administrator" if chat.info["type"] == "channel" else chat.bot_status


def terms_of(world: World, chat: Chat, user_id: int) -> Json:
    """Rights, permissions and until_date that belong to the status."""
    known: Terms = world.shelf.setdefault("terms", {})
    return known.get((chat.id, user_id), {})


def carry_over(world: World, old: Chat, new: Chat) -> None:
    """Give everybody in *new* the rights they had in *old*."""
    known: Terms = world.shelf.setdefault("terms", {})
    here = [(user_id, terms) for (chat_id, user_id), terms in known.items() if chat_id == old.id]
    known |= {(new.id, user_id): terms for user_id, terms in here}


def runs(world: World, chat: Chat) -> bool:
    """Whether the bot is an administrator; only then Telegram tells it of others' moves."""
    return status_of(world, chat, world.bot["id"]) == "administrator"


def has_right(world: World, chat: Chat, right: str) -> bool:
    """Whether the bot is an administrator who may do that."""
    member = member_object(world, chat, world.bot)
    return member["status"] == "administrator" and bool(member.get(right))


def member_object(world: World, chat: Chat, user: Json) -> Json:
    """The API's ChatMember object of *user* in *chat*."""
    status = status_of(world, chat, user["id"])
    terms = terms_of(world, chat, user["id"])
    member: Json = {"status": status, "user": user}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        return member | _administrator(world, chat, user, terms)
    if status == "restricted":
        allowed = {name: bool(terms.get(name)) for name in PERMISSIONS}
        return member | allowed | {"is_member": True, "until_date": terms.get("until_date", 0)}
    if status == "kicked":
        return member | {"until_date": terms.get("until_date", 0)}
    return member


def _administrator(world: World, chat: Chat, user: Json, terms: Json) -> Json:
    # Somebody who is an administrator without further words may do everything.
    granted = terms or {name: name != "is_anonymous" for name in ALL_RIGHTS}
    more = CHANNEL_RIGHTS if chat.info["type"] == "channel" else GROUP_RIGHTS
    rights = {name: bool(granted.get(name)) for name in RIGHTS + more}
    by_bot = bool(terms.get("by_bot"))
    return rights | {"can_manage_chat": True, "can_be_edited": by_bot and user != world.bot}


def change(world: World, chat: Chat, move: Move) -> None:
    """Give somebody a new status; tell the bot (my_chat_member, chat_member) and the pages."""
    old = member_object(world, chat, move.user)
    _set(world, chat, move)
    update = {
        "chat": chat.info,
        "from": move.by,
        "date": int(time.time()),
        "old_chat_member": old,
        "new_chat_member": member_object(world, chat, move.user),
    }
    if move.user["id"] == world.bot["id"]:
        world.queue({"my_chat_member": update})
    elif runs(world, chat):
        world.queue({"chat_member": update})
    world.tell({"type": "chat", "chat_id": chat.id})


def _set(world: World, chat: Chat, move: Move) -> None:
    known: Terms = world.shelf.setdefault("terms", {})
    known[chat.id, move.user["id"]] = move.terms
    if move.user["id"] != world.bot["id"]:
        chat.members[move.user["id"]] = move.status
        return
    if chat.is_private:
        world.people[chat.id].has_blocked = move.status == "kicked"
        return
    chat.has_bot = move.status not in OUTSIDE
    chat.bot_status = move.status


def announce(world: World, chat: Chat, by: Json, event: Json, *, to_bot: bool = True) -> None:
    """Post the service message of a change; channels have none."""
    if chat.info["type"] == "channel":
        return
    message = world.post(chat, {"from": by, **event})
    if to_bot:
        world.queue({"message": message})
