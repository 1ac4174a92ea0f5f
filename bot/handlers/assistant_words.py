"""What is said below an answer that did not end well, and to whom cannot be answered."""

from __future__ import annotations

import math
from datetime import datetime

from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from bot.analytics.render.words import Words
from bot.assistant.assistant import BusyError
from bot.assistant.limits import Reached
from bot.assistant.screen import Outcome
from bot.assistant.trouble import Trouble

MINUTE = 60


def last_word(outcome: Outcome, has_text: bool) -> str:  # noqa: FBT001  a LastWord
    """How an answer ended, if that must be said; empty where its text says enough."""
    match outcome.state:
        case "done":
            return _cut_short() if outcome.is_cut else ""
        case "stopped":
            return _("⏹ Stopped.")
        case "interrupted":
            return _("This answer was interrupted by a restart of the bot. Please ask again.")
    return _broken_off() if has_text else failure(outcome)


def failure(outcome: Outcome) -> str:
    """Why there is no answer, and what to do."""
    match outcome.error:
        case Trouble.TIMEOUT:
            return _("The model took too long to answer. Please try again in a moment.")
        case Trouble.RATE_LIMITED | Trouble.SERVER | Trouble.NETWORK:
            return _(
                "The model cannot be reached at the moment. Please try again in a few minutes."
            )
        case Trouble.REFUSED | Trouble.BAD_REQUEST:
            return _(
                "The model does not take our questions: the bot's operator has to look at its "
                "settings. Trying again will not help."
            )
        case Trouble.EMPTY:
            return _("The model had nothing to say. Please ask in other words.")
        case Trouble.TOO_LONG:
            return _(
                "This conversation is too long for the model. Begin a new one with /newchat, "
                "or ask something shorter."
            )
    return _("Something went wrong while the answer was written. Please ask again.")


def _cut_short() -> str:
    return _("✂ The answer is cut off here, because it is as long as answers may be.")


def _broken_off() -> str:
    return _("⚠ The answer breaks off here. Please ask again if you need the rest.")


def busy(exc: BusyError) -> str:
    """Why nobody is answered just now."""
    match exc.kind:
        case "yours":
            return _(
                "I am still answering you. Press Stop below that answer, or wait until it is done."
            )
        case "all":
            return _("Many people are asking at this moment. Please try again in a minute.")
    return _("I am being restarted. Please ask again in a minute.")


def used_up(limit: Reached, words: Words, now: datetime, *, has_plans: bool) -> str:
    """Which limit is reached, when it frees, and where more is to be had."""
    lines = [_limit(limit, words)]
    if limit.frees_at:
        minutes = max(math.ceil((limit.frees_at - now).total_seconds() / MINUTE), 1)
        left = words.duration(minutes * MINUTE)
        lines.append(_("You can ask again in {duration}.").format(duration=left))
    if has_plans:
        lines.append(_("/plan shows what other plans offer."))
    return " ".join(lines)


def _limit(limit: Reached, words: Words) -> str:
    count = words.number(limit.limit)
    if not limit.limit:
        return _("Your plan has no questions to the assistant.")
    if limit.kind == "messages":
        text = ngettext(
            "Your plan has {count} question in 24 hours, and you have asked it.",
            "Your plan has {count} questions in 24 hours, and you have asked them.",
            limit.limit,
        )
        return text.format(count=count)
    text = ngettext(
        "Your plan has {count} token of conversation in 24 hours, and it is used up.",
        "Your plan has {count} tokens of conversation in 24 hours, and they are used up.",
        limit.limit,
    )
    return text.format(count=count)
