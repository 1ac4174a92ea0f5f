"""What fails is numbered: the person gets the number, the operator the redacted details."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram import Router
from aiogram.dispatcher.event.bases import CancelHandler, SkipHandler
from aiogram.methods import AnswerCallbackQuery, AnswerPreCheckoutQuery, SendMessage
from aiogram.types import ErrorEvent, Message, Update

from bot.analytics.events import ErrorRaised
from bot.analytics.faults import ALPHABET
from bot.analytics.rows import MESSAGE_LENGTH, TRACEBACK_LENGTH
from tests.middlewares.stage import Stage, echo, fail, messages_to, presses_to
from tests.updates import ALICE, CHANNEL, GROUP, NOON, acts, message_json, presses, says, told


async def count(message: Message) -> None:
    """Fail with what the person wrote."""
    int(message.text or "")


async def tell_telegram_nonsense(message: Message) -> None:
    """Let Telegram refuse."""
    await message.answer("refused")


async def fail_at_length(_: Any) -> None:
    """Fail with a lot to say."""
    raise ValueError("x" * 100_000)


class UnreadableError(Exception):
    """One that cannot even say what it is."""

    def __str__(self) -> str:
        """Fail again."""
        raise RuntimeError


async def fail_unreadably(_: Any) -> None:
    """Fail with an exception that fails."""
    raise UnreadableError


async def apologise(event: ErrorEvent) -> None:
    """A router's own way to say it."""
    assert event.update.message
    await event.update.message.answer(f"sorry for {type(event.exception).__name__}")


async def apologise_by_return(event: ErrorEvent) -> SendMessage:
    """The same, as the answer of the update."""
    return SendMessage(chat_id=1, text="sorry")


async def fail_again(_: ErrorEvent) -> None:
    """An error handler that is itself broken."""
    raise RuntimeError


async def skip_error(_: ErrorEvent) -> None:
    """An error handler that leaves it to others."""
    raise SkipHandler


def with_error_handler(handler: Any) -> Router:
    """A router whose messages fail, with an error handler."""
    router = messages_to(fail)
    router.errors.register(handler)
    return router


def raised(stage: Stage) -> ErrorRaised:
    (fact,) = stage.facts(ErrorRaised)
    return fact


async def test_the_person_gets_the_number_in_their_private_chat() -> None:
    stage = Stage(messages_to(fail))

    await stage.hears(says(ALICE, "hi"))

    assert stage.outbox.texts == [
        f"Something went wrong on our side. Please try again; error number {raised(stage).number}."
    ]


async def test_the_number_is_said_in_the_persons_language() -> None:
    stage = Stage(messages_to(fail))

    await stage.hears(says(ALICE.model_copy(update={"language_code": "de"}), "hi"))

    (text,) = stage.outbox.texts
    assert raised(stage).number in text
    assert "Something" not in text


@pytest.mark.parametrize("chat", [None, GROUP])
async def test_a_button_gets_the_number_as_an_alert(chat: Any) -> None:
    stage = Stage(presses_to(fail))

    await stage.hears(presses(ALICE, "x", chat))

    (answer,) = stage.outbox.sent
    assert isinstance(answer, AnswerCallbackQuery)
    assert answer.show_alert
    assert raised(stage).number in (answer.text or "")


async def test_a_failed_checkout_tells_the_number_instead_of_letting_the_person_wait() -> None:
    router = Router()
    router.pre_checkout_query.register(fail)
    stage = Stage(router)

    await stage.hears(acts(ALICE, "pre_checkout_query"))

    (answer,) = stage.outbox.sent
    assert isinstance(answer, AnswerPreCheckoutQuery)
    assert not answer.ok
    assert raised(stage).number in (answer.error_message or "")


@pytest.mark.parametrize(
    "update",
    [
        says(ALICE, "hi", GROUP),
        told(channel_post=message_json(None, CHANNEL, text="news")),
        acts(ALICE, "inline_query"),
        acts(ALICE, "poll_answer"),
    ],
    ids=str,
)
async def test_others_hear_nothing_but_the_operator_does(update: Update) -> None:
    router = Router()
    for kind in router.observers.keys() - {"error"}:
        router.observers[kind].register(fail)
    stage = Stage(router)

    await stage.hears(update)

    assert stage.outbox.sent == []
    assert raised(stage).where == "fail"


async def test_the_operator_gets_where_and_what_without_the_secrets() -> None:
    stage = Stage(messages_to(fail))

    await stage.hears(says(ALICE, "hi"))

    fact = raised(stage)
    assert (fact.at, fact.category, fact.type, fact.where) == (
        NOON,
        "handler",
        "KeyError",
        "fail",
    )
    assert fact.message == "'█████ at http://█████@host/'"
    assert fact.traceback.startswith("Traceback")
    assert "stage.py" in fact.traceback
    assert "AAAA" not in fact.traceback and "pass@" not in fact.traceback


async def test_what_telegram_refuses_is_of_the_category_telegram() -> None:
    stage = Stage(messages_to(tell_telegram_nonsense))
    stage.outbox.problems[SendMessage] = "Bad Request: chat not found"

    await stage.hears(says(ALICE, "hi"))

    fact = raised(stage)
    assert (fact.category, fact.type) == ("telegram", "TelegramBadRequest")
    assert "chat not found" in fact.message


