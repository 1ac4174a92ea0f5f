"""The quizzes' sheet shows results, people, chats, and hours as a grid."""

from __future__ import annotations

from bot.analytics.render.sheet import Grid
from bot.analytics.render.words import Words
from bot.analytics.reports import quizzes as report
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.quizzes import quizzes
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import ANN, NOON
from tests.analytics.reports.business import DAY, asked, old_record, replace, source_of
from tests.analytics.reports.test_quizzes import GROUP, answer, played, run
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown
from tests.rows import put


async def test_without_quizzes_shares_say_why_and_results_are_0(sqlite: Database) -> None:
    await old_record(sqlite)

    sheet = quizzes(await report.quizzes(source_of(sqlite), asked()), ENGLISH)

    assert (lines(sheet)["started"], lines(sheet)["correct_share"]) == (0, Unknown.NO_UPDATES)
    assert [row["results"] for row in rows(sheet, "scores")] == [0] * 11
    assert shown(sheet)


async def test_people_and_chats_go_by_their_names_or_ids(sqlite: Database) -> None:
    await played(sqlite)
    await put(sqlite, tables.chats, {"chat_id": GROUP, "type": "group", "title": "<i>Friends"})

    sheet = quizzes(await report.quizzes(source_of(sqlite), asked()), ENGLISH)

    assert [row["person"] for row in rows(sheet, "players")] == ["1002", "1001"]
    assert rows(sheet, "chats")[0]["chat"] == "<i>Friends"
    assert "&lt;i&gt;Friends" in shown(sheet)


async def test_hours_are_a_grid_with_weekdays_in_the_readers_language(sqlite: Database) -> None:
    await played(sqlite)

    found = await report.quizzes(source_of(sqlite), asked())
    hours = quizzes(found, Words(locale="de")).block("hours")

    assert isinstance(hours, Grid)
    assert (hours.rows[3], hours.columns[11], hours.values[3][11]) == ("Do.", "11", 5)


async def test_results_are_named_by_their_share(sqlite: Database) -> None:
    sheet = quizzes(await report.quizzes(source_of(sqlite), asked()), ENGLISH)

    names = [row["right"] for row in rows(sheet, "scores")]
    assert (names[0], names[3], names[10]) == ("0% to 9%", "30% to 39%", "100%")


async def test_many_topics_and_players_fit_and_the_rest_is_counted(sqlite: Database) -> None:
    runs = [run(n, "completed", NOON - DAY, topic=f"topic{n}") for n in range(1, 101)]
    given = [answer(n, 0, ANN + n, 1) for n in range(1, 101)]
    await replace(sqlite, feature_tables.quiz_runs, runs)
    await replace(sqlite, feature_tables.quiz_answers, given)

    sheet = quizzes(await report.quizzes(source_of(sqlite), asked()), ENGLISH)

    assert (len(rows(sheet, "topics")), len(rows(sheet, "players"))) == (100, 20)
    assert "20 of 100 rows" in shown(sheet)
