"""The assistant's commands and buttons, and what is said when nobody is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiogram.types import Message

from bot.analytics.render.words import Words
from bot.assistant.assistant import BusyError
from bot.assistant.limits import Reached
from bot.assistant.screen import Outcome
from bot.assistant.trouble import Trouble
from bot.database.engine import Database
from bot.handlers.assistant_words import busy, failure, last_word, used_up
from bot.middlewares.language import Catalogues
from tests.handlers.scene import Scene
from tests.updates import ALICE, ANONYMOUS, GROUP, NOON, private, says

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def scene(sqlite: Database) -> Scene:
    return Scene(
        sqlite,
        features=("assistant",),
        # Port 1: nobody is there, and these tests need nobody.
        assistant_base_url="http://127.0.0.1:1/v1",
        assistant_model="m",
    )


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    catalogues = Catalogues()
    with catalogues.context(), catalogues.use_locale("en"):
        yield


async def test_ask_without_words_says_how(scene: Scene) -> None:
    assert (await scene.says(ALICE, "/ask")).startswith("Write your question behind the command")


async def test_a_group_or_channel_is_not_answered(scene: Scene) -> None:
    update = says(ANONYMOUS, "/ask Why?", GROUP, sender_chat=GROUP)

    assert (await scene.hears(update)).startswith("I answer people.")


async def test_there_is_nothing_to_forget_before_the_first_question(scene: Scene) -> None:
    assert (await scene.says(ALICE, "/newchat")).startswith("We are not talking yet")


async def test_a_button_of_an_answer_that_is_over_says_so(scene: Scene) -> None:
    await scene.presses(ALICE, "assistant:12345")

    assert scene.outbox.hints == ["This answer has ended already."]


async def test_an_unknown_command_is_no_question(scene: Scene) -> None:
    assert (await scene.says(ALICE, "/nonsense")).startswith("I do not know this command.")


async def test_the_text_that_a_command_answers_to_is_the_question(scene: Scene) -> None:
    theirs = Message(message_id=1, date=NOON, chat=private(ALICE), text="Why is the sky blue?")

    await scene.hears(says(ALICE, "/ask", reply_to_message=theirs))

    assert not any(text.startswith("Write your question") for text in scene.outbox.texts)
    for feature in scene.features:
        await feature.stop()


@pytest.mark.parametrize("trouble", Trouble)
def test_each_trouble_has_a_sentence(trouble: Trouble) -> None:
    said = failure(Outcome(state="failed", error=trouble))

    assert said.endswith(".")
    assert trouble.value not in said


def test_an_answer_that_ended_well_needs_no_word() -> None:
    assert last_word(Outcome(state="done"), has_text=True) == ""


def test_an_answer_that_reached_its_limit_says_so() -> None:
    assert "cut off here" in last_word(Outcome(state="done", is_cut=True), has_text=True)


def test_half_an_answer_breaks_off() -> None:
    outcome = Outcome(state="failed", error=Trouble.NETWORK)

    assert "breaks off here" in last_word(outcome, has_text=True)
    assert "cannot be reached" in last_word(outcome, has_text=False)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("yours", "Press Stop"), ("all", "Many people"), ("closing", "restarted")],
)
def test_whoever_is_not_answered_now_hears_why(kind: str, words: str) -> None:
    assert words in busy(BusyError(kind))  # type: ignore[arg-type]  # pytest's are plain strings


@pytest.mark.parametrize(
    ("seconds", "left"),
    [(3600, "1 hr"), (3599, "1 hr"), (61, "2 min"), (0, "1 min"), (-5, "1 min")],
)
def test_a_limit_says_when_it_frees_in_whole_minutes(seconds: int, left: str) -> None:
    limit = Reached("messages", 15, NOW + timedelta(seconds=seconds))

    said = used_up(limit, Words(), NOW, has_plans=False)

    assert said == (
        "Your plan has 15 questions in 24 hours, and you have asked them. "
        f"You can ask again in {left}."
    )


def test_a_limit_points_to_the_plans_if_there_are_any() -> None:
    limit = Reached("tokens", 15_000, None)

    said = used_up(limit, Words(), NOW, has_plans=True)

    assert said == (
        "Your plan has 15,000 tokens of conversation in 24 hours, and they are used up. "
        "/plan shows what other plans offer."
    )