async def test_a_failure_with_a_lot_to_say_is_cut_to_what_is_stored() -> None:
    stage = Stage(messages_to(fail_at_length))

    await stage.hears(says(ALICE, "hi"))

    fact = raised(stage)
    assert (len(fact.message), len(fact.traceback)) == (MESSAGE_LENGTH, TRACEBACK_LENGTH)


async def test_an_exception_that_cannot_say_what_it_is_has_a_number_too() -> None:
    stage = Stage(messages_to(fail_unreadably))

    await stage.hears(says(ALICE, "hi"))

    assert raised(stage).message == "UnreadableError"
    assert raised(stage).number in stage.outbox.texts[0]


async def test_numbers_are_easy_to_read_out_and_do_not_repeat() -> None:
    stage = Stage(messages_to(fail))
    for _ in range(500):
        stage.watch.now += 1
        await stage.hears(says(ALICE, "hi"))

    numbers = {fact.number for fact in stage.facts(ErrorRaised)}

    assert len(numbers) == 500
    assert {len(number) for number in numbers} == {6}
    assert set("".join(numbers)) <= set(ALPHABET)
    assert not set("01ILO") & set(ALPHABET)


async def test_a_failed_filter_is_an_error_of_no_handler() -> None:
    stage = Stage()
    router = Router()
    router.message.register(echo, fail)
    stage.dispatcher.include_router(router)

    await stage.hears(says(ALICE, "hi"))

    assert raised(stage).where == "none"


async def test_a_routers_own_error_handler_answers_instead() -> None:
    stage = Stage(with_error_handler(apologise))

    await stage.hears(says(ALICE, "hi"))

    assert stage.outbox.texts == ["sorry for KeyError"]
    assert raised(stage).where == "fail"
    assert stage.handled().outcome == "error"


async def test_what_an_error_handler_returns_is_the_answer() -> None:
    stage = Stage(with_error_handler(apologise_by_return))

    answer = await stage.hears(says(ALICE, "hi"))

    assert answer == SendMessage(chat_id=1, text="sorry")
    assert stage.outbox.sent == []


@pytest.mark.parametrize("handler", [fail_again, skip_error])
async def test_an_error_handler_that_does_not_help_leaves_it_to_us(handler: Any) -> None:
    stage = Stage(with_error_handler(handler))

    await stage.hears(says(ALICE, "hi"))

    (text,) = stage.outbox.texts
    assert raised(stage).number in text


async def test_a_person_who_cannot_be_told_harms_nothing() -> None:
    stage = Stage(messages_to(fail))
    stage.outbox.problems[SendMessage] = "Forbidden: bot was blocked by the user"

    await stage.hears(says(ALICE, "hi"))

    assert stage.handled().outcome == "error"


@pytest.mark.parametrize("exc", [SkipHandler, CancelHandler])
async def test_aiograms_ways_out_are_no_errors(exc: type[Exception]) -> None:
    async def leave(_: Any) -> None:
        raise exc

    stage = Stage(messages_to(leave))

    try:
        await stage.hears(says(ALICE, "hi"))
    except CancelHandler:
        assert exc is CancelHandler

    assert stage.facts(ErrorRaised) == []


async def test_being_cut_off_is_no_error() -> None:
    async def cut_off(_: Any) -> None:
        raise asyncio.CancelledError

    stage = Stage(messages_to(cut_off))

    with pytest.raises(asyncio.CancelledError):
        await stage.hears(says(ALICE, "hi"))

    assert (stage.facts(ErrorRaised), stage.outbox.sent) == ([], [])


@pytest.mark.parametrize("keep_text", [False, True])
async def test_what_the_person_wrote_is_kept_only_where_texts_are(
    keep_text: bool,  # noqa: FBT001  a table's column
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage(messages_to(count), keep_text=keep_text)

    await stage.hears(says(ALICE, "my IBAN DE89370400440532013000"))

    fact = raised(stage)
    for text in (fact.message, fact.traceback, caplog.text):
        assert ("DE89370400440532013000" in text, "IBAN" in text) == (keep_text, keep_text)
    assert fact.message.startswith("invalid literal for int()")
    assert fact.traceback.startswith("Traceback")


async def test_an_error_handler_that_fails_quotes_nothing_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    router = messages_to(count)
    router.errors.register(fail_again)

    await Stage(router).hears(says(ALICE, "my IBAN"))

    assert "error handler failed" in caplog.text
    assert "IBAN" not in caplog.text


@pytest.mark.parametrize("update", [says(ALICE, "hi"), presses(ALICE, "x")], ids=["word", "press"])
async def test_an_answer_nobody_can_read_harms_nothing(update: Update) -> None:
    router = messages_to(fail)
    router.callback_query.register(fail)
    stage = Stage(router)
    stage.outbox.unreadable |= {SendMessage, AnswerCallbackQuery}

    await stage.hears(update)

    assert stage.handled().outcome == "error"
