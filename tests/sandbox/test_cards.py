"""Contacts, places and dice."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from bot.sandbox.methods.cards import DICE


async def test_a_contact_has_its_number_and_name(bot: Bot, ann: int) -> None:
    message = await bot.send_contact(ann, "+100", "Bob", last_name="Stone")

    assert message.contact is not None
    assert (message.contact.phone_number, message.contact.last_name) == ("+100", "Stone")


async def test_a_location_has_its_degrees(bot: Bot, ann: int) -> None:
    message = await bot.send_location(ann, 52.52, -13.4, horizontal_accuracy=9000)

    assert message.location is not None
    assert (message.location.latitude, message.location.longitude) == (52.52, -13.4)
    assert message.location.horizontal_accuracy == 1500


async def test_a_venue_is_a_location_with_a_name(bot: Bot, ann: int) -> None:
    message = await bot.send_venue(ann, 52.52, 13.4, "Office", "1 High Street")

    assert message.venue is not None and message.venue.location == message.location
    assert (message.venue.title, message.venue.address) == ("Office", "1 High Street")


@pytest.mark.parametrize("emoji", DICE)
async def test_a_throw_shows_what_the_emoji_can(bot: Bot, ann: int, emoji: str) -> None:
    message = await bot.send_dice(ann, emoji=emoji)

    assert message.dice is not None and message.dice.emoji == emoji
    assert 1 <= message.dice.value <= DICE[emoji]


async def test_a_throw_is_of_a_die_by_default(bot: Bot, ann: int) -> None:
    message = await bot.send_dice(ann)

    assert message.dice is not None and message.dice.emoji == "🎲"


@pytest.mark.parametrize(
    ("method", "params", "problem"),
    [
        ("send_contact", {"phone_number": "", "first_name": "x"}, '"phone_number" is required'),
        ("send_location", {"latitude": 91, "longitude": 0}, "invalid location"),
        ("send_location", {"latitude": float("inf"), "longitude": 0}, "latitude must be a number"),
        ("send_venue", {"latitude": 1, "longitude": 1, "title": "", "address": "x"}, '"title"'),
        ("send_dice", {"emoji": "🙂"}, "EMOTICON_INVALID"),
    ],
)
async def test_a_card_that_is_none_is_refused(
    bot: Bot, ann: int, method: str, params: dict[str, Any], problem: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=problem):
        await getattr(bot, method)(ann, **params)
