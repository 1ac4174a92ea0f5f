"""People and the bot come and go, react, and a group grows up."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from aiogram.types import ReactionTypeEmoji

from bot.sandbox.server import Sandbox
from tests.driver import Driver, RefusedError
from tests.sandbox.samples import heard


@pytest.fixture
async def group(driver: Driver, ann: int) -> int:
    return await driver.group(ann, kind="group")


@pytest.fixture
async def run_group(driver: Driver, ann: int) -> int:
    return await driver.group(ann, kind="group", bot_is_admin=True)


async def test_who_joins_is_announced_and_a_member(
    bot: Bot, driver: Driver, run_group: int, bob: int
) -> None:
    await driver.join(bob, run_group)

    (update,) = await heard(bot, "chat_member")
    assert (update.old_chat_member.status, update.new_chat_member.status) == ("left", "member")
    (user,) = (await heard(bot, "message"))[-1].new_chat_members
    assert user.id == update.from_user.id == bob


async def test_who_leaves_is_announced_and_gone(
    bot: Bot, driver: Driver, run_group: int, ann: int
) -> None:
    await driver.leave(ann, run_group)

    (update,) = await heard(bot, "chat_member")
    assert (update.old_chat_member.status, update.new_chat_member.status) == ("creator", "left")
    assert (await heard(bot, "message"))[-1].left_chat_member.id == ann


async def test_a_bot_that_did_not_ask_hears_no_chat_member(
    bot: Bot, driver: Driver, run_group: int, bob: int
) -> None:
    await bot.get_updates(allowed_updates=[])

    await driver.join(bob, run_group)

    assert await heard(bot, "chat_member") == []


async def test_a_bot_that_is_a_plain_member_hears_no_chat_member(
    bot: Bot, driver: Driver, group: int, bob: int
) -> None:
    await driver.join(bob, group)

    assert await heard(bot, "chat_member") == []


async def test_reactions_in_a_group_are_for_administrators(
    bot: Bot, driver: Driver, group: int, run_group: int, ann: int
) -> None:
    for place in (group, run_group):
        message = await driver.write(ann, "hello", place)
        await driver.react(ann, message, "👍")

    (update,) = await heard(bot, "message_reaction")
    assert update.chat.id == run_group


async def test_nobody_joins_twice(driver: Driver, group: int, ann: int) -> None:
    with pytest.raises(RefusedError, match="is in this chat already"):
        await driver.join(ann, group)


async def test_nobody_leaves_a_private_chat(driver: Driver, ann: int) -> None:
    with pytest.raises(RefusedError, match="nobody comes or goes"):
        await driver.leave(ann, ann)


async def test_a_channel_has_no_service_messages(
    bot: Bot, driver: Driver, ann: int, bob: int
) -> None:
    channel = await driver.channel(ann)

    await driver.join(bob, channel)

    assert await driver.messages(channel) == []
    assert len(await heard(bot, "chat_member")) == 1


async def test_a_bot_put_out_hears_it_and_cannot_write(
    bot: Bot, driver: Driver, group: int, ann: int
) -> None:
    await driver.remove_bot(ann, group)

    update = (await heard(bot, "my_chat_member"))[-1]
    assert (update.old_chat_member.status, update.new_chat_member.status) == ("member", "kicked")
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the group chat"):
        await bot.send_message(group, "hello?")


async def test_a_bot_put_out_does_not_hear_who_joins(
    bot: Bot, driver: Driver, group: int, ann: int, bob: int
) -> None:
    await driver.remove_bot(ann, group)

    await driver.join(bob, group)

    assert [one.new_chat_members for one in await heard(bot, "message")][-1] is None


async def test_a_bot_brought_back_hears_it_and_can_write(
    bot: Bot, driver: Driver, group: int, ann: int
) -> None:
    await driver.remove_bot(ann, group)

    await driver.add_bot(ann, group)

    update = (await heard(bot, "my_chat_member"))[-1]
    assert (update.old_chat_member.status, update.new_chat_member.status) == ("kicked", "member")
    assert (await bot.send_message(group, "hello")).text == "hello"


async def test_a_member_can_make_the_bot_an_administrator(
    bot: Bot, driver: Driver, group: int, ann: int
) -> None:
    await driver.ask("POST", f"/chats/{group}/add_bot", {"person": ann, "is_admin": True})

    update = (await heard(bot, "my_chat_member"))[-1]
    assert update.old_chat_member.status == "member"
    assert update.new_chat_member.can_restrict_members


async def test_a_bot_that_is_here_is_not_brought_in(driver: Driver, group: int, ann: int) -> None:
    with pytest.raises(RefusedError, match="the bot is member here already"):
        await driver.add_bot(ann, group)


async def test_block_and_unblock_are_my_chat_member(bot: Bot, driver: Driver, ann: int) -> None:
    await driver.block(ann)
    await driver.unblock(ann)

    moves = await heard(bot, "my_chat_member")
    assert [one.new_chat_member.status for one in moves] == ["kicked", "member"]
    assert {(one.chat.id, one.from_user.id) for one in moves} == {(ann, ann)}


async def test_a_group_that_migrated_names_its_new_number(
    bot: Bot, driver: Driver, group: int, ann: int
) -> None:
    new = await driver.ask("POST", f"/chats/{group}/migrate", {"person": ann})

    with pytest.raises(TelegramMigrateToChat) as caught:
        await bot.send_message(group, "hello?")
    assert caught.value.migrate_to_chat_id == new["id"]
    assert (await bot.send_message(new["id"], "hello")).chat.type == "supergroup"


async def test_both_chats_tell_of_the_migration(
    bot: Bot, driver: Driver, group: int, ann: int
) -> None:
    new = await driver.ask("POST", f"/chats/{group}/migrate", {"person": ann})

    old_side, new_side = (await heard(bot, "message"))[-2:]
    assert (old_side.chat.id, old_side.migrate_to_chat_id) == (group, new["id"])
    assert (new_side.chat.id, new_side.migrate_from_chat_id) == (new["id"], group)


async def test_a_supergroup_does_not_migrate(driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    with pytest.raises(RefusedError, match="only a group becomes a supergroup"):
        await driver.ask("POST", f"/chats/{group}/migrate", {"person": ann})


async def test_a_reaction_says_what_it_was_and_is(bot: Bot, driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")
    await driver.react(ann, message, "👍")

    await driver.react(ann, message, "🔥")

    update = (await heard(bot, "message_reaction"))[-1]
    assert (update.message_id, update.user.id) == (message["message_id"], ann)
    assert [one.emoji for one in update.old_reaction] == ["👍"]
    assert [one.emoji for one in update.new_reaction] == ["🔥"]


async def test_a_reaction_can_be_taken_back(bot: Bot, driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")
    await driver.react(ann, message, "👍")

    await driver.react(ann, message)

    assert (await heard(bot, "message_reaction"))[-1].new_reaction == []
    assert (await driver.chat(ann))["reactions"] == {}


async def test_the_same_reaction_again_is_no_news(bot: Bot, driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")

    for _ in range(2):
        await driver.react(ann, message, "👍")

    assert len(await heard(bot, "message_reaction")) == 1


async def test_a_channel_tells_sums_only(bot: Bot, driver: Driver, ann: int, bob: int) -> None:
    channel = await driver.channel(ann, bob)
    post = await driver.publish(channel, "news")

    for person in (ann, bob):
        await driver.react(person, post, "👍")

    (count,) = (await heard(bot, "message_reaction_count"))[-1].reactions
    assert (count.type.emoji, count.total_count) == ("👍", 2)


@pytest.mark.parametrize(
    ("emoji", "problem"),
    [(["👍", "🔥"], "may give 1"), (["🧮"], "not a reaction Telegram offers")],
)
async def test_a_reaction_must_be_one_of_telegrams(
    driver: Driver, ann: int, emoji: list[str], problem: str
) -> None:
    message = await driver.write(ann, "hello")

    with pytest.raises(RefusedError, match=problem):
        await driver.react(ann, message, *emoji)


async def test_premium_gives_three_reactions(bot: Bot, driver: Driver) -> None:
    eve = await driver.person("Eve", is_premium=True)
    message = await driver.write(eve, "hello")

    await driver.react(eve, message, "👍", "🔥", "🎉")

    assert len((await heard(bot, "message_reaction"))[-1].new_reaction) == 3


async def test_the_bots_own_reaction_shows(bot: Bot, driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")
    number = message["message_id"]

    await bot.set_message_reaction(ann, number, [ReactionTypeEmoji(emoji="👀")])

    assert (await driver.chat(ann))["reactions"] == {str(number): {str(bot.id): ["👀"]}}
    assert await heard(bot, "message_reaction") == []


async def test_the_bot_gives_one_reaction_only(bot: Bot, driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")
    two = [ReactionTypeEmoji(emoji="👀"), ReactionTypeEmoji(emoji="👍")]

    with pytest.raises(TelegramBadRequest, match="REACTIONS_TOO_MANY"):
        await bot.set_message_reaction(ann, message["message_id"], list(two))


async def test_the_bots_reaction_must_be_one_of_telegrams(
    bot: Bot, driver: Driver, ann: int
) -> None:
    message = await driver.write(ann, "hello")

    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(ann, message["message_id"], [ReactionTypeEmoji(emoji="🧮")])


async def test_a_message_that_is_gone_takes_no_reaction(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="message to react not found"):
        await bot.set_message_reaction(ann, 999, [ReactionTypeEmoji(emoji="👀")])


async def test_pages_hear_of_a_reaction(sandbox: Sandbox, driver: Driver, ann: int) -> None:
    message = await driver.write(ann, "hello")
    changes: list[str] = []
    sandbox.world.watchers.add(lambda change: changes.append(change["type"]))

    await driver.react(ann, message, "👍")

    assert changes == ["reaction"]
