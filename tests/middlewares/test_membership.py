"""Who comes and goes is counted once: the bot, the people, and who blocks it."""

from __future__ import annotations

import pytest
from aiogram.types import Chat, Update, User

from bot.analytics.events import BotBlocked, BotUnblocked, ChatJoined, ChatLeft, Event
from bot.middlewares.membership import REMEMBERED, Memberships
from tests.updates import (
    ALICE,
    CHANNEL,
    GROUP,
    NOON,
    ROBOT,
    ROOT,
    message_json,
    moves,
    posts,
    private,
    says,
    told,
)

BOT = User(id=42, is_bot=True, first_name="Bot")
ELSEWHERE = Chat(id=-101, type="group", title="Elsewhere")
IN = ["creator", "administrator", "member", "restricted"]
OUT = ["left", "kicked", "gone"]


def facts(*updates: Update) -> list[Event]:
    """What one memory says about *updates*, one after the other."""
    memberships = Memberships()
    return [fact for update in updates for fact in memberships.read(update, NOON)]


def joined(user: User | None, chat: Chat = GROUP) -> ChatJoined:
    user_id = user.id if user else None
    return ChatJoined(
        at=NOON, chat_id=chat.id, chat_type=chat.type, title=chat.title, user_id=user_id
    )


def left(user: User | None, chat: Chat = GROUP) -> ChatLeft:
    user_id = user.id if user else None
    return ChatLeft(at=NOON, chat_id=chat.id, chat_type=chat.type, user_id=user_id)


def bot_moves(before: str, now: str, chat: Chat = GROUP) -> Update:
    return moves(BOT, before, now, chat, kind="my_chat_member")


def arrival(*users: User, chat: Chat = GROUP) -> Update:
    """The service message that *users* came into *chat*."""
    who = [user.model_dump(exclude_none=True) for user in users]
    return told(message=message_json(users[0], chat, new_chat_members=who))


def departure(user: User, chat: Chat = GROUP) -> Update:
    """The service message that *user* left *chat*."""
    who = user.model_dump(exclude_none=True)
    return told(message=message_json(user, chat, left_chat_member=who))


def test_who_kicks_the_bot_out_of_their_private_chat_blocks_it() -> None:
    found = facts(bot_moves("member", "kicked", private(ALICE)))

    assert found == [BotBlocked(at=NOON, user_id=ALICE.id)]


def test_who_lets_it_back_unblocks_it() -> None:
    found = facts(bot_moves("kicked", "member", private(ALICE)))

    assert found == [BotUnblocked(at=NOON, user_id=ALICE.id)]


@pytest.mark.parametrize("chat", [GROUP, ELSEWHERE, CHANNEL], ids=str)
@pytest.mark.parametrize("out", ["left", "kicked"])
@pytest.mark.parametrize("inside", ["member", "administrator"])
def test_the_bot_comes_and_goes_in_groups_and_channels_and_nobody_blocks_it(
    chat: Chat, out: str, inside: str
) -> None:
    found = facts(bot_moves(out, inside, chat), bot_moves(inside, out, chat))

    assert found == [joined(None, chat), left(None, chat)]


@pytest.mark.parametrize("before", IN)
@pytest.mark.parametrize("now", IN)
def test_a_change_of_rights_is_no_arrival(before: str, now: str) -> None:
    assert facts(bot_moves(before, now), moves(ALICE, before, now)) == []


@pytest.mark.parametrize("before", OUT)
@pytest.mark.parametrize("now", OUT)
def test_a_ban_of_somebody_absent_is_no_departure(before: str, now: str) -> None:
    assert facts(bot_moves(before, now), moves(ALICE, before, now)) == []


@pytest.mark.parametrize("inside", IN)
@pytest.mark.parametrize("out", OUT)
def test_people_come_and_go(inside: str, out: str) -> None:
    found = facts(moves(ALICE, out, inside), moves(ALICE, inside, out))

    assert found == [joined(ALICE), left(ALICE)]


def test_a_service_message_tells_everyone_who_came() -> None:
    assert facts(arrival(ALICE, ROOT)) == [joined(ALICE), joined(ROOT)]


def test_a_service_message_tells_who_left() -> None:
    assert facts(departure(ALICE)) == [left(ALICE)]


@pytest.mark.parametrize("turned", [False, True])
def test_what_telegram_tells_twice_counts_once(*, turned: bool) -> None:
    coming = [arrival(ALICE), moves(ALICE, "left", "member")]
    going = [departure(ALICE), moves(ALICE, "member", "left")]
    if turned:
        coming.reverse()
        going.reverse()

    assert facts(*coming, *going, *coming) == [joined(ALICE), left(ALICE), joined(ALICE)]


def test_two_chats_and_two_people_are_not_mixed_up() -> None:
    found = facts(arrival(ALICE), arrival(ALICE, chat=ELSEWHERE), arrival(ROOT))

    assert found == [joined(ALICE), joined(ALICE, ELSEWHERE), joined(ROOT)]


@pytest.mark.parametrize(
    "update",
    [
        arrival(ROBOT),
        arrival(BOT),
        departure(ROBOT),
        moves(ROBOT, "left", "member"),
        moves(ROBOT, "member", "left"),
        says(ALICE, "hi", GROUP),
        posts("news"),
        told(hologram={}),
    ],
    ids=str,
)
def test_nobody_moves_by(update: Update) -> None:
    assert facts(update) == []


def test_a_chat_of_a_kind_that_is_new_to_us_is_other() -> None:
    (fact,) = facts(arrival(ALICE, chat=Chat(id=-9, type="hologram")))

    assert isinstance(fact, ChatJoined)
    assert fact.chat_type == "other"


def test_the_latest_are_remembered_and_no_more() -> None:
    memberships = Memberships()
    crowd = [ALICE.model_copy(update={"id": number}) for number in range(REMEMBERED + 50)]
    for user in crowd:
        list(memberships.read(arrival(user), NOON))

    oldest, newest = (
        list(memberships.read(arrival(user), NOON)) for user in (crowd[0], crowd[-1])
    )

    assert (len(oldest), len(newest)) == (1, 0)
