"""Every command, in the order in which people read them.

/help, the command menus and the labels of metrics are made of this list; a test holds it against
the registered filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import User
from aiogram.utils.i18n import I18n
from aiogram.utils.i18n import lazy_gettext as __
from babel.support import LazyProxy

from bot.config import Settings

# What Telegram takes in a menu: it refuses the whole menu for one that is different.
NAME = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION_LENGTH = 256
OTHERS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A command.  str(description) is in the language of whoever is being answered.

    feature: which one it belongs to; without it the command does not exist
    """

    name: str
    description: LazyProxy | str
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
    Entry("mystats", __("what you have done here")),
    Entry("chatstats", __("in a group: how lively it is")),
    Entry("language", __("choose the language I speak")),
    Entry("privacy", __("what is kept about you")),
    Entry("dashboard", __("every figure in one page, drawn as it comes"), is_admin=True),
    Entry("analytics", __("people, use, errors and Stars: /analytics 1, 7 or 30"), is_admin=True),
    Entry("revenue", __("Stars, plans, subscriptions, churn"), is_admin=True, feature="billing"),
    Entry("users", __("how many people, new, active, gone"), is_admin=True),
    Entry("top", __("who and which chats use me most"), is_admin=True),
    Entry("sources", __("where people come from, and what becomes of them"), is_admin=True),
    Entry("retention", __("who comes back, week by week"), is_admin=True),
    Entry("peak", __("the week by hours"), is_admin=True),
    Entry("mau", __("monthly users, and how old the number is"), is_admin=True),
    Entry("report", __("every report there is"), is_admin=True),
    Entry("chart", __("a report as pictures: /chart retention 90"), is_admin=True),
    Entry("export", __("a report as a file: /export revenue pdf 30"), is_admin=True),
    Entry("health", __("how the process is"), is_admin=True),
    Entry("metrics", __("detailed figures by category"), is_admin=True),
    Entry("errors", __("what went wrong lately; with a number: all about it"), is_admin=True),
    Entry("alerts", __("what fires now and what fired before"), is_admin=True),
    Entry("silence", __("hear no alerts for a while: /silence all 4h"), is_admin=True),
    Entry("unsilence", __("what is silenced, and how to end it"), is_admin=True),
    Entry(
        "refund", __("give a payment back: /refund CHARGE_ID"), is_admin=True, feature="billing"
    ),
)


def is_admin(user: User | None, settings: Settings) -> bool:
    """Whether *user* is one of ADMIN_IDS."""
    return user is not None and user.id in settings.admin_ids


def entries(settings: Settings) -> list[Entry]:
    """The commands that exist with these *settings*."""
    features = {"", *settings.active_features}
    return [one for one in COMMANDS if one.feature in features]


def others(router: Router) -> list[Entry]:
    """The commands of the operator's own routers, wherever *router* stands in the tree of them.

    Those whose handlers are registered with flags={"description": "…"}; the others stay unseen.
    """
    while router.parent_router:
        router = router.parent_router
    ours = {entry.name for entry in COMMANDS}
    found = {name: Entry(name, text) for name, text in _described(router) if name not in ours}
    return list(found.values())[:OTHERS]


def _described(root: Router) -> Iterator[tuple[str, str]]:
    for router in root.chain_tail:
        for handler in router.message.handlers:
            text = handler.flags.get("description")
            if not isinstance(text, str) or not text.strip():
                continue
            commands = (
                f.callback for f in handler.filters or [] if isinstance(f.callback, Command)
            )
            for name in (value for command in commands for value in command.commands):
                if isinstance(name, str) and NAME.fullmatch(name):
                    yield name, " ".join(text.split())[:DESCRIPTION_LENGTH]


def menus(
    i18n: I18n, settings: Settings, router: Router
) -> dict[str, list[tuple[str, str, bool]]]:
    """Name, description and whether only admins see it, by language tag.

    router: any that joined the dispatcher, because of the others' commands

    English stands under "": it is for everybody whose language has no menu.
    """
    found, known = {}, [*entries(settings), *others(router)]
    for locale in i18n.available_locales:
        with i18n.context(), i18n.use_locale(locale):
            # Telegram knows languages by two letters, without their region.
            tag = "" if locale == i18n.default_locale else locale.partition("_")[0]
            found[tag] = [(e.name, str(e.description), e.is_admin) for e in known]
    return found
