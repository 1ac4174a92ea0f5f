"""/privacy: what is kept about a person, all of it in a file, and the way to be forgotten.

The buttons carry a step and nobody's id: whoever presses one asks about themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import orjson
from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.people import People
from bot.analytics.render.words import Words
from bot.config import Settings
from bot.handlers.access import InPrivate
from bot.handlers.answers import Rows, acknowledge, add, button, change, say
from bot.handlers.farewell import Farewell, StayError
from bot.handlers.policy import policy

FILE_NAME = "my-data.json"


class Step(StrEnum):
    """What a button asks for."""

    SHOW = "show"
    DATA = "data"
    FORGET = "forget"
    SURE = "sure"
    ERASE = "erase"
    KEEP = "keep"


class PrivacyButton(CallbackData, prefix="privacy"):
    """A step on the way, and nothing else."""

    step: Step


async def privacy(message: Message, settings: Settings) -> None:
    """Answer /privacy; what belongs to one person is not handed out in front of a group."""
    if await InPrivate()(message):
        await say(message, policy(settings), _offers())
    else:
        hint = _("To see or erase what is kept about you, write to me in a private chat.")
        await say(message, f"{policy(settings)}\n\n{hint}")


async def privacy_show(callback: CallbackQuery, settings: Settings) -> None:
    """The policy as a new message, from the button below the welcome."""
    await add(callback, policy(settings), _offers() if await InPrivate()(callback) else None)


async def privacy_data(callback: CallbackQuery, people: People, bot: Bot) -> None:
    """Send the person every row about them, into their private chat."""
    content = orjson.dumps(await people.export(callback.from_user.id), option=orjson.OPT_INDENT_2)
    file = BufferedInputFile(content, FILE_NAME)
    caption = _("Everything that is kept about you.")
    await bot.send_document(callback.from_user.id, file, caption=caption)
    await acknowledge(callback)


async def privacy_forget(
    callback: CallbackQuery, farewells: Sequence[Farewell], words: Words
) -> None:
    """Ask for the first time."""
    text = _(
        "I would erase your id, your language, when you were here and what you did. Payments stay "
        "in the accounts, but without you. Do you want that?"
    )
    losses = await _losses(callback, farewells, words)
    await change(callback, losses + text, _question(_("Yes, forget me"), Step.SURE))


async def privacy_sure(
    callback: CallbackQuery, farewells: Sequence[Farewell], words: Words
) -> None:
    """Ask for the second time."""
    text = _("This cannot be undone. Erase everything now?")
    losses = await _losses(callback, farewells, words)
    await change(callback, losses + text, _question(_("Erase everything"), Step.ERASE))


async def privacy_erase(
    callback: CallbackQuery, people: People, farewells: Sequence[Farewell]
) -> None:
    """Forget the person who pressed, once nothing goes on elsewhere that we would not know of."""
    try:
        for farewell in farewells:
            await farewell.leave(callback.from_user.id)
    except StayError as exc:
        await change(callback, str(exc), _question(_("Erase everything"), Step.ERASE))
        return
    await people.forget(callback.from_user.id)
    text = _("Done: nothing about you is kept. If you write to me again, you are a new person.")
    await change(callback, text)


async def privacy_keep(callback: CallbackQuery, settings: Settings) -> None:
    """Back to the policy."""
    await change(callback, policy(settings), _offers())


async def _losses(callback: CallbackQuery, farewells: Sequence[Farewell], words: Words) -> str:
    """What goes with the person, a paragraph; empty when nothing does."""
    user_id = callback.from_user.id
    lines = [line for one in farewells for line in await one.losses(user_id, words)]
    return " ".join(lines) + "\n\n" if lines else ""


def _offers() -> Rows:
    return [
        [
            button(_("My data"), PrivacyButton(step=Step.DATA).pack()),
            button(_("Forget me"), PrivacyButton(step=Step.FORGET).pack()),
        ]
    ]


def _question(yes: str, step: Step) -> Rows:
    keep = button(_("No, keep it"), PrivacyButton(step=Step.KEEP).pack())
    return [[keep, button(yes, PrivacyButton(step=step).pack())]]


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="privacy")
    router.message.register(privacy, Command("privacy", ignore_case=True))
    press = router.callback_query.register
    press(privacy_show, PrivacyButton.filter(F.step == Step.SHOW))
    press(privacy_data, InPrivate(), PrivacyButton.filter(F.step == Step.DATA))
    press(privacy_forget, InPrivate(), PrivacyButton.filter(F.step == Step.FORGET))
    press(privacy_sure, InPrivate(), PrivacyButton.filter(F.step == Step.SURE))
    press(privacy_erase, InPrivate(), PrivacyButton.filter(F.step == Step.ERASE))
    press(privacy_keep, InPrivate(), PrivacyButton.filter(F.step == Step.KEEP))
    return router
