"""Everybody is listed once, whatever the size of a page and whoever comes in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.analytics.reports.directory import directory
from bot.analytics.reports.source import Source
from bot.database.engine import Database
from tests.analytics.reports.crowd import HISTORIES, Came, Template, crowd, few, template

__all__ = ["template"]


async def walked(source: Source, size: int, *, is_active_only: bool) -> list[int]:
    """The numbers on all pages, one page after the other."""
    found: list[int] = []
    after: int | None = None
    while True:
        page = await directory(source, after=after, size=size, is_active_only=is_active_only)
        assert len(page.people) <= size
        found += [one.telegram_id - 1000 for one in page.people]
        after = page.after
        if after is None:
            return found


@few
@given(came=HISTORIES, size=st.integers(1, 5))
def test_all_pages_together_are_everybody(template: Template, came: Came, size: int) -> None:
    everybody = {number for some in came.values() for number in some}
    lately = {number for days, some in came.items() if days < 30 for number in some}

    async def work(source: Source) -> None:
        everyone = await walked(source, size, is_active_only=False)
        active = await walked(source, size, is_active_only=True)
        assert everyone == sorted(everybody, reverse=True)
        assert active == sorted(lately, reverse=True)

    template.run(came, work)


async def test_beyond_all_numbers_is_the_beginning(sqlite: Database) -> None:
    source = await crowd(sqlite, {1: {1, 2}})

    for is_active_only in (False, True):
        page = await directory(source, after=2**63 - 1, size=5, is_active_only=is_active_only)
        none = await directory(source, after=0, size=5, is_active_only=is_active_only)
        assert ([one.telegram_id for one in page.people], none.people) == ([1002, 1001], ())


async def test_a_page_is_found_by_its_key(database: Database) -> None:
    page = "SELECT * FROM users WHERE first_seen_at IS NOT NULL AND number < 50"
    async with database.read("test") as connection:
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        if not database.is_sqlite:  # an empty table is read as a whole
            await connection.execute(text("SET LOCAL enable_seqscan TO off"))
            await connection.execute(text("SET LOCAL enable_sort TO off"))
        rows = await connection.execute(text(f"{explain} {page} ORDER BY number DESC LIMIT 5"))
        plan = " ".join(str(row) for row in rows)

    assert "INTEGER PRIMARY KEY" in plan or "Index Scan Backward using users_pkey" in plan
