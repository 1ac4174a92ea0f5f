"""What the bot can do with the features that are switched on: for the greeting, help and hints."""

from __future__ import annotations

from aiogram.utils.i18n import gettext as _

from bot.config import Settings


def abilities(settings: Settings) -> str:
    """A line for each feature, with its commands; empty without any."""
    lines = {
        "downloads": _(
            "Audio, video and subtitles from a link: just send it, or /download. /queue"
        ),
        "billing": _("Plans with more in them, paid in Telegram Stars: /plan, /paysupport"),
        "quiz": _("Quizzes, alone or in a group: /quiz"),
        "assistant": _("Answers to your questions: just write to me, or /ask. /newchat"),
    }
    return _listed([lines[name] for name in settings.active_features if name in lines])


def understood(settings: Settings) -> str:
    """What works in a private chat, for whoever sent something that does not."""
    lines = {
        "downloads": _("a link, by itself, to something to hear or see"),
        "assistant": _("a question in plain text"),
    }
    known = [lines[name] for name in settings.active_features if name in lines]
    if not known:
        return _("I only understand commands. /help lists them.")
    heading = _("I can do nothing with this. Send me:")
    return "\n".join([heading, _listed([*known, _("a command; /help lists them")])])


def _listed(lines: list[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)
