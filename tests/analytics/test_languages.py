"""Choices are kept in the database and known without asking it."""

from __future__ import annotations

import pytest

from bot.analytics.languages import Languages, nearest
from bot.database import tables
from bot.database.engine import Database
from tests.rows import put, rows_of, user

ANN, BOB = 1001, 1002


async def loaded(database: Database) -> Languages:
    languages = Languages(database)
    await languages.load()
    return languages


async def test_a_choice_is_kept_for_somebody_never_seen_before(database: Database) -> None:
    await Languages(database).choose(ANN, "de")

    assert (await loaded(database)).chosen(ANN) == "de"
    (row,) = await rows_of(database, tables.users)
    assert row["first_seen_at"] is None


async def test_a_choice_changes_only_the_language_of_a_known_person(database: Database) -> None:
    await put(database, tables.users, user(1, name="Ann"), user(2))

    await Languages(database).choose(ANN, "de")

    ann, bob = await rows_of(database, tables.users)
    assert (ann["chosen_language"], ann["name"], bob["chosen_language"]) == ("de", "Ann", None)


async def test_a_choice_counts_at_once_and_can_be_taken_back(sqlite: Database) -> None:
    languages = Languages(sqlite)
    await languages.choose(ANN, "de")
    before = languages.chosen(ANN)

    await languages.choose(ANN, None)

    assert (before, languages.chosen(ANN), (await loaded(sqlite)).chosen(ANN)) == (
        "de",
        None,
        None,
    )


async def test_only_those_who_chose_are_remembered(sqlite: Database) -> None:
    await put(sqlite, tables.users, user(1, chosen_language="de"), user(2))

    languages = await loaded(sqlite)

    assert (languages.chosen(ANN), languages.chosen(BOB)) == ("de", None)


async def test_another_replicas_choice_is_heard_at_the_next_load(sqlite: Database) -> None:
    ours, theirs = await loaded(sqlite), await loaded(sqlite)
    await theirs.choose(ANN, "de")

    await ours.load()

    assert ours.chosen(ANN) == "de"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de-at", "de"),
        ("pt-br", "pt_BR"),
        ("pt", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("../../etc", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_nearest_language_is_found(tag: str | None, locale: str) -> None:
    assert nearest(tag, ["de", "en", "pt_BR"]) == locale
