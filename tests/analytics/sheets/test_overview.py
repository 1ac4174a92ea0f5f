"""The overview laid out: what is used most is drawn, too."""

from __future__ import annotations

from bot.analytics.render.sheet import Sheet
from bot.analytics.reports.overview import overview
from bot.analytics.reports.source import Source
from bot.analytics.sheets import overview as overview_sheet
from bot.database.engine import Database
from tests.analytics.reports.business import asked
from tests.analytics.reports.talk import told
from tests.analytics.sheets.sound import ENGLISH


async def sheet_of(source: Source) -> Sheet:
    return overview_sheet.overview(await overview(source, asked(7)), ENGLISH)


async def test_commands_are_drawn(sqlite: Database) -> None:
    sheet = await sheet_of(await told(sqlite, []))

    assert sheet.charts[0].block == "commands"
    assert sheet.block("commands") in sheet.blocks
