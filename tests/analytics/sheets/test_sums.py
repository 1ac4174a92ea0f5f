"""Where only sums are left of a period, or nothing was recorded yet, its sheet says so."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.messages import messages
from bot.analytics.reports.timeline import timeline
from bot.analytics.sheets.messages import messages as lay_out_messages
from bot.analytics.sheets.timeline import timeline as lay_out_timeline
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked
from tests.analytics.reports.talk import Act, long_met, summed, told
from tests.analytics.sheets.sound import rows

NOTE = "Before 1 Jan 2026 09:00:00: from sums of hours and days."


@pytest.mark.parametrize(("removed", "notes"), [(False, []), (True, [NOTE])])
async def test_a_sheet_says_up_to_when_there_are_sums_only(
    sqlite: Database,
    removed: bool,  # noqa: FBT001  a parameter
    notes: list[str],
) -> None:
    source = await long_met(sqlite, Act(number=1, hours=30))
    await summed(sqlite, NOON, UTC, removed=removed)

    some = await messages(source, asked(7))
    parts = await timeline(source, asked(7))

    assert [*lay_out_messages(some, Words()).notes] == notes
    assert [*lay_out_timeline(parts, Words()).notes] == notes


async def test_days_before_the_first_record_are_no_days_of_0_messages(sqlite: Database) -> None:
    source = await told(sqlite, [Act(number=1, hours=30)], UTC)

    sheet = lay_out_timeline(await timeline(source, asked(4)), Words())

    gap = Unknown.NOT_RECORDED_THEN
    assert [row["messages"] for row in rows(sheet, "parts")] == [gap, gap, 1, 0]
