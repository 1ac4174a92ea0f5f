"""/language: each person chooses what the bot speaks with them."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from aiogram.utils.i18n import I18n
from aiogram.utils.i18n import gettext as _
from babel import Locale

from bot.analytics.languages import nearest
from bot.analytics.people import People
from bot.handlers.answers import Rows, button, change, say

AS_IN_TELEGRAM = "auto"


class LanguageButton(CallbackData, prefix="language"):
    """A catalogue's code, or auto."""

    code: str


async def language(message: Message, i18n: I18n) -> None:
    """Answer /language with the choice."""
    await say(message, _("Which language shall I speak with you?"), _choice(i18n))


async def language_button(
    callback: CallbackQuery, callback_data: LanguageButton, people: People, i18n: I18n
) -> None:
    """Keep the choice and answer in the language that was chosen."""
    chosen = None if callback_data.code == AS_IN_TELEGRAM else callback_data.code
    await people.languages.choose(callback.from_user.id, chosen)
    telegrams = nearest(callback.from_user.language_code, i18n.available_locales)
    with i18n.use_locale(chosen or telegrams):
        await change(callback, _("From now on I speak English with you."), _choice(i18n))


async def is_offered(callback: CallbackQuery, callback_data: LanguageButton, i18n: I18n) -> bool:
    """Whether there is such a choice: callback data can be forged, and catalogues can go."""
    del callback  # only the data counts
    return callback_data.code in {AS_IN_TELEGRAM, *i18n.available_locales}


def _choice(i18n: I18n) -> Rows:
    languages = [[_button(_name(code), code)] for code in sorted(i18n.available_locales)]
    return [*languages, [_button(_("As in Telegram"), AS_IN_TELEGRAM)]]


def _button(name: str, code: str) -> InlineKeyboardButton:
    return button(name, LanguageButton(code=code).pack())


def _name(code: str) -> str:
    """A language's name in itself, such as Deutsch."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="language")
    router.message.register(language, Command("language", ignore_case=True))
    router.callback_query.register(language_button, LanguageButton.filter(), is_offered)
    return router
