"""The same sheet says the same numbers in every view."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

from bot.analytics.render.sheet import Figures, Table, Unit, Value
from bot.analytics.render.sheet_csv import rows
from bot.analytics.render.sheet_json import payload
from bot.analytics.render.sheet_pdf import document
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.values import written
from bot.analytics.render.words import Words
from tests.analytics.render import samples

ENGLISH = Words()
SHEET = samples.sheet(samples.FIGURES, *samples.FUNNEL.blocks, *samples.ONE_ROW.blocks)


def numbers() -> list[tuple[float, Unit]]:
    """All of the sheet, those of columns that a chat leaves out aside."""
    found: list[tuple[Value, Unit]] = []
    for block in SHEET.blocks:
        if isinstance(block, Figures):
            found += [(line.value, line.unit) for line in block.lines]
        elif isinstance(block, Table):
            shown = [at for at, column in enumerate(block.columns) if not column.is_extra]
            found += [(row[at], block.columns[at].unit) for row in block.rows for at in shown]
    return [(value, unit) for value, unit in found if isinstance(value, int | float)]


def plain_numbers(payload: object) -> list[float]:
    """All numbers anywhere below *payload*."""
    if isinstance(payload, dict):
        return [number for value in payload.values() for number in plain_numbers(value)]
    if isinstance(payload, list):
        return [number for value in payload for number in plain_numbers(value)]
    return [payload] if isinstance(payload, int | float) else []


def test_text_json_csv_and_pdf_have_the_same_numbers() -> None:
    chat = "\n".join(pages(SHEET, ENGLISH))
    exact = plain_numbers(payload(SHEET))
    cells = {cell for row in rows(SHEET, ENGLISH) for cell in row}
    paper = "".join(
        page.extract_text() for page in PdfReader(BytesIO(document(SHEET, ENGLISH))).pages
    )

    for value, unit in numbers():
        shown = written(value, unit, ENGLISH)
        assert shown in chat
        assert value in exact
        assert repr(value) in cells or str(int(value)) in cells
        assert shown.replace("⭐", "★") in paper.replace("\n", " ")
