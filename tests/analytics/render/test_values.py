"""Every unit is written its own way, and what is unknown is never a zero."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.analytics.render.sheet import Unit, Value
from bot.analytics.render.values import axis, one_line, short, written
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

ENGLISH = Words()
GERMAN = Words(locale="de")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234, Unit.COUNT, "1,234"),
        (0, Unit.COUNT, "0"),
        (352.661, Unit.COUNT, "353"),
        (2.25, Unit.COUNT, "2.2"),
        (-1234, Unit.COUNT, "-1,234"),
        (0.125, Unit.SHARE, "12.5%"),
        (0.0125, Unit.SECONDS, "12.5 ms"),
        (-90, Unit.SECONDS, "-1 min 30 sec"),
        (1234, Unit.STARS, "1,234 ⭐"),
        (1234.5, Unit.USD, "$1,234.50"),
        (0.00425, Unit.USD, "$0.0042"),
        (-3, Unit.USD, "-$3.00"),
        (1.5e9, Unit.BYTES, "1.5 GB"),
        (2.345, Unit.RATIO, "2.35"),
        (datetime(2026, 1, 1, 12, 5, tzinfo=UTC), Unit.MOMENT, "1 Jan 2026 12:05"),
        (datetime(2026, 1, 1, tzinfo=UTC).date(), Unit.DAY, "1 Jan 2026"),
        ("a\nb", Unit.FOREIGN, "a b"),
        (None, Unit.COUNT, "–"),  # noqa: RUF001  the dash of an empty cell
    ],
)
def test_a_value_is_written_in_its_unit(value: Value, unit: Unit, text: str) -> None:
    assert written(value, unit, ENGLISH) == text


def test_numbers_are_written_in_the_readers_language() -> None:
    assert written(1234.5, Unit.RATIO, GERMAN) == "1.234,5"


@pytest.mark.parametrize("unknown", Unknown)
def test_every_unknown_number_has_a_reason_in_plain_words(unknown: Unknown) -> None:
    text = written(unknown, Unit.COUNT, ENGLISH)

    assert " " in text
    assert "_" not in text


def test_a_cell_holds_a_mark_instead_of_a_reason() -> None:
    assert short(Unknown.NOT_OVER, Unit.COUNT, ENGLISH) == "…"
    assert short(Unknown.NO_PRICE, Unit.USD, ENGLISH) == "?"


def test_the_side_of_a_chart_says_large_numbers_shortly() -> None:
    assert axis(1_234_567, Unit.COUNT, ENGLISH) == "1.2M"
    assert axis(9_999, Unit.COUNT, ENGLISH) == "9,999"
    assert axis(20_000, Unit.STARS, ENGLISH) == "20K ⭐"


def test_a_name_cannot_turn_the_rest_of_its_line_round_or_break_it() -> None:
    assert one_line("\u202egnp\u2069\r\n\tb\x00c \ud800d") == "gnp b c d"
