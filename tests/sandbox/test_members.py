"""Members as the bot sees and moves them: ban, restrict, promote, invite."""

from __future__ import annotations

import time

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberRestricted,
    ChatPermissions,
)

from bot.sandbox.membership import Move, change
from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.samples import heard


@pytest.fixture
async def group(driver: Driver, ann: int, bob: int) -> int:
    return await driver.group(ann, bob, bot_is_admin=True)


async def test_who_made_the_group_is_its_owner(bot: Bot, group: int, ann: int) -> None:
    member = await bot.get_chat_member(group, ann)

    assert member.status == "creator"


async def test_a_stranger_has_left(bot: Bot, driver: Driver, group: int) -> None:
    stranger = await driver.person("Eve")

    member = await bot.get_chat_member(group, stranger)

    assert member.status == "left"


async def test_a_number_nobody_has_is_no_member(bot: Bot, group: int) -> None:
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await bot.get_chat_member(group, 31337)


async def test_in_private_there_are_two(bot: Bot, ann: int) -> None:
    assert await bot.get_chat_member_count(ann) == 2


async def test_the_count_leaves_out_who_is_gone(
    bot: Bot, driver: Driver, group: int, bob: int
) -> None:
    await driver.leave(bob, group)

    assert await bot.get_chat_member_count(group) == 2


async def test_administrators_are_the_owner_and_the_bot(bot: Bot, group: int, ann: int) -> None:
    members = await bot.get_chat_administrators(group)

    assert {one.user.id: one.status for one in members} == {
        bot.id: "administrator",
        ann: "creator",
    }


async def test_a_private_chat_has_no_administrators(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="no administrators in the private chat"):
        await bot.get_chat_administrators(ann)


async def test_a_ban_puts_a_member_out(bot: Bot, driver: Driver, group: int, bob: int) -> None:
    await bot.ban_chat_member(group, bob)

    (update,) = await heard(bot, "chat_member")
    assert isinstance(update.new_chat_member, ChatMemberBanned)
    assert (update.old_chat_member.status, update.from_user.id) == ("member", bot.id)
    assert (await driver.messages(group))[-1]["left_chat_member"]["id"] == bob


async def test_a_banned_person_cannot_come_back(
    bot: Bot, driver: Driver, group: int, bob: int
) -> None:
    await bot.ban_chat_member(group, bob)

    with pytest.raises(RefusedError, match="is banned here"):
        await driver.join(bob, group)


async def test_an_unbanned_person_can_come_back(
    bot: Bot, driver: Driver, group: int, bob: int
) -> None:
    await bot.ban_chat_member(group, bob)

    await bot.unban_chat_member(group, bob)

    await driver.join(bob, group)
    assert (await bot.get_chat_member(group, bob)).status == "member"


async def test_unban_only_if_banned_leaves_a_member_in_peace(
    bot: Bot, group: int, bob: int
) -> None:
    await bot.unban_chat_member(group, bob, only_if_banned=True)

    assert (await bot.get_chat_member(group, bob)).status == "member"


async def test_a_ban_has_its_date(bot: Bot, group: int, bob: int) -> None:
    date = int(time.time()) + 3600

    await bot.ban_chat_member(group, bob, until_date=date)

    member = await bot.get_chat_member(group, bob)
    assert isinstance(member, ChatMemberBanned)
    assert int(member.until_date.timestamp()) == date


async def test_a_ban_for_less_than_half_a_minute_is_for_ever(
    bot: Bot, group: int, bob: int
) -> None:
    await bot.ban_chat_member(group, bob, until_date=int(time.time()) + 1)

    member = await bot.get_chat_member(group, bob)
    assert isinstance(member, ChatMemberBanned)
    assert member.until_date.timestamp() == 0


async def test_a_ban_whose_date_has_passed_is_over(
    sandbox: Sandbox, bot: Bot, group: int, bob: int
) -> None:
    world = sandbox.world
    over = Move(world.people[bob].user, world.bot, "kicked", {"until_date": 1})

    change(world, world.chats[group], over)

    assert (await bot.get_chat_member(group, bob)).status == "left"


async def test_a_restricted_member_has_what_is_left(bot: Bot, group: int, bob: int) -> None:
    await bot.restrict_chat_member(group, bob, ChatPermissions(can_send_messages=True))

    member = await bot.get_chat_member(group, bob)
    assert isinstance(member, ChatMemberRestricted)
    assert (member.can_send_messages, member.can_send_photos) == (True, False)


async def test_promotion_gives_the_named_rights(bot: Bot, group: int, bob: int) -> None:
    await bot.promote_chat_member(group, bob, can_delete_messages=True)

    member = await bot.get_chat_member(group, bob)
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_delete_messages, member.can_pin_messages) == (True, False)
    assert member.can_be_edited


async def test_promotion_to_nothing_is_a_member_again(bot: Bot, group: int, bob: int) -> None:
    await bot.promote_chat_member(group, bob, can_delete_messages=True)

    await bot.promote_chat_member(group, bob)

    assert (await bot.get_chat_member(group, bob)).status == "member"


async def test_the_owner_is_out_of_reach(bot: Bot, group: int, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="can't remove chat owner"):
        await bot.ban_chat_member(group, ann)


async def test_another_administrator_is_out_of_reach(bot: Bot, group: int, bob: int) -> None:
    await bot.promote_chat_member(group, bob, can_pin_messages=True)

    with pytest.raises(TelegramBadRequest, match="user is an administrator of the chat"):
        await bot.ban_chat_member(group, bob)


async def test_the_bot_cannot_ban_itself(bot: Bot, group: int) -> None:
    with pytest.raises(TelegramBadRequest, match="can't restrict self"):
        await bot.ban_chat_member(group, bot.id)


async def test_who_is_not_here_cannot_be_promoted(bot: Bot, driver: Driver, group: int) -> None:
    stranger = await driver.person("Eve")

    with pytest.raises(TelegramBadRequest, match="USER_NOT_MUTUAL_CONTACT"):
        await bot.promote_chat_member(group, stranger, can_pin_messages=True)


async def test_a_plain_member_may_not_ban(bot: Bot, driver: Driver, ann: int, bob: int) -> None:
    group = await driver.group(ann, bob)

    with pytest.raises(TelegramBadRequest, match="not enough rights to restrict"):
        await bot.ban_chat_member(group, bob)


async def test_nobody_is_banned_in_private(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="can't ban members in private chats"):
        await bot.ban_chat_member(ann, ann)


async def test_restrictions_are_for_supergroups(
    bot: Bot, driver: Driver, ann: int, bob: int
) -> None:
    group = await driver.group(ann, bob, kind="group", bot_is_admin=True)

    with pytest.raises(TelegramBadRequest, match="available only in supergroups"):
        await bot.restrict_chat_member(group, bob, ChatPermissions())


async def test_an_invite_link_is_new_each_time(bot: Bot, group: int) -> None:
    first, second = [await bot.export_chat_invite_link(group) for _ in range(2)]

    assert first.startswith("https://t.me/+")
    assert first != second


async def test_a_plain_member_has_no_invite_link(bot: Bot, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    with pytest.raises(TelegramBadRequest, match="not enough rights to manage chat invite link"):
        await bot.export_chat_invite_link(group)


async def test_a_bot_that_left_cannot_write(bot: Bot, group: int) -> None:
    await bot.leave_chat(group)

    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(group, "hello?")
    moves = [one.new_chat_member.status for one in await heard(bot, "my_chat_member")]
    assert moves == ["administrator", "left"]
