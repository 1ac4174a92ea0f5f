"""The downloads' sheet shows groups, waits and errors, and leaves no site out."""

from __future__ import annotations

from bot.analytics.reports import downloads as report
from bot.analytics.reports.figure import Unknown
from bot.analytics.sheets.downloads import downloads
from bot.database import feature_tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, cleaned, old_record, replace, source_of
from tests.analytics.reports.test_downloads import download
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown


async def test_without_downloads_there_is_no_rate(sqlite: Database) -> None:
    await old_record(sqlite)

    sheet = downloads(await report.downloads(source_of(sqlite), asked()), ENGLISH)

    assert (lines(sheet)["requests"], lines(sheet)["success_rate"]) == (0, Unknown.NO_UPDATES)
    assert (rows(sheet, "formats"), rows(sheet, "errors")) == ([], [])
    assert shown(sheet)


async def test_one_download_is_in_every_group(sqlite: Database) -> None:
    await replace(sqlite, feature_tables.downloads, [download("done", NOON - DAY)])

    sheet = downloads(await report.downloads(source_of(sqlite), asked()), ENGLISH)

    names = {key: rows(sheet, key)[0]["name"] for key in ("formats", "qualities", "sites")}
    assert names == {"formats": "mp3", "qualities": "mp3 320k", "sites": "youtube"}
    assert rows(sheet, "waits")[0]["priority"] == "low"
    assert rows(sheet, "timeline")[-2]["done"] == 1
    assert rows(sheet, "timeline")[-2]["requests_before"] is Unknown.NOT_RECORDED_THEN
    assert "95 % are quicker than: <b>10 sec</b>" in shown(sheet)


async def test_what_was_removed_is_said_and_no_row_is_empty_for_it(sqlite: Database) -> None:
    await old_record(sqlite)
    await cleaned(sqlite, NOON - 5 * DAY)

    sheet = downloads(await report.downloads(source_of(sqlite), asked()), ENGLISH)

    assert "Single records from before 27 Dec 2025" in shown(sheet)
    days = [(row["requests"], row["requests_before"]) for row in rows(sheet, "timeline")]
    gone = Unknown.REMOVED
    assert days == [(gone, gone)] * 2 + [(0, gone)] * 5


async def test_hundreds_of_sites_with_names_of_all_kinds_fit(sqlite: Database) -> None:
    some = [download("failed", NOON - DAY, site=f"<b>{n}&", error="site") for n in range(400)]
    await replace(sqlite, feature_tables.downloads, some)

    sheet = downloads(await report.downloads(source_of(sqlite), asked()), ENGLISH)

    assert len(rows(sheet, "sites")) == 400
    assert "<b>399" not in shown(sheet)
