"""/silence and /unsilence: what nobody wants to hear of for a while, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _

from bot.alerts.duty import Duty
from bot.alerts.silences import Silence
from bot.alerts.wish import ALL, REASON, Target, WishError, find, understood
from bot.analytics.render.fit import bold, fitted, quoted
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.handlers.admin import ARGUMENT_LENGTH, admin_router, argument, refresh
from bot.handlers.alert_words import (
    NAME,
    Number,
    Reader,
    end_buttons,
    reader_of,
    silence_lines,
    target_name,
    target_of,
)
from bot.handlers.answers import Rows, change, say

BUTTON = "silences:refresh"
PREFIX = "silence:end"
EXAMPLE = "/silence HighErrorRate 4h we are moving"
BUTTONS = 8
KNOWN = 3_000


class EndButton(CallbackData, prefix="silence"):
    """End a silence, and show those that are left."""

    action: str
    silence_id: Number


async def silence(
    message: Message, command: CommandObject, duty: Duty, words: Words, clock: Clock
) -> None:
    """Answer /silence RULE|all|label=value DURATION [reason]."""
    try:
        wish = understood(argument(command), duty.concerns)
    except WishError as error:
        await say(message, _problem(error))
        return
    made = await duty.silence(wish, reader_of(message.from_user, words, clock).user_id)
    firing = await duty.firing([made])
    # Not before it is made, or it would be one to come.
    lines = silence_lines(made, reader_of(message.from_user, words, clock))
    if firing:
        rules = ", ".join(dict.fromkeys(quoted(alert.rule, NAME) for alert in firing))
        lines.append(_("Fires now: {rules}").format(rules=rules))
    lines.append(_("Alerts go on being checked and kept: /alerts"))
    await say(message, fitted(lines, words), end_buttons([made], PREFIX))
    await duty.refresh(firing)


async def unsilence(
    message: Message, command: CommandObject, duty: Duty, words: Words, clock: Clock
) -> None:
    """Answer /unsilence [ID|RULE|all|label=value]; without one it lists the silences."""
    asked = argument(command)
    meant = _meant(asked, await duty.desk.silences()) if asked else []
    ended = [one for one in [await duty.desk.end_silence(one.id) for one in meant] if one]
    if not ended:
        shown, rows = await _list(duty, reader_of(message.from_user, words, clock))
        text = _("No silence is called “{given}”.").format(given=quoted(asked, ARGUMENT_LENGTH))
        await say(message, f"{text}\n\n{shown}" if asked else shown, rows)
        return
    names = [f"🔔 #{one.id} {target_name(target_of(one))}" for one in ended]
    await say(message, fitted([bold(_("Ended")), *names], words))
    await duty.refresh(await duty.firing(ended))


async def silence_end(
    callback: CallbackQuery, callback_data: EndButton, duty: Duty, words: Words, clock: Clock
) -> None:
    """The silence ends; those that are left are shown."""
    ended = await duty.desk.end_silence(callback_data.silence_id)
    told = _("The silence is over.")
    reader = reader_of(callback.from_user, words, clock)
    await change(callback, *await _list(duty, reader), told=told)
    if ended:
        await duty.refresh(await duty.firing([ended]))


async def silences_button(callback: CallbackQuery, duty: Duty, words: Words, clock: Clock) -> None:
    """The silences as they are now."""
    await change(callback, *await _list(duty, reader_of(callback.from_user, words, clock)))


def _meant(asked: str, silences: Sequence[Silence]) -> list[Silence]:
    """By number, all of them, or all of one target."""
    if asked.casefold() == ALL:
        return list(silences)
    number = asked.removeprefix("#")
    if found := [one for one in silences if str(one.id) == number]:
        return found
    try:
        target = find(asked, [target_of(one) for one in silences])
    except WishError:
        return []
    return [one for one in silences if target_of(one) == target]


async def _list(duty: Duty, reader: Reader) -> tuple[str, Rows]:
    silences = await duty.desk.silences()
    lines = [bold(_("Silenced"))]
    lines += [line for one in silences for line in silence_lines(one, reader)] or [_("nothing")]
    lines += ["", _("To silence: {example}").format(example=f"<code>{EXAMPLE}</code>")]
    return fitted(lines, reader.words), [
        *end_buttons(silences[:BUTTONS], PREFIX),
        refresh(BUTTON),
    ]


def _problem(error: WishError) -> str:
    """What is wrong with a /silence, and how it is right."""
    given = quoted(error.given, ARGUMENT_LENGTH)
    match error.field:
        case "target":
            text = _("What to silence: “{given}” is not known.").format(given=given)
            if not error.given:
                text = _("What to silence is missing.")
            text = "\n".join([text, _("Possible: {known}").format(known=_listed(error.known))])
        case "duration":
            text = _("How long: “{given}” is not a time like 30m, 4h, 2d or 1w (the longest).")
            text = text.format(given=given)
            if not error.given:
                text = _("How long is missing: a time like 30m, 4h, 2d or 1w (the longest).")
        case "reason":
            text = _("Why: at most {count} characters, please.").format(count=REASON)
    example = _("Example: {example}").format(example=f"<code>{EXAMPLE}</code>")
    return f"{text}\n{example}"


def _listed(known: Sequence[Target]) -> str:
    """As many as one message takes."""
    listed = ""
    for one in known:
        name = quoted(str(one))
        if len(listed) + len(name) > KNOWN:
            return f"{listed}, …"
        listed = f"{listed}, {name}" if listed else name
    return listed


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_silences")
    router.message.register(silence, Command("silence", ignore_case=True))
    router.message.register(unsilence, Command("unsilence", ignore_case=True))
    router.callback_query.register(silence_end, EndButton.filter(F.action == "end"))
    router.callback_query.register(silences_button, F.data == BUTTON)
    return router
