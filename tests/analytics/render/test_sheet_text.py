"""Sheets in a chat: whole, paged, escaped, readable on a phone."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bot.analytics.render.fit import LIMIT, units
from bot.analytics.render.sheet import Column, Figures, Line, Sheet, Table, Unit
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from tests.analytics.render import samples

ENGLISH = Words()


class Tags(HTMLParser):
    """Notices a tag that is not closed, or not of Telegram."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "code"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def huge() -> list[str]:
    """Five thousand rows, laid out once."""
    return pages(samples.HUGE, ENGLISH)


def only(sheet: Sheet) -> list[str]:
    (page,) = pages(sheet, ENGLISH)
    return page.splitlines()


@pytest.mark.parametrize("sheet", samples.ALL, ids=lambda sheet: str(sheet.title))
def test_every_page_is_valid_html_that_telegram_takes(sheet: Sheet) -> None:
    for page in pages(sheet, ENGLISH):
        tags = Tags()
        tags.feed(page)

        assert not tags.open
        assert units(page) <= LIMIT


def test_the_heading_says_which_days_and_what_to_know() -> None:
    assert only(samples.MIXED)[:4] == [
        "<b>Sample</b>",
        "<b>Last 30 days</b> · 3 Dec 2025 to 1 Jan 2026, UTC",
        "<i>Compared with the 30 days before, up to the same time.</i>",
        "<i>Recorded since 1 Nov 2025.</i>",
    ]


def test_figures_have_a_sign_a_value_and_a_change() -> None:
    lines = only(samples.MIXED)

    assert lines[5:7] == ["👥 <b>People</b>", "new: <b>1,234</b> ▲ 23.4%"]
    assert "error rate: <b>25%</b> (before: 10%)" in lines
    assert "active: <b>3</b> (whole days before: 2)" in lines
    assert "price: unknown, no price is set" in lines


def test_synthetic_data_says_so_and_real_data_does_not() -> None:
    note = "<i>Synthetic data: made by the sandbox, no real people.</i>"

    assert note in only(samples.TOP)
    assert note not in only(samples.MIXED)


def test_a_table_names_its_columns_once_and_explains_its_marks() -> None:
    lines = only(samples.TOP)

    assert "<i>сообщения · доля</i>" in lines
    assert "東京の友だち: <b>6,001</b> · ?" in lines
    assert lines[-2:] == [
        "<i>? unknown, nothing of the kind happened</i>",
        "<i>6 of 48 rows are shown.</i>",
    ]


def test_foreign_text_stays_on_its_line_as_text() -> None:
    (line,) = [line for line in only(samples.TOP) if "HYPERLINK" in line]

    assert "&lt;b&gt;&amp;amp;" in line
    assert line.endswith(' "Zeile": <b>9,120</b> · 20.5%')  # noqa: RUF100  as it was typed


def test_columns_without_room_are_left_out_and_the_reader_is_told_where_they_are() -> None:
    lines = only(samples.ONE_ROW)

    assert "<i>messages · before</i>" in lines
    assert lines[-1] == "<i>All columns: /export sample csv</i>"


def test_no_row_of_five_thousand_is_lost_and_every_page_says_which_it_is(
    huge: list[str],
) -> None:
    rows = [line for page in huge for line in page.splitlines() if ": <b>" in line]

    assert len(rows) == 5_000
    for at, page in enumerate(huge, 1):
        assert page.startswith(f"<b>Timeline</b> · {at}/{len(huge)}\n")


def test_each_page_repeats_what_its_rows_are(huge: list[str]) -> None:
    second = huge[1].splitlines()

    assert second[1:3] == ["<b>By day</b>", "<i>messages · before</i>"]


def test_a_heading_never_stands_alone_at_the_end_of_a_page() -> None:
    line = Line(key="one", label="x" * 90, unit=Unit.COUNT, value=1)
    blocks = [Figures(key=str(at), title=f"T{at}", lines=[line] * 3) for at in range(30)]

    for page in pages(samples.sheet(*blocks), ENGLISH):
        assert page.splitlines()[-1].startswith("xxx")


def test_a_small_grid_stands_in_columns() -> None:
    assert only(samples.SMALL_GRID)[4:7] == [
        "<code>week      n    0   1</code>",
        "<code>1 Nov    10 100% 50%</code>",
        "<code>8 Nov 1,200 100%   …</code>",
    ]


def test_a_grid_too_wide_for_columns_stands_in_rows() -> None:
    grid = replace(samples.GRID, columns=("first week", "second week of them all"))

    assert only(samples.sheet(grid))[4:] == [
        "<i>n · first week · second week of them all</i>",
        "1 Nov: 10 · 100% · 50%",
        "8 Nov: 1,200 · 100% · …",
        "<i>… not over yet</i>",
    ]


def test_a_large_grid_is_left_to_its_chart_or_its_file() -> None:
    without = replace(samples.PEAK, charts=())

    assert only(samples.PEAK)[-1] == "<i>Too large for a message: /chart peak draws it.</i>"
    assert only(without)[-1] == "<i>Too large for a message: /export peak csv has it.</i>"


def test_an_empty_sheet_says_that_nothing_happened() -> None:
    assert only(samples.EMPTY).count("Nothing in this period.") == 2


def test_the_longest_texts_still_fit_into_pages() -> None:
    columns = [Column(key=str(at), label="&" * 500, unit=Unit.FOREIGN) for at in range(40)]
    table = Table(key="t", title="&" * 500, columns=columns, rows=[["&🚀" * 300] * 40] * 3)
    sheet = samples.sheet(table, title="<" * 500, notes=("<" * 9_000,))

    all_pages = pages(sheet, ENGLISH)

    assert max(map(units, all_pages)) <= LIMIT
    assert "".join(all_pages).count("&lt;") == 9_000 + 99 * len(all_pages)


def test_bare_numbers_of_a_row_say_what_they_count() -> None:
    days = Column(key="days", label="Days of the last 30", unit=Unit.COUNT)
    people = Column(key="people", label="People", unit=Unit.COUNT)
    table = Table(key="often", title="How often", columns=[days, people], rows=[[1, 52]])

    assert only(samples.sheet(table))[3:] == [
        "<b>How often</b>",
        "<i>Days of the last 30: People</i>",
        "1: <b>52</b>",
    ]
