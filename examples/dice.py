"""A fifth feature, outside the bot's own house: /roll 2d6, and a button that rolls again.

    PYTHONPATH=. BOT_ROUTERS=examples.dice:build_router make run

Nothing here measures, and all of it is measured: how often /roll is used and by how many people,
how long it takes, how often the button is pressed, what fails.  Handlers' names become labels.
"""

from __future__ import annotations

import re
import secrets

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

SHAPE = re.compile(r"(?P<count>[1-9]\d?)?d(?P<sides>[1-9]\d{0,3})", re.IGNORECASE)
USUAL = "1d6"


async def roll(message: Message, command: CommandObject) -> None:
    """Answer /roll and /roll 2d6."""
    wanted = (command.args or USUAL).strip()
    if dice := SHAPE.fullmatch(wanted):
        await message.answer(thrown(dice), reply_markup=again(wanted))
    else:
        await message.answer("Like this: /roll 2d6, with 1 to 99 dice of 1 to 9999 sides.")


async def roll_again(callback: CallbackQuery) -> None:
    """Throw the same dice once more, in place."""
    wanted = (callback.data or "").partition(":")[2]
    dice = SHAPE.fullmatch(wanted)
    if dice and isinstance(callback.message, Message):
        await callback.message.edit_text(thrown(dice), reply_markup=again(wanted))
    await callback.answer()


def thrown(dice: re.Match[str]) -> str:
    """What *dice* show: each of them and their sum."""
    count, sides = int(dice["count"] or 1), int(dice["sides"])
    eyes = [secrets.randbelow(sides) + 1 for _ in range(count)]
    sums = f" = {sum(eyes)}" if count > 1 else ""
    return f"🎲 {dice[0].lower()}: {' + '.join(map(str, eyes))}{sums}"


def again(wanted: str) -> InlineKeyboardMarkup:
    """The button below a throw."""
    button = InlineKeyboardButton(text="Roll again", callback_data=f"roll:{wanted.lower()}")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="dice")
    # The description puts it into /help and the menu of commands.
    flags = {"description": "throw dice: /roll 2d6"}
    router.message.register(roll, Command("roll", ignore_case=True), flags=flags)
    router.callback_query.register(roll_again, F.data.startswith("roll:"))
    return router
