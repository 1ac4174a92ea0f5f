"""/ask, /newchat and plain text: the assistant as people meet it."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import I18n
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.words import Words
from bot.assistant.assistant import Assistant, BusyError, LimitError, Question
from bot.assistant.telegram import ChatScreen, StopButton
from bot.clock import Clock
from bot.handlers.access import InPrivate
from bot.handlers.answers import acknowledge, say
from bot.handlers.assistant_words import busy, last_word, used_up


class Reception:
    """Takes questions to the assistant, and says so when it takes none.

    has_plans: there is a /plan to look at
    """

    def __init__(self, assistant: Assistant, bot: Bot, clock: Clock, *, has_plans: bool) -> None:
        self._assistant = assistant
        self._bot = bot
        self._clock = clock
        self._has_plans = has_plans

    async def take(self, message: Message, text: str, i18n: I18n, words: Words) -> None:
        """The answer to *text* appears below *message*, or why there is none."""
        user = message.from_user
        if user is None or message.sender_chat:
            await say(message, _as_yourself())
            return
        question = Question(
            user_id=user.id, chat_id=message.chat.id, text=text, language=i18n.current_locale
        )
        try:
            await self._assistant.ask(question, ChatScreen(self._bot, message, last_word))
        except BusyError as exc:
            await say(message, busy(exc))
        except LimitError as exc:
            now = self._clock()
            await say(message, used_up(exc.limit, words, now, has_plans=self._has_plans))


async def ask(
    message: Message, command: CommandObject, reception: Reception, i18n: I18n, words: Words
) -> None:
    """/ask TEXT, or /ask in reply to somebody's text."""
    text = (command.args or "").strip() or _replied(message)
    if text:
        await reception.take(message, text, i18n, words)
    else:
        await say(message, _("Write your question behind the command: /ask Why is the sky blue?"))


async def ask_plainly(message: Message, reception: Reception, i18n: I18n, words: Words) -> None:
    """Any text in a private chat that nobody else took."""
    await reception.take(message, message.text or "", i18n, words)


async def newchat(message: Message, assistant: Assistant) -> None:
    """Forget what was said."""
    user = message.from_user
    if user is None or message.sender_chat:
        await say(message, _as_yourself())
        return
    if await assistant.end_conversation(user.id, message.chat.id):
        await say(message, _("I have forgotten what we talked about. What is next?"))
    else:
        await say(message, _("We are not talking yet: there is nothing to forget. Just ask."))


async def assistant_stop(
    callback: CallbackQuery, callback_data: StopButton, assistant: Assistant
) -> None:
    """Stop an answer that is still growing; its asker may."""
    match assistant.stop(callback_data.completion, callback.from_user.id):
        case "stopped":
            await acknowledge(callback)
        case "foreign":
            await acknowledge(callback, _("Only the person who asked can stop this answer."))
        case _:
            await acknowledge(callback, _("This answer has ended already."))


def _replied(message: Message) -> str:
    """The text that the command answers to."""
    to = message.reply_to_message
    return (to.text or to.caption or "").strip() if to else ""


def _as_yourself() -> str:
    return _("I answer people. Please write as yourself, not as a group or channel.")


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="assistant")
    router.message.register(ask, Command("ask", ignore_case=True))
    router.message.register(newchat, Command("newchat", ignore_case=True))
    router.callback_query.register(assistant_stop, StopButton.filter())
    return router


def build_text_router() -> Router:
    """Takes any text in a private chat that is no command, so it must be asked last."""
    router = Router(name="assistant_text")
    router.message.register(ask_plainly, InPrivate(), F.text, ~F.text.startswith("/"))
    return router
