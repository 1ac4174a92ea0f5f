"""Every sheet about people and chats holds together: empty, with one act, and with very much."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.analytics.render.sheet import Grid, Sheet
from bot.analytics.reports import (
    blocks,
    chat,
    chats,
    engagement,
    languages,
    messages,
    peak,
    person,
    sources,
    timeline,
    top,
    users,
)
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.analytics.sheets import (
    blocks as blocks_sheet,
)
from bot.analytics.sheets import (
    chat as chat_sheet,
)
from bot.analytics.sheets import (
    chats as chats_sheet,
)
from bot.analytics.sheets import (
    engagement as engagement_sheet,
)
from bot.analytics.sheets import (
    languages as languages_sheet,
)
from bot.analytics.sheets import (
    messages as messages_sheet,
)
from bot.analytics.sheets import (
    peak as peak_sheet,
)
from bot.analytics.sheets import (
    person as person_sheet,
)
from bot.analytics.sheets import (
    sources as sources_sheet,
)
from bot.analytics.sheets import (
    timeline as timeline_sheet,
)
from bot.analytics.sheets import (
    top as top_sheet,
)
from bot.analytics.sheets import (
    users as users_sheet,
)
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, asked, cleaned
from tests.analytics.reports.talk import Act, long_known, told
from tests.analytics.sheets.sound import ENGLISH, lines, rows, shown

Compute = Callable[[Source, Query], Awaitable[Any]]
LayOut = Callable[[Any, Any], Sheet]
NASTY = '<b>"&amp;\u202e=1+1'
ALL: dict[str, tuple[Compute, LayOut]] = {
    "messages": (messages.messages, messages_sheet.messages),
    "timeline": (timeline.timeline, timeline_sheet.timeline),
    "engagement": (engagement.engagement, engagement_sheet.engagement),
    "users": (users.users, users_sheet.users),
    "person": (person.person, person_sheet.person),
    "chats": (chats.chats, chats_sheet.chats),
    "chat": (chat.chat, chat_sheet.chat),
    "top": (top.top, top_sheet.top),
    "peak": (peak.peak, peak_sheet.peak),
    "sources": (sources.sources, sources_sheet.sources),
    "blocks": (blocks.blocks, blocks_sheet.blocks),
    "languages": (languages.languages, languages_sheet.languages),
}
ONE = [
    Act(number=1, hours=1, chat_id=-1),
    Act(number=1, hours=2, kind="start", label=NASTY),
    Act(number=1, hours=3, kind="block", label=None),
]
MANY = [Act(number=n, hours=n / 10, chat_id=-n) for n in range(1, 400)] + [
    Act(number=n, hours=n / 10, kind="start", label=f"ad{n}") for n in range(1, 400)
]


async def sheet_of(source: Source, name: str, days: int = 7) -> Sheet:
    compute, lay_out = ALL[name]
    who: dict[str, Any] = {
        "person": {"user_id": 1001},
        "chat": {"chat_id": -1},
    }.get(name, {})
    return lay_out(await compute(source, asked(days, **who)), ENGLISH)


@pytest.mark.parametrize("acts", [[], ONE, MANY], ids=["nothing", "one", "many"])
async def test_every_sheet_can_be_shown_whatever_happened(
    sqlite: Database, acts: list[Act]
) -> None:
    source = await told(sqlite, acts)

    for name in ALL:
        sheet = await sheet_of(source, name, 365 if acts is MANY else 7)
        assert sheet.name == name
        assert sheet.title in shown(sheet)


async def test_what_was_counted_stands_in_the_sheets(sqlite: Database) -> None:
    source = await told(sqlite, ONE, languages={1: "de"}, premium={1})
    async with sqlite.write("test") as connection:
        await connection.execute(tables.users.update().values(username="ann"))

    sheets = {name: await sheet_of(source, name) for name in ALL}

    assert lines(sheets["messages"])["total"] == 1
    assert rows(sheets["messages"], "types")[0]["share"] == 1
    assert rows(sheets["timeline"], "parts")[-1]["messages"] == 1
    assert lines(sheets["engagement"])["rate"] == 1
    assert rows(sheets["languages"], "languages")[0]["language"] == "German"
    assert rows(sheets["top"], "people_by_messages")[0]["person"] == "@ann"
    assert rows(sheets["top"], "chats_by_participants")[0]["participants"] == 1
    assert rows(sheets["blocks"], "parts")[-1]["blocks"] == 1
    assert rows(sheets["sources"], "first")[0]["source"] == NASTY
    assert lines(sheets["person"])["messages"] == 1
    assert lines(sheets["chat"])["participants"] == 1


async def test_the_week_is_a_grid_of_seven_days_and_24_hours(sqlite: Database) -> None:
    sheet = await sheet_of(await told(sqlite, ONE), "peak")

    grid = sheet.block("week")
    assert isinstance(grid, Grid)
    assert ([len(row) for row in grid.values], grid.rows[0]) == ([24] * 7, "Mon")
    assert lines(sheet)["busiest"] == "Thursday, 11:00"


async def test_what_older_records_would_have_told_is_said(sqlite: Database) -> None:
    source = await long_known(sqlite, *ONE)
    async with sqlite.write("test") as connection:
        await connection.execute(tables.chats.update().values(joined_at=5))
    await cleaned(sqlite, NOON - 90 * DAY)

    assert "Known people: those who came or did anything since 3 Oct 2025" in shown(
        await sheet_of(source, "chat")
    )
    assert "Of people met before 3 Oct 2025" in shown(await sheet_of(source, "sources"))


async def test_strangers_are_called_so(sqlite: Database) -> None:
    source = await told(sqlite, [])

    assert "never seen this person" in shown(await sheet_of(source, "person"))
    assert "does not know this chat" in shown(await sheet_of(source, "chat"))
    assert lines(await sheet_of(source, "users"))["known"] is Unknown.NOTHING_RECORDED


async def test_made_up_sources_do_not_fill_the_sheet(sqlite: Database) -> None:
    sheet = await sheet_of(await told(sqlite, MANY), "sources", 365)

    assert len(rows(sheet, "first")) == sources_sheet.ROWS
    assert "100 of 399" in shown(sheet)
