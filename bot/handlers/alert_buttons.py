"""What admins press below messages about alerts: acknowledge, silence, chart; in groups, too."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import cast

from aiogram import Bot, F, Router
from aiogram.enums import ChatAction
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, CallbackQuery, Message, ReplyParameters
from aiogram.utils.chat_action import ChatActionSender
from aiogram.utils.i18n import gettext as _

from bot.alerts.duty import Duty
from bot.alerts.picture import picture
from bot.alerts.states import Alert
from bot.alerts.terms import HOUR
from bot.alerts.trace import Trace, until
from bot.analytics.render import sheet_chart
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.sheet_drawing import DrawingError
from bot.analytics.render.words import Words
from bot.clock import Clock
from bot.config import Settings
from bot.handlers.access import IsAdmin
from bot.handlers.admin_files import missing
from bot.handlers.alert_words import Number
from bot.handlers.answers import acknowledge, say

NAME = 64


class Action(StrEnum):
    """What a button below an alert does."""

    ACKNOWLEDGE = "ack"
    QUIET_1_HOUR = "quiet1"
    QUIET_4_HOURS = "quiet4"
    CHART = "chart"


QUIET = {Action.QUIET_1_HOUR: HOUR, Action.QUIET_4_HOURS: 4 * HOUR}


class AlertButton(CallbackData, prefix="alert"):
    """An action, and the row of the alert that it is about (bot/alerts/buttons.py makes them)."""

    action: Action
    history_id: Number


async def alert_ack(callback: CallbackQuery, callback_data: AlertButton, duty: Duty) -> None:
    """Whoever pressed takes care of it; its messages say so."""
    by = callback.from_user.id
    alert = await duty.desk.acknowledge(callback_data.history_id, by)
    if alert is None:
        await _refuse(callback, await duty.book.find(callback_data.history_id), duty)
        return
    told = _("Acknowledged: {rule}") if alert.acked_by == by else _("Acknowledged before: {rule}")
    await acknowledge(callback, told.format(rule=alert.rule[:NAME]))
    await duty.refresh([alert])


async def alert_quiet(
    callback: CallbackQuery, callback_data: AlertButton, duty: Duty, words: Words
) -> None:
    """Nothing more of this rule for a while; its messages say so."""
    alert = await duty.book.find(callback_data.history_id)
    if alert is None or alert.resolved_at:
        await _refuse(callback, alert, duty)
        return
    silence = await duty.hush(alert, QUIET[callback_data.action], callback.from_user.id)
    told = _("{rule} is silent until {moment}. /unsilence ends it.")
    moment = words.moment(silence.ends_at)
    await acknowledge(callback, told.format(rule=alert.rule[:NAME], moment=moment))
    await duty.refresh([alert])


async def alert_chart(  # noqa: PLR0913, PLR0917  what the dispatcher hands over, by name
    callback: CallbackQuery,
    callback_data: AlertButton,
    duty: Duty,
    words: Words,
    clock: Clock,
    settings: Settings,
) -> None:
    """What the rule saw in the last hours, as a picture; of an alert that is over, too."""
    alert = await duty.book.find(callback_data.history_id)
    if alert is None or not isinstance(callback.message, Message):
        await _refuse(callback, alert, duty)
        return
    trace = await duty.trace(alert, until(alert, clock()))
    if not any(point.value is not None for point in trace.points):
        text = _("There is nothing to draw of {rule} yet; try again after the next check.")
        await acknowledge(callback, text.format(rule=alert.rule[:NAME]))
        return
    await acknowledge(callback)
    await _draw(
        callback.message, trace, picture(trace, alert.unit, words, settings.timezone), words
    )


async def _draw(message: Message, trace: Trace, sheet: Sheet, words: Words) -> None:
    bot = cast("Bot", message.bot)
    busy = ChatActionSender(bot=bot, chat_id=message.chat.id, action=ChatAction.UPLOAD_PHOTO)
    try:
        async with busy:
            draw = sheet_chart.draw
            png = await asyncio.to_thread(draw, sheet, sheet.charts[0], words, is_dark=False)
    except DrawingError:
        await say(message, missing())
        return
    # Somebody may delete the alert while it is drawn.
    reply = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
    name = f"{trace.rule[:NAME]}.png"
    await message.answer_photo(BufferedInputFile(png, name), reply_parameters=reply)


async def _refuse(callback: CallbackQuery, alert: Alert | None, duty: Duty) -> None:
    """What was pressed is not there any more, or not so any more."""
    if alert is None:
        await acknowledge(callback, _("This alert is not kept any more."))
    elif alert.resolved_at:
        await acknowledge(callback, _("{rule} is over.").format(rule=alert.rule[:NAME]))
        await duty.refresh([alert])
    else:
        await acknowledge(callback, _("This message is too old; /alerts shows the alert."))


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="alert_buttons")
    # By person and not by chat: alerts may go to a group, whose other members may not.
    router.callback_query.filter(IsAdmin())
    press = router.callback_query.register
    press(alert_ack, AlertButton.filter(F.action == Action.ACKNOWLEDGE))
    press(alert_quiet, AlertButton.filter(F.action.in_(QUIET)))
    press(alert_chart, AlertButton.filter(F.action == Action.CHART))
    return router
