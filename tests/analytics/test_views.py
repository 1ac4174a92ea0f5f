"""Every report there is can be asked for, laid out, and shown in every form, also without data."""

from __future__ import annotations

import asyncio
import inspect
import re
import threading
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.shelf import CHAT, KINDS, PERSON, SHELF, Kind
from bot.analytics.turns import BusyError
from bot.analytics.views import FileType, View, Views
from bot.database.engine import Database
from tests.analytics.reports.business import source_of

GUIDE = Path(__file__).parents[2] / "docs" / "reports.md"
ALL = (*KINDS, PERSON, CHAT)
ENGLISH = Words()


def views_of(database: Database, *, is_synthetic: bool = False) -> Views:
    reports = Reports(source_of(database), CollectorRegistry(), {}, zone=UTC, bus=Bus())
    return Views(reports, is_synthetic=is_synthetic)


def view_of(kind: Kind) -> View:
    return View(kind=kind, days=kind.days, user_id=1001, chat_id=None if kind is PERSON else -100)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
async def test_a_report_is_shown_even_when_nothing_happened(
    database: Database, kind: Kind
) -> None:
    sheet = await views_of(database).sheet(view_of(kind), ENGLISH)

    assert sheet.name == kind.name
    assert pages(sheet, ENGLISH)
    assert {chart.block for chart in sheet.charts} <= {block.key for block in sheet.blocks}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_what_computes_a_report_is_a_function_of_ours(kind: Kind) -> None:
    assert inspect.iscoroutinefunction(kind.compute)
    assert inspect.isfunction(kind.lay_out)
    assert 1 <= kind.days <= 365 and kind.steps


def test_every_report_is_in_the_guide() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(rows) == sorted(SHELF)


@pytest.mark.parametrize("type_", ["csv", "json", "pdf"])
async def test_a_report_is_a_file_that_says_it_is_synthetic(
    sqlite: Database, type_: FileType
) -> None:
    views = views_of(sqlite, is_synthetic=True)

    file = await views.file(view_of(SHELF["users"]), ENGLISH, type_)

    assert file.name == f"telegauge-users-30d-2026-01-01.{type_}"
    if type_ == "json":
        assert orjson.loads(file.content)["is_synthetic"] is True
    if type_ == "csv":
        assert "Synthetic data" in file.content.decode()


async def test_a_report_s_pictures_are_png(sqlite: Database) -> None:
    (picture, *_) = await views_of(sqlite).pictures(view_of(SHELF["peak"]), ENGLISH)

    assert picture.content.startswith(b"\x89PNG")


async def test_the_overview_is_computed_before_anybody_asks(sqlite: Database) -> None:
    views = views_of(sqlite)

    await views.warm()

    assert len(views.reports._kept) == 3  # noqa: SLF001  what would make somebody wait


async def test_files_are_made_in_threads_of_their_own(sqlite: Database) -> None:
    views, threads = views_of(sqlite), list[str]()

    class Watched(Words):
        """Words that remember in which threads they were looked up."""

        def __getattribute__(self, name: str) -> Any:
            threads.append(threading.current_thread().name)
            return super().__getattribute__(name)

    await views.file(view_of(SHELF["users"]), Watched(), "csv")

    assert any(name.startswith("draw") for name in threads)


async def test_the_impatient_get_no_file_while_many_are_made(sqlite: Database) -> None:
    views = views_of(sqlite)
    view = view_of(SHELF["users"])
    waiting = [views.file(view, ENGLISH, "csv") for _ in range(40)]

    hasty = [views.file(replace(view, is_patient=False), ENGLISH, "csv") for _ in range(40)]
    await views.report(view)  # the others then wait for their turns only
    found = await asyncio.gather(*waiting, *hasty, return_exceptions=True)

    refused = [isinstance(one, BusyError) for one in found]
    assert not any(refused[:40])
    assert all(refused[40:])


async def test_nothing_is_drawn_after_the_end(sqlite: Database) -> None:
    views = views_of(sqlite)

    await views.stop()

    with pytest.raises(RuntimeError, match="shutdown"):
        await views.file(view_of(SHELF["users"]), ENGLISH, "csv")
