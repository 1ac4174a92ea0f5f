"""Who sends too fast is refused, asked once for patience, and heard again after a while."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import Update, User

from bot.analytics.bus import Bus
from bot.analytics.events import RateLimited, UpdateHandled
from bot.middlewares.language import Catalogues
from bot.middlewares.throttle import PEOPLE_REMEMBERED, Throttle
from bot.middlewares.timer import Trace
from tests.fakes import Recorder
from tests.middlewares.stage import BURST, Stage, echo, messages_to
from tests.updates import (
    ACTIONS,
    ALICE,
    ANONYMOUS,
    CHANNEL,
    GROUP,
    NOON,
    ROOT,
    acts,
    edits,
    message_json,
    moves,
    posts,
    presses,
    private,
    reacts,
    says,
    told,
)

CROWD = 100_000
PATIENCE = "That was a lot at once. Please wait a few seconds and try again."
ASKED_OFTEN = 4 * BURST


async def take(_event: Any, _data: Any) -> None:
    """Take any update."""


def outcomes(stage: Stage) -> list[str]:
    return [fact.outcome for fact in stage.facts(UpdateHandled)]


def refused(stage: Stage) -> int:
    return outcomes(stage).count("throttled")


async def flood(stage: Stage, user: User = ALICE, count: int = ASKED_OFTEN) -> None:
    """*user* writes many messages at once."""
    await stage.hears(*(says(user, "hi") for _ in range(count)))


async def test_a_burst_is_handled_and_what_follows_refused() -> None:
    stage = Stage(messages_to(echo))

    await flood(stage, count=BURST + 2)

    assert outcomes(stage) == ["handled"] * BURST + ["throttled"] * 2
    assert stage.facts(RateLimited) == [RateLimited(at=NOON, kind="person")] * 2


async def test_after_a_second_one_more_is_handled() -> None:
    stage = Stage(messages_to(echo))
    await flood(stage)

    stage.watch.now += 1
    await flood(stage, count=2)

    assert outcomes(stage)[-2:] == ["handled", "throttled"]


async def test_half_a_second_is_not_enough_but_two_halves_are() -> None:
    stage = Stage(messages_to(echo))
    await flood(stage)

    for _ in range(2):
        stage.watch.now += 0.5
        await flood(stage, count=1)

    assert outcomes(stage)[-2:] == ["throttled", "handled"]


async def test_a_long_silence_saves_up_one_burst_and_no_more() -> None:
    stage = Stage(messages_to(echo))
    await flood(stage)

    stage.watch.now += 86_400
    await flood(stage, count=BURST + 1)

    assert outcomes(stage)[-BURST - 1 :] == ["handled"] * BURST + ["throttled"]


async def test_a_flood_is_answered_once_however_long_it_lasts() -> None:
    stage = Stage(messages_to(echo))

    for _ in range(100):
        await flood(stage)
        stage.watch.now += 1

    assert stage.outbox.texts.count(PATIENCE) == 1


async def test_the_next_flood_after_a_silence_is_answered_again() -> None:
    stage = Stage(messages_to(echo))

    for _ in range(2):
        await flood(stage)
        stage.watch.now += BURST

    assert stage.outbox.texts.count(PATIENCE) == 2


async def test_everyone_has_a_measure_of_their_own() -> None:
    stage = Stage(messages_to(echo))
    await flood(stage)

    await flood(stage, ROOT, BURST)

    assert outcomes(stage)[-BURST:] == ["handled"] * BURST


async def test_a_button_is_answered_once_on_the_button() -> None:
    stage = Stage()

    await stage.hears(*(presses(ALICE, "x") for _ in range(ASKED_OFTEN)))

    assert stage.outbox.hints == [PATIENCE]
    assert stage.outbox.texts == []


async def test_messages_buttons_and_queries_share_the_measure() -> None:
    stage = Stage()

    await stage.hears(
        says(ALICE, "hi"), presses(ALICE, "x"), acts(ALICE, "inline_query"), says(ALICE, "hi")
    )

    assert outcomes(stage) == ["unhandled"] * BURST + ["throttled"]


async def test_an_inline_query_is_refused_without_a_word() -> None:
    stage = Stage()

    await stage.hears(*(acts(ALICE, "inline_query") for _ in range(ASKED_OFTEN)))

    assert refused(stage) == ASKED_OFTEN - BURST
    assert stage.outbox.sent == []


async def test_a_group_is_not_bothered() -> None:
    stage = Stage()

    await stage.hears(*(says(ALICE, "hi", GROUP) for _ in range(ASKED_OFTEN)))

    assert refused(stage) == ASKED_OFTEN - BURST
    assert stage.outbox.sent == []


async def test_the_answer_is_in_the_persons_language() -> None:
    stage = Stage()

    await flood(stage, ALICE.model_copy(update={"language_code": "de"}))

    (answer,) = stage.outbox.texts
    assert answer.startswith("Das war viel")


PAID = {
    "currency": "XTR",
    "total_amount": 1,
    "invoice_payload": "x",
    "telegram_payment_charge_id": "1",
    "provider_payment_charge_id": "",
}
SLOWED = {"callback_query", "inline_query"}
PERSON = ALICE.model_dump(exclude_none=True)


@pytest.mark.parametrize(
    "update",
    [
        told(message=message_json(ALICE, private(ALICE), successful_payment=PAID)),
        told(message=message_json(ALICE, private(ALICE), refunded_payment=PAID)),
        *(acts(ALICE, kind) for kind in sorted(ACTIONS.keys() - SLOWED)),
        told(message=message_json(ALICE, GROUP, new_chat_members=[PERSON])),
        told(message=message_json(ALICE, GROUP, left_chat_member=PERSON)),
        moves(ALICE, "left", "member"),
        moves(ALICE, "member", "kicked", private(ALICE), kind="my_chat_member"),
        reacts(ALICE),
        edits(ALICE),
        posts("news"),
        says(None, "from nobody", GROUP),
    ],
    ids=str,
)
async def test_never_refused_however_often(update: Update) -> None:
    stage = Stage()
    await flood(stage)

    before = refused(stage)
    await stage.hears(*(update for _ in range(ASKED_OFTEN)))

    assert refused(stage) == before


async def test_anonymous_admins_of_two_groups_do_not_slow_each_other() -> None:
    stage = Stage()
    for chat in (GROUP, CHANNEL):
        for _ in range(BURST):
            await stage.hears(says(ANONYMOUS, "hi", chat, sender_chat=chat))

    assert refused(stage) == 0


@pytest.mark.parametrize(
    ("update", "method"),
    [(says(ALICE, "hi"), SendMessage), (presses(ALICE, "x"), AnswerCallbackQuery)],
)
async def test_an_answer_that_telegram_refuses_harms_nothing(
    update: Update, method: type[Any]
) -> None:
    stage = Stage()
    stage.outbox.problems[method] = "Forbidden: bot was blocked by the user"

    await stage.hears(*(update for _ in range(ASKED_OFTEN)))

    assert refused(stage) == ASKED_OFTEN - BURST


async def test_only_the_latest_of_a_hundred_thousand_people_are_remembered() -> None:
    told_of = Recorder()
    throttle = Throttle(Bus(told_of), rate=1, burst=1, monotonic=lambda: 0.0)
    query, i18n = acts(ALICE, "inline_query"), Catalogues()

    async def again(number: int) -> bool:
        told_of.clear()
        assert query.inline_query
        asker = ALICE.model_copy(update={"id": number})
        asked = query.inline_query.model_copy(update={"from_user": asker})
        update = query.model_copy(update={"inline_query": asked})
        with i18n.context(), i18n.use_locale("en"):
            await throttle(take, update, {"trace": Trace(NOON, "inline_query")})
        return bool(told_of)

    for number in range(CROWD):
        await again(number)

    assert await again(CROWD - PEOPLE_REMEMBERED)
    assert not await again(0)


async def test_an_answer_nobody_can_read_harms_nothing() -> None:
    stage = Stage(messages_to(echo))
    await flood(stage, count=BURST)
    stage.outbox.unreadable.add(SendMessage)

    await flood(stage, count=1)

    assert refused(stage) == 1
