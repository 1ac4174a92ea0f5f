"""What a quiz says fits Telegram, whatever people are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.render.fit import LIMIT, units
from bot.analytics.render.words import Words
from bot.quiz import text
from bot.quiz.bank import QUESTION_LENGTH, Bank
from bot.quiz.run import Reason, Rules, Run
from bot.quiz.scores import ranked

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WORDS = Words()
RUN = Run(
    chat_id=-1,
    starter_number=None,
    is_group=True,
    language="en",
    topic="space",
    seed=0,
    questions=10,
    asked=3,
    started_at=NOON,
)
CROWD = ranked([(person, 3, 3, 10.0 + person) for person in range(1, 14)])


def view(names: dict[int, str] | None = None, **changed: Any) -> text.View:
    fields: dict[str, Any] = {"run": RUN, "title": "A & B", "scores": CROWD}
    return text.View(**fields | {"names": names or {}} | changed)


def test_the_score_shows_ten_and_counts_the_rest() -> None:
    shown = text.score(view({1: "Ann <b>"}), WORDS).splitlines()

    assert shown[:2] == ["<b>Quiz: A &amp; B</b>", "Question 3 of 10"]
    assert shown[3] == "🥇 Ann &lt;b&gt; · 3 of 3 right (100%) · 11 sec"
    assert shown[4].startswith("🥈 player 2 · ")
    assert shown[-1] == "… and 3 more players"
    assert len(shown) == 3 + 10 + 1


def test_alone_there_are_no_ranks() -> None:
    alone = view(scores=CROWD[:1], run=replace(RUN, is_group=False))

    assert text.result(alone, WORDS).splitlines()[-1] == "3 of 10 right (30%) · 11 sec"


def test_a_quiz_nobody_answered_says_so() -> None:
    assert "Nobody has answered yet." in text.score(view(scores=[]), WORDS)


def test_the_intro_says_how_it_is_played() -> None:
    shown = text.intro(view(), Rules(), WORDS).splitlines()

    assert shown[1] == "10 questions · 20 seconds each"
    assert shown[2].startswith("Everybody here may answer")


@given(st.text(max_size=300))
def test_no_name_makes_a_message_too_long(name: str) -> None:
    names = dict.fromkeys(range(1, 14), name)

    for told in (
        text.score(view(names), WORDS),
        text.result(view(names), WORDS),
        text.ended(view(names), Reason.SILENCE, WORDS),
        text.best_of_chat(CROWD[:10], names, WORDS),
    ):
        assert units(told) <= LIMIT


@given(st.text(min_size=1, max_size=QUESTION_LENGTH), st.integers(0, 49))
def test_a_question_keeps_within_telegrams_limit(asked: str, number: int) -> None:
    told = text.question(asked, number, 50)

    assert told.endswith(asked)
    assert told == asked or units(told) <= QUESTION_LENGTH


def test_a_language_that_nobody_knows_is_named_by_its_letters() -> None:
    bank = Bank("x", "Xenology", "qqq", (), 0)

    assert text.topic(bank, WORDS) == "Xenology (qqq)"
