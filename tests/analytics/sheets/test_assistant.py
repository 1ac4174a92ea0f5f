"""The assistant's sheet never shows a cost of 0 for tokens without a price."""

from __future__ import annotations

from bot.analytics.reports import assistant as report
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.assistant import assistant
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, cleaned, old_record, source_of
from tests.analytics.reports.test_assistant import FREE, has, question
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown


async def test_without_questions_there_are_no_means(sqlite: Database) -> None:
    await old_record(sqlite)

    sheet = assistant(await report.assistant(source_of(sqlite), asked()), ENGLISH)

    assert (lines(sheet)["messages"], lines(sheet)["cost_person"]) == (0, Unknown.NO_UPDATES)
    assert shown(sheet)


async def test_tokens_without_a_price_are_shown_and_have_no_cost(sqlite: Database) -> None:
    await has(sqlite, question(1, NOON - DAY, **FREE))

    sheet = assistant(await report.assistant(source_of(sqlite), asked()), ENGLISH)

    assert (lines(sheet)["unpriced_tokens"], lines(sheet)["cost"]) == (100, Unknown.NO_PRICE)
    costs = [rows(sheet, key)[0]["cost"] for key in ("models", "people", "conversations")]
    assert [*costs, rows(sheet, "timeline")[-2]["cost"]] == [Unknown.NO_PRICE] * 4
    assert "100 tokens without a known price are in no cost." in shown(sheet)


async def test_what_was_removed_costs_not_nothing(sqlite: Database) -> None:
    await old_record(sqlite)
    await cleaned(sqlite, NOON - 5 * DAY)

    sheet = assistant(await report.assistant(source_of(sqlite), asked()), ENGLISH)

    assert "Single records from before 27 Dec 2025" in shown(sheet)
    assert [row["cost"] for row in rows(sheet, "timeline")] == [Unknown.REMOVED] * 2 + [0] * 5


async def test_a_model_shows_its_tokens_by_type(sqlite: Database) -> None:
    await has(sqlite, question(1, NOON - DAY))

    sheet = assistant(await report.assistant(source_of(sqlite), asked()), ENGLISH)

    types = ("input", "cached_input", "output", "reasoning", "unpriced")
    wise = rows(sheet, "models")[0]
    assert [wise[f"{name}_tokens"] for name in types] == [60, 20, 15, 5, 0]
    assert rows(sheet, "conversations")[0]["conversation"] == "1"
    assert "without a known price" not in shown(sheet)


async def test_many_models_and_conversations_fit(sqlite: Database) -> None:
    some = [question(n, NOON - DAY, model=f"<m{n}>", user_number=n) for n in range(1, 151)]
    await has(sqlite, *some)

    sheet = assistant(await report.assistant(source_of(sqlite), asked()), ENGLISH)

    assert (len(rows(sheet, "models")), len(rows(sheet, "conversations"))) == (150, 20)
    assert "20 of 150 rows" in shown(sheet)
    assert rows(sheet, "people")[0]["person"] == "forgotten"
