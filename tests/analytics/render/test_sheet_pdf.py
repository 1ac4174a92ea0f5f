"""Sheets on paper: three pages at most, numbered, in letters that can be read and searched."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from bot.analytics.render.sheet import Column, Sheet, Table, Unit, Value
from bot.analytics.render.sheet_pdf import document
from bot.analytics.render.sheet_pdf_tables import squeezed
from bot.analytics.render.words import Words
from tests.analytics.render import samples

ENGLISH = Words()


def read(sheet: Sheet, words: Words = ENGLISH) -> list[str]:
    """The pages' texts."""
    return [page.extract_text() for page in PdfReader(BytesIO(document(sheet, words))).pages]


def without_charts(sheet: Sheet) -> Sheet:
    return replace(sheet, charts=())


def test_cyrillic_can_be_read_and_searched() -> None:
    (page,) = read(without_charts(samples.TOP), Words(locale="ru"))

    assert "".join(samples.CLUB) in page
    assert "18 230" in page.replace("\xa0", " ")


def test_a_chart_is_a_picture_on_the_page() -> None:
    reader = PdfReader(BytesIO(document(samples.ONE_ROW, ENGLISH)))

    assert len(reader.pages[0].images) == 1
    assert "Messages by day, with the 30 days before" in reader.pages[0].extract_text()


def test_a_long_table_is_shortened_to_the_latest_days_and_says_so() -> None:
    pages = read(without_charts(samples.HUGE))

    assert "31 Dec 2025" in pages[-1]
    assert "31 of 5,000 rows are shown. The CSV file has 5,000 rows." in pages[-1]


def test_many_long_tables_still_make_three_pages() -> None:
    (table,) = samples.HUGE.blocks
    blocks = [replace(table, key=str(at)) for at in range(8)]

    pages = read(samples.sheet(*blocks))

    assert len(pages) <= 3
    assert "".join(pages).count("The CSV file has 5,000 rows.") == 8


def test_pages_are_numbered() -> None:
    blocks = [replace(samples.FIGURES, key=str(at)) for at in range(4)]

    pages = read(samples.sheet(*blocks))

    for at, page in enumerate(pages, 1):
        assert f"{at} / {len(pages)}" in page
    assert len(pages) == 2


def test_the_heading_has_days_moment_and_notes() -> None:
    (page,) = read(samples.MIXED)

    assert "3 Dec 2025 to 1 Jan 2026, UTC · As of 1 Jan 2026 12:00:00" in page
    assert "Recorded since 1 Nov 2025." in page


def test_synthetic_data_says_so_on_top_and_at_the_foot() -> None:
    (page,) = read(without_charts(samples.TOP))

    assert page.count("Synthetic data: made by the sandbox, no real people.") == 2


def test_an_empty_sheet_says_that_nothing_happened() -> None:
    (page,) = read(samples.EMPTY)

    assert page.count("Nothing in this period.") == 2


def test_equal_sheets_give_equal_bytes() -> None:
    assert document(samples.MIXED, ENGLISH) == document(samples.MIXED, ENGLISH)


@pytest.mark.parametrize(
    ("widths", "narrow"), [([10, 20], [10, 20]), ([10, 200, 300], [10, 45, 45])]
)
def test_the_widest_columns_give_way_first(widths: list[float], narrow: list[float]) -> None:
    assert squeezed(widths, 100) == narrow


def test_a_grid_too_wide_for_paper_points_to_the_file() -> None:
    (page,) = read(without_charts(samples.PEAK))

    assert "The CSV file has 7 rows." in page


def test_marks_are_explained() -> None:
    (page,) = read(without_charts(samples.RETENTION))

    assert "… not over yet" in page


def test_a_table_of_many_columns_keeps_its_days_and_breaks_its_headings() -> None:
    names = ("Conversations", "Messages sent", "Commands used", "Mean time of all", "API calls")
    columns = [
        Column(key="day", label="Day", unit=Unit.DAY),
        *(Column(key=str(at), label=names[at % 5], unit=Unit.COUNT) for at in range(10)),
    ]
    rows: list[list[Value]] = [[samples.TODAY, *[12_345] * 10]]
    table = Table(key="days", title="By day", columns=columns, rows=rows)

    (page,) = read(samples.sheet(table))

    assert "1 Jan 2026" in page
    assert "…" not in page
