"""/quiz: topics to choose from, the quiz itself, and the best list."""

from __future__ import annotations

from enum import StrEnum

from aiogram import F, Router
from aiogram.enums import ChatType, ParseMode
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, MaybeInaccessibleMessageUnion, Message, User
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import bold, quoted
from bot.analytics.render.words import Words
from bot.handlers.answers import Rows, acknowledge, add, button, say
from bot.quiz import text
from bot.quiz.bank import Bank, Banks
from bot.quiz.master import Beginning, Quizmaster, Wish

ARGUMENT_LENGTH = 40
IN_A_ROW = 2
GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}


class Step(StrEnum):
    """What a button asks for.  Those of a running quiz are made by bot/quiz/text.py."""

    TOPICS = "topics"
    TOPIC = "topic"
    AGAIN = "again"
    STOP = "stop"
    BEST = "best"


class QuizButton(CallbackData, prefix=text.BUTTON):
    """A step, and which topic it is about."""

    step: Step
    topic: str = ""


async def quiz(
    message: Message, command: CommandObject, quizzes: Quizmaster, banks: Banks, words: Words
) -> None:
    """Answer /quiz [TOPIC|best|stop]."""
    asked = (command.args or "").strip()
    user = message.from_user
    if user is None or message.sender_chat is not None:
        await say(message, _("Write under your own name, please: I need to know who plays."))
    elif asked.lower() == Step.BEST:
        await say(message, await _best(message, user, quizzes, words))
    elif asked.lower() == Step.STOP:
        await say(message, await _stopped(message, user, quizzes))
    elif bank := banks.find(asked):
        await _begin(message, user, bank, quizzes, words)
    else:
        await say(message, _question(asked), _topics(banks, words))


async def quiz_topics(callback: CallbackQuery, banks: Banks, words: Words) -> None:
    """The topics as a new message."""
    await add(callback, _question(), _topics(banks, words))


async def quiz_topic(
    callback: CallbackQuery, callback_data: QuizButton, quizzes: Quizmaster, words: Words
) -> None:
    """Begin: the message with the topics becomes the one with the score."""
    if not isinstance(callback.message, Message):
        await acknowledge(callback, _("This message is too old; send /quiz again."))
        return
    wish = _wish(callback.message, callback.from_user, callback_data.topic, words)
    how = await quizzes.begin(wish)
    await acknowledge(callback, None if how is Beginning.BEGUN else _refusal(how))


async def quiz_again(
    callback: CallbackQuery,
    callback_data: QuizButton,
    quizzes: Quizmaster,
    banks: Banks,
    words: Words,
) -> None:
    """The same topic once more, with other questions and a message of its own."""
    bank = banks.get(callback_data.topic)
    if bank is None or not isinstance(callback.message, Message):
        await acknowledge(callback, _refusal(Beginning.UNKNOWN_TOPIC))
        return
    await _begin(callback.message, callback.from_user, bank, quizzes, words)
    await acknowledge(callback)


async def quiz_stop(callback: CallbackQuery, quizzes: Quizmaster) -> None:
    """End the quiz of this chat early."""
    if callback.message is not None:
        told = await _stopped(callback.message, callback.from_user, quizzes)
        await acknowledge(callback, told)


async def quiz_best(callback: CallbackQuery, quizzes: Quizmaster, words: Words) -> None:
    """The best list as a new message."""
    if isinstance(callback.message, Message):
        told = await _best(callback.message, callback.from_user, quizzes, words)
        await add(callback, told)
    else:
        await acknowledge(callback, _("This message is too old; send /quiz best."))


async def _begin(
    message: Message, user: User, bank: Bank, quizzes: Quizmaster, words: Words
) -> None:
    """Begin with a new message, which becomes the one with the score."""
    if await quizzes.running_in(message.chat.id):
        stop = button("⏹ " + _("Stop"), QuizButton(step=Step.STOP).pack())
        await say(message, _refusal(Beginning.BUSY), [[stop]])
        return
    ready = _("Get ready: {topic}").format(topic=quoted(bank.title))
    sent = await message.answer(bold(ready), parse_mode=ParseMode.HTML)
    how = await quizzes.begin(_wish(sent, user, bank.topic, words))
    if how is not Beginning.BEGUN:
        await sent.edit_text(_refusal(how))


def _wish(message: Message, user: User, topic: str, words: Words) -> Wish:
    """message: the one that becomes the score"""
    return Wish(
        chat_id=message.chat.id,
        is_group=message.chat.type in GROUPS,
        topic=topic,
        language=words.locale,
        starter=user.id,
        score_message_id=message.message_id,
    )


async def _stopped(message: MaybeInaccessibleMessageUnion, user: User, quizzes: Quizmaster) -> str:
    """Stop the quiz of a chat if *user* may; what is to be said about it."""
    run = await quizzes.running_in(message.chat.id)
    if run is None:
        return _("There is no quiz to stop.")
    if not await quizzes.may_stop(run, user.id):
        return _("Only who started the quiz or manages this group may stop it.")
    await quizzes.halt(run)
    return _("The quiz was stopped.")


async def _best(message: Message, user: User, quizzes: Quizmaster, words: Words) -> str:
    """The best list of a group, or of the person in a private chat."""
    if message.chat.type in GROUPS:
        scores, names = await quizzes.best_of_chat(message.chat.id)
        told = text.best_of_chat(scores, names, words) if scores else ""
    else:
        topics = await quizzes.best_of_person(user.id)
        told = text.best_of_person(topics, words) if topics else ""
    return told or _("Nobody has answered a question here yet. /quiz starts the first quiz.")


def _refusal(how: Beginning) -> str:
    match how:
        case Beginning.BUSY:
            return _("A quiz is running here already. Wait for its end, or stop it.")
        case Beginning.FULL:
            return _("Too many quizzes are running just now. Please try again in a few minutes.")
        case _:
            return _("This topic is gone. /quiz shows those that there are.")


def _question(unknown: str = "") -> str:
    if not unknown:
        return _("Choose a topic:")
    told = _("I have no questions about “{topic}”. Choose one of these topics:")
    return told.format(topic=quoted(unknown, ARGUMENT_LENGTH))


def _topics(banks: Banks, words: Words) -> Rows:
    offered = [
        button(text.topic(bank, words), QuizButton(step=Step.TOPIC, topic=bank.topic).pack())
        for bank in banks.offered(words.locale)
    ]
    rows = [offered[n : n + IN_A_ROW] for n in range(0, len(offered), IN_A_ROW)]
    best = button("🏆 " + _("Best list"), QuizButton(step=Step.BEST).pack())
    return [*rows, [best]]


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="quiz")
    router.message.register(quiz, Command("quiz", ignore_case=True))
    press = router.callback_query.register
    press(quiz_topics, QuizButton.filter(F.step == Step.TOPICS))
    press(quiz_topic, QuizButton.filter(F.step == Step.TOPIC))
    press(quiz_again, QuizButton.filter(F.step == Step.AGAIN))
    press(quiz_stop, QuizButton.filter(F.step == Step.STOP))
    press(quiz_best, QuizButton.filter(F.step == Step.BEST))
    return router
