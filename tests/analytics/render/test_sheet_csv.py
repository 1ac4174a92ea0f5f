"""Sheets for spreadsheets: readable, exact, and without formulas of strangers."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from bot.analytics.render.sheet import Column, Sheet, Table, Unit
from bot.analytics.render.sheet_csv import rows, text
from bot.analytics.render.words import Words
from tests.analytics.render import samples

ENGLISH = Words()


def lines(sheet: Sheet, words: Words = ENGLISH) -> list[list[str]]:
    return list(rows(sheet, words))


@pytest.mark.parametrize("sheet", samples.ALL, ids=lambda sheet: str(sheet.title))
def test_every_file_is_read_back_as_it_was_written(sheet: Sheet) -> None:
    file = text(sheet, ENGLISH)

    assert file.startswith("\ufeff")
    read = list(csv.reader(StringIO(file.removeprefix("\ufeff"), newline=""), strict=True))
    assert read == lines(sheet)


def test_lines_end_as_rfc_4180_wants() -> None:
    assert text(samples.ONE_ROW, ENGLISH).endswith("2026-01-01,610,1449,61\r\n")


def test_blocks_stand_under_their_titles_parted_by_an_empty_row() -> None:
    assert lines(samples.EMPTY)[2:] == [
        [],
        ["Sums"],
        ["figure", "value", "before", "unit"],
        [],
        ["By day"],
        ["day", "messages", "before", "people"],
        ["Nothing in this period."],
    ]


@pytest.mark.parametrize(
    ("foreign", "harmless"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),  # noqa: RUF001  wide
        ("\t1", "'\t1"),
        # Where semicolons part cells, and ends of lines rows, whatever the quotes say.
        ("\r=1", "'\r'=1"),
        ("a\n-1", "a\n'-1"),
        ("a;=1+1", "a;'=1+1"),
        ('a; "=1+1"', 'a;\' "=1+1"'),
        ("a; b, -1", "a; b, -1"),
    ],
)
def test_a_foreign_text_is_no_formula(foreign: str, harmless: str) -> None:
    column = Column(key="name", label=foreign, unit=Unit.FOREIGN)
    table = Table(key="t", title=foreign, columns=[column], rows=[[foreign]])

    got = lines(samples.sheet(table, title=foreign, notes=[foreign]))

    assert [got[0][0], got[-3][0], got[-2][0], got[-1][0]] == [harmless] * 4


def test_a_negative_number_stays_a_number() -> None:
    assert ["net", "-4", "-2", ""] in lines(samples.MIXED)


def test_numbers_are_the_same_in_every_language() -> None:
    german = lines(samples.MIXED, Words(locale="de"))

    assert ["mean time", "0.0125", "0.025", "seconds"] in german
    assert ["new", "1234", "1000", ""] in german


def test_what_is_unknown_has_its_reason_in_the_cell() -> None:
    reasons = ["unknown, no price is set", "unknown, the records began later"]

    assert ["price", *reasons, "USD"] in lines(samples.MIXED)


def test_the_names_of_columns_carry_their_units() -> None:
    assert ["step", "people", "of the first (0 to 1)", "median time (seconds)"] in lines(
        samples.FUNNEL
    )


def test_all_columns_and_all_rows_are_here() -> None:
    got = lines(samples.HUGE)

    assert len([row for row in got if len(row) == 4]) == 5_001


def test_synthetic_data_says_so() -> None:
    assert ["Synthetic data: made by the sandbox, no real people."] in lines(samples.TOP)


def test_a_cell_that_is_not_over_is_told_from_one_that_does_not_exist() -> None:
    assert lines(samples.RETENTION)[-2][:5] == ["27 Nov", "224", "1", "not over yet", ""]
