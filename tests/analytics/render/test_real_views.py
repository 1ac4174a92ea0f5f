"""A report of real rows says the same in the chat, as data, as a table and on paper."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import orjson
from pypdf import PdfReader

from bot.analytics.render.sheet import Figures, Sheet, Table, Value
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.sheet_words import reason
from bot.analytics.render.values import written
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from bot.analytics.shelf import SHELF
from bot.analytics.views import FileType, View
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, deal, old_record
from tests.analytics.test_views import views_of
from tests.rows import event, payment, put

ENGLISH = Words()
VIEW = View(kind=SHELF["revenue"], days=7)


async def sold(database: Database) -> None:
    """Sales of two plans and a subscription that ended; no failures, and no invoices before."""
    await old_record(database)
    await put(database, tables.events, *[event("invoice", NOON - DAY) for _ in range(3)])
    await put(
        database,
        tables.payments,
        payment("a", NOON - DAY, plan="premium", stars=150),
        payment("b", NOON - 2 * DAY, plan="vip", stars=1437, user_number=2),
        payment("c", NOON - 9 * DAY, plan="vip", stars=400),
    )
    over = {"expires_at": NOON - DAY, "ended_at": NOON - DAY, "end": "failed"}
    ended = deal(2, NOON - 20 * DAY, **over)
    await put(database, feature_tables.subscriptions, deal(1, NOON - 3 * DAY), ended)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The report as each view has it.  chat, paper: plain text; rows: of the CSV file"""

    sheet: Sheet
    chat: str
    data: dict[str, Any]
    rows: list[list[str]]
    paper: str


async def shown(database: Database) -> Shown:
    await sold(database)
    views = views_of(database)
    kinds: tuple[FileType, ...] = ("json", "csv", "pdf")
    json, table, paper = [(await views.file(VIEW, ENGLISH, kind)).content for kind in kinds]
    sheet = await views.sheet(VIEW, ENGLISH)
    printed = [page.extract_text() for page in PdfReader(BytesIO(paper)).pages]
    return Shown(
        sheet=sheet,
        chat="\n".join(pages(sheet, ENGLISH)).replace("<b>", "").replace("</b>", ""),
        data={block["key"]: block for block in orjson.loads(json)["blocks"]},
        rows=list(csv.reader(StringIO(table.decode(), newline=""))),
        paper=" ".join(" ".join(printed).split()),
    )


def data(value: Value) -> Any:
    """*value* in JSON."""
    if isinstance(value, Unknown):
        return {"value": None, "reason": value.value}
    return value.isoformat() if isinstance(value, date) else value


def cell(value: Value) -> str:
    """*value* in CSV."""
    if value is None or isinstance(value, str):
        return reason(value, ENGLISH) if isinstance(value, Unknown) else value or ""
    return value.isoformat() if isinstance(value, date) else str(value).removesuffix(".0")


async def test_every_figure_is_the_same_in_every_view(sqlite: Database) -> None:
    views = await shown(sqlite)

    found = [block for block in views.sheet.blocks if isinstance(block, Figures)]

    assert Unknown.NO_UPDATES in {line.before for block in found for line in block.lines}
    for block in found:
        lines = {line["key"]: line for line in views.data[block.key]["lines"]}
        for line in block.lines:
            text = written(line.value, line.unit, ENGLISH)
            said = lines[line.key]["value"], lines[line.key]["before"]
            assert f"\n{line.label}: {text}" in views.chat
            assert said == (data(line.value), data(line.before))
            assert [line.label, cell(line.value), cell(line.before)] in [
                row[:3] for row in views.rows
            ]
            assert f"{line.label} {text}".replace("⭐", "★") in views.paper


async def test_every_row_is_the_same_in_every_view(sqlite: Database) -> None:
    views = await shown(sqlite)

    found = [block for block in views.sheet.blocks if isinstance(block, Table)]

    assert [len(block.rows) for block in found] == [7, 7, 2, 0]
    for block in found:
        assert len(views.data[block.key]["rows"]) == len(block.rows)
        for row, said in zip(block.rows, views.data[block.key]["rows"], strict=True):
            units = [column.unit for column in block.columns]
            texts = [written(one, unit, ENGLISH) for one, unit in zip(row, units, strict=True)]
            in_chat = [
                text for text, one in zip(texts, block.columns, strict=True) if not one.is_extra
            ]
            assert list(said.values()) == [data(one) for one in row]
            assert [cell(one) for one in row] in views.rows
            assert f"\n{in_chat[0]}: {' · '.join(in_chat[1:])}" in views.chat
            assert " ".join(texts).replace("⭐", "★") in views.paper
