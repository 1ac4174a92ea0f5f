"""Every command, in the order in which people read them.

/help, the command menus and the labels of metrics are made of this list; a test holds it against
the registered filters.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.types import User
from aiogram.utils.i18n import I18n
from aiogram.utils.i18n import lazy_gettext as __
from babel.support import LazyProxy

from bot.config import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """A command.  str(description) is in the language of whoever is being answered.

    feature: which one it belongs to; without it the command does not exist
    """

    name: str
    description: LazyProxy
    is_admin: bool = False
    feature: str = ""


COMMANDS = (
    Entry("start", __("say hello")),
    Entry("help", __("what I understand")),
    Entry("download", __("audio, video or subtitles from a link"), feature="downloads"),
    Entry("queue", __("your downloads, and their place in the queue"), feature="downloads"),
    Entry("plan", __("your plan, and what the others offer"), feature="billing"),
    Entry("paysupport", __("help with a payment"), feature="billing"),
    Entry("quiz", __("play a quiz, alone or in a group"), feature="quiz"),
    Entry("ask", __("ask the assistant"), feature="assistant"),
    Entry("newchat", __("let the assistant forget what was said"), feature="assistant"),
    Entry("language", __("choose the language I speak")),
    Entry("privacy", __("what is kept about you")),
    Entry("analytics", __("people, use, errors and Stars: /analytics 1, 7 or 30"), is_admin=True),
    Entry("health", __("how the process is"), is_admin=True),
    Entry("metrics", __("detailed figures by category"), is_admin=True),
    Entry("errors", __("what went wrong lately; with a number: all about it"), is_admin=True),
    Entry("alerts", __("what fires now and what fired before"), is_admin=True),
    Entry(
        "refund", __("give a payment back: /refund CHARGE_ID"), is_admin=True, feature="billing"
    ),
)


def is_admin(user: User | None, settings: Settings) -> bool:
    """Whether *user* is one of ADMIN_IDS."""
    return user is not None and user.id in settings.admin_ids


def entries(settings: Settings) -> list[Entry]:
    """The commands that exist with these *settings*."""
    return [one for one in COMMANDS if not one.feature or one.feature in settings.active_features]


def menus(i18n: I18n, settings: Settings) -> dict[str, list[tuple[str, str, bool]]]:
    """Name, description and whether only admins see it, by language tag.

    English stands under "": it is for everybody whose language has no menu.
    """
    found = {}
    for locale in i18n.available_locales:
        with i18n.context(), i18n.use_locale(locale):
            # Telegram knows languages by two letters, without their region.
            tag = "" if locale == i18n.default_locale else locale.partition("_")[0]
            found[tag] = [(e.name, str(e.description), e.is_admin) for e in entries(settings)]
    return found
