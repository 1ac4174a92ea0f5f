"""What /privacy says is kept; docs/privacy.md says it table by table, and a test compares both."""

from __future__ import annotations

from aiogram.utils.i18n import gettext as _

from bot.analytics import memory
from bot.analytics.render.fit import bold
from bot.config import Settings


def policy(settings: Settings) -> str:
    """All of it as HTML, with a line for each feature that is switched on."""
    features = settings.active_features
    lines = [
        bold(_("What is kept about you")),
        *_about_people(settings),
        *(line for name in features for line in _about_feature(name)),
        _("notes on faults, which may contain your id: {days} days").format(
            days=memory.REPORT_DAYS
        ),
    ]
    parts = ["\n• ".join(lines)]
    if "assistant" in features:
        parts.append(_sent_to_the_model())
    if "billing" in features:
        parts.append(
            _(
                "What you write with /paysupport goes to those who run this bot, with your id and "
                "your last payments."
            )
        )
    return "\n\n".join([*parts, _end(is_all=len(parts) == 1)])


def _about_people(settings: Settings) -> list[str]:
    return [
        _("your Telegram id, your language, whether you have Telegram Premium"),
        _("the link you came through, when you first and last used me, whether you block me"),
        _(
            "when and in which chat you used a command or button, wrote, edited, "
            "reacted, joined or left"
        ),
        _message_policy(settings),
        _name_policy(settings),
        _("payments: when, how many Stars, for what"),
        _("what you sent just when I was stopped: whole, until the next start has answered it"),
    ]


def _about_feature(name: str) -> list[str]:
    lines = {
        "downloads": _(
            "downloads: when and in which chat, from which site, format, size and how it went; "
            "the link and its title until the download has ended"
        ),
        "billing": _("your plan: which one, from when until when, and for how many Stars"),
        "quiz": _(
            "quizzes: when and where you started one, what you answered right, and how fast"
        ),
        "assistant": _(
            "talks with the assistant: when and where, how long the answers were and what they "
            "cost, never the words"
        ),
    }
    return [lines[name]] if name in lines else []


def _sent_to_the_model() -> str:
    return _(
        "What you ask the assistant, and what you two said before, is sent to the service that "
        "the operator of this bot has chosen, without your name and id. It answers, and has rules "
        "of its own. /newchat lets me forget what was said."
    )


def _end(*, is_all: bool) -> str:
    if is_all:
        return _("All else is kept until you ask to be forgotten. Nothing is given to anybody.")
    return _("All else is kept until you ask to be forgotten, and given to nobody else.")


def _message_policy(settings: Settings) -> str:
    if settings.store_text:
        return _("the kind, length and text of your messages")
    return _("the kind and length of your messages, never their text")


def _name_policy(settings: Settings) -> str:
    if settings.store_names:
        return _("your name and your @username")
    return _("not your name and not your @username")
