"""Members: ban, unban, restrict, promote, invite, and who is there."""

from __future__ import annotations

import secrets
import time

from bot.sandbox import membership
from bot.sandbox.compose import chat_of
from bot.sandbox.membership import Move
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Chat, Method, World

SHORTEST_SECONDS, LONGEST_SECONDS = 30, 366 * 86_400
NO_RIGHT = "not enough rights to restrict/unrestrict chat member"


def _target(world: World, params: Params) -> Json:
    user_id = params.integer("user_id")
    if not user_id:
        raise bad_request("invalid user_id specified")
    user = membership.user_of(world, user_id)
    if user is None:
        raise bad_request("user not found")
    return user


def _group(world: World, params: Params, private: str) -> Chat:
    chat = chat_of(world, params)
    if chat.is_private:
        raise bad_request(private)
    return chat


def _may_restrict(world: World, chat: Chat, user: Json) -> None:
    if user["id"] == world.bot["id"]:
        raise bad_request("can't restrict self")
    if not membership.has_right(world, chat, "can_restrict_members"):
        raise bad_request(NO_RIGHT)
    status = membership.status_of(world, chat, user["id"])
    if status == "creator":
        raise bad_request("can't remove chat owner")
    if status == "administrator":
        raise bad_request("user is an administrator of the chat")


def _until(params: Params) -> int:
    """When a ban or a restriction ends; 0 is never, as Telegram takes too near and too far."""
    date = params.integer("until_date", 0) or 0
    return date if SHORTEST_SECONDS <= date - time.time() <= LONGEST_SECONDS else 0


async def ban(world: World, params: Params) -> bool:
    """Put a person out, until a date or for ever."""
    chat = _group(world, params, "can't ban members in private chats")
    user = _target(world, params)
    _may_restrict(world, chat, user)
    was = membership.status_of(world, chat, user["id"])
    terms = {"until_date": _until(params)}
    membership.change(world, chat, Move(user, world.bot, "kicked", terms))
    if was not in membership.OUTSIDE:
        event = {"left_chat_member": user}
        membership.announce(world, chat, world.bot, event, to_bot=False)
    return True


async def unban(world: World, params: Params) -> bool:
    """Let a person come back; without only_if_banned a member is put out by it."""
    chat = _group(world, params, "method is available only in supergroup and channel chats")
    user = _target(world, params)
    _may_restrict(world, chat, user)
    status = membership.status_of(world, chat, user["id"])
    if status == "left" or (params.flag("only_if_banned") and status != "kicked"):
        return True
    membership.change(world, chat, Move(user, world.bot, "left"))
    return True


async def restrict(world: World, params: Params) -> bool:
    """Take permissions from a member; all of them given back is a plain member."""
    chat = _group(world, params, "method is available only in supergroups")
    if chat.info["type"] != "supergroup":
        raise bad_request("method is available only in supergroups")
    user = _target(world, params)
    _may_restrict(world, chat, user)
    wanted = params.json("permissions")
    if not isinstance(wanted, dict):
        raise bad_request("can't parse permissions: Expected an Object")
    terms = {name: bool(wanted.get(name)) for name in membership.PERMISSIONS}
    status = "member" if all(terms.values()) else "restricted"
    whole = {**terms, "until_date": _until(params)}
    membership.change(world, chat, Move(user, world.bot, status, whole))
    return True


async def promote(world: World, params: Params) -> bool:
    """Give a member rights; none at all is a plain member again."""
    chat = _group(world, params, "method is available only in supergroup and channel chats")
    user = _target(world, params)
    if user["id"] == world.bot["id"]:
        raise bad_request("can't promote self")
    if not membership.has_right(world, chat, "can_promote_members"):
        raise bad_request("not enough rights")
    _may_be_promoted(membership.status_of(world, chat, user["id"]))
    rights = {name: params.flag(name) for name in membership.ALL_RIGHTS}
    if any(rights.values()):
        terms = rights | {"by_bot": True}
        membership.change(world, chat, Move(user, world.bot, "administrator", terms))
    else:
        membership.change(world, chat, Move(user, world.bot, "member"))
    return True


def _may_be_promoted(status: str) -> None:
    problem = {
        "creator": "can't remove chat owner",
        "kicked": "USER_KICKED",
        "left": "USER_NOT_MUTUAL_CONTACT",
    }.get(status)
    if problem:
        raise bad_request(problem)


async def export_link(world: World, params: Params) -> str:
    """A new primary invite link."""
    chat = _group(world, params, "can't invite members to a private chat")
    if not membership.has_right(world, chat, "can_invite_users"):
        raise bad_request("not enough rights to manage chat invite link")
    link = f"https://t.me/+{secrets.token_urlsafe(12)}"
    world.shelf.setdefault("invite_links", {})[chat.id] = link
    return link


async def get_one(world: World, params: Params) -> Json:
    """The ChatMember object of one user."""
    chat = chat_of(world, params)
    return membership.member_object(world, chat, _target(world, params))


async def administrators(world: World, params: Params) -> list[Json]:
    """The ChatMember objects of everybody who runs the chat, other bots left out."""
    chat = _group(world, params, "there are no administrators in the private chat")
    everyone = [membership.member_object(world, chat, user) for user in _users(world, chat)]
    return [one for one in everyone if one["status"] in {"creator", "administrator"}]


async def count(world: World, params: Params) -> int:
    """How many are in the chat, the bot among them."""
    chat = chat_of(world, params)
    if chat.is_private:
        return 2
    statuses = [membership.status_of(world, chat, user["id"]) for user in _users(world, chat)]
    return sum(status not in membership.OUTSIDE for status in statuses)


def _users(world: World, chat: Chat) -> list[Json]:
    people = [membership.user_of(world, user_id) for user_id in chat.members]
    return [world.bot, *(user for user in people if user and user["id"] != world.bot["id"])]


async def leave(world: World, params: Params) -> bool:
    """The bot goes of its own will."""
    chat = _group(world, params, "chat member status can't be changed in private chats")
    membership.announce(world, chat, world.bot, {"left_chat_member": world.bot}, to_bot=False)
    membership.change(world, chat, Move(world.bot, world.bot, "left"))
    return True


METHODS: dict[str, Method] = {
    "banChatMember": ban,
    "unbanChatMember": unban,
    "restrictChatMember": restrict,
    "promoteChatMember": promote,
    "exportChatInviteLink": export_link,
    "getChatMember": get_one,
    "getChatAdministrators": administrators,
    "getChatMemberCount": count,
    "leaveChat": leave,
}
