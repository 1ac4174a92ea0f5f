"""Question banks: what is shipped is right in form, and what is wrong is named exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.analytics.render.fit import units
from bot.errors import ConfigError
from bot.quiz.bank import (
    EXPLANATION_LENGTH,
    OPTION_LENGTH,
    QUESTION_LENGTH,
    TOPICS,
    Bank,
    load_banks,
)

GOOD = """
title = "Colours"
language = "en"

[[question]]
text = "Which colour has grass?"
right = "Green"
wrong = ["Red"]
explanation = "Chlorophyll."

[[question]]
text = "Which colour has snow?"
right = "White"
wrong = ["Black", "Blue"]
"""
SHIPPED = load_banks().offered("en")


def folder_with(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


def problem_of(folder: Path) -> str:
    with pytest.raises(ConfigError, match=r"^QUIZ_FOLDER: ") as caught:
        load_banks(folder)
    return str(caught.value).removeprefix("QUIZ_FOLDER: ")


@pytest.mark.parametrize("bank", SHIPPED, ids=lambda bank: bank.topic)
def test_a_shipped_bank_is_large_and_fits_telegram(bank: Bank) -> None:
    assert len(bank.questions) >= 15
    for question in bank.questions:
        assert units(question.text) <= QUESTION_LENGTH - len("50/50 · ")
        assert max(units(one) for one in (question.right, *question.wrong)) <= OPTION_LENGTH
        assert 0 < units(question.explanation or "") <= EXPLANATION_LENGTH


def test_seven_banks_are_shipped_two_of_them_in_german() -> None:
    assert [bank.topic for bank in SHIPPED if bank.language == "de"] == [
        "geography-de",
        "space-de",
    ]
    assert len(SHIPPED) == 7


def test_a_persons_own_language_comes_first() -> None:
    titles = [bank.title for bank in load_banks().offered("de_DE")]

    assert titles[:3] == ["Erdkunde", "Weltraum", "Animals"]


@pytest.mark.parametrize("words", ["space-de", "SPACE-DE", " weltraum "])
def test_a_topic_is_found_by_its_name_and_by_its_title(words: str) -> None:
    found = load_banks().find(words)

    assert found
    assert found.topic == "space-de"


def test_a_folder_adds_topics_and_replaces_some(tmp_path: Path) -> None:
    offered = load_banks(folder_with(tmp_path, colours=GOOD, space=GOOD)).offered("en")

    titles = {bank.topic: bank.title for bank in offered}
    assert len(titles) == 8
    assert titles["colours"] == titles["space"] == "Colours"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"White"', '""', "question 2, right: must not be empty"),
        ('"White"', '"Blue"', "question 2, wrong: has the right answer among the wrong ones"),
        ('"White"', "3", "question 2, right: Input should be a valid string"),
        ('right = "White"', "", "question 2, right: Field required"),
        ("right = ", "answer = ", "question 1, right: Field required"),
        ('["Red"]', "[]", "question 1, wrong: Tuple should have at least 1 item"),
        ('["Red"]', str(["x"] * 10), "question 1, wrong: Tuple should have at most 9 items"),
        ('["Red"]', '["{x}", "{x}"]', "question 1, wrong: has “{x}” twice"),
        ('"Red"', f'"{"x" * 101}"', "question 1, wrong, 1: has more than 100 characters"),
        ("Which colour has snow?", "x" * 301, "question 2, text: has more than 300 characters"),
        ("Which colour has snow?", "🐄" * 151, "question 2, text: has more than 300 characters"),
        ("snow", "grass", "question 2, text: was asked before"),
        ("Chlorophyll.", "x" * 201, "question 1, explanation: has more than 200 characters"),
        ("Chlorophyll.", r"a\nb\nc\nd", "question 1, explanation: has more than 2 line feeds"),
        ("explanation", "because", "question 1, because: Extra inputs are not permitted"),
        ('title = "Colours"', "", "title: Field required"),
        ('"en"', '"English"', "language: must be two or three small letters, such as en"),
        ("[[question]]", "[[other]]", "question: Field required"),
        ("[[question]]", "[[question", "Expected"),
    ],
)
def test_a_broken_bank_is_named_with_question_and_field(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in GOOD

    problem = problem_of(folder_with(tmp_path, colours=GOOD.replace(old, new)))

    assert problem.startswith(f"colours.toml: {told}")


@pytest.mark.parametrize("name", ["Colours", "9lives", "a b", "a" * 33, "über", "a:b"])
def test_a_topics_name_is_fit_to_be_a_label(tmp_path: Path, name: str) -> None:
    problem = problem_of(folder_with(tmp_path, **{name: GOOD}))

    assert problem == (
        f"{name}.toml: a topic's name has 1 to 32 of a-z, 0-9, _ and -, and begins with a-z"
    )


def test_there_is_an_end_to_topics(tmp_path: Path) -> None:
    problem = problem_of(folder_with(tmp_path, **{f"t{n}": GOOD for n in range(TOPICS)}))

    assert problem.startswith("more than 100 topics")


def test_a_bank_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "colours.toml").write_bytes(b"\xff\xfe")

    assert problem_of(tmp_path).startswith("colours.toml: 'utf-8' codec can't decode")


def test_a_bank_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "colours.toml").mkdir()

    assert problem_of(tmp_path) == "colours.toml: Is a directory"


def test_other_questions_have_another_fingerprint(tmp_path: Path) -> None:
    one = load_banks(folder_with(tmp_path, colours=GOOD)).get("colours")
    other = load_banks(folder_with(tmp_path, colours=GOOD.replace("Blue", "Grey"))).get("colours")

    assert one
    assert other
    assert one.fingerprint != other.fingerprint
