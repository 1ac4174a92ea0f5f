"""Sheets for programs: raw values, plain types, a schema's version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.analytics.render.sheet import Sheet
from bot.analytics.render.sheet_json import payload
from tests.analytics.render import samples


@pytest.mark.parametrize("sheet", samples.ALL, ids=lambda sheet: str(sheet.title))
def test_every_sheet_is_plain_json(sheet: Sheet) -> None:
    whole = payload(sheet)

    assert json.loads(json.dumps(whole, allow_nan=False)) == whole


def line(key: str) -> dict[str, Any]:
    (block,) = payload(samples.MIXED)["blocks"]
    lines: dict[str, dict[str, Any]] = {one["key"]: one for one in block["lines"]}
    return lines[key]


def test_it_says_what_it_is_and_of_which_time() -> None:
    whole = payload(samples.TOP)

    assert whole["schema_version"] == 1
    assert whole["name"] == "sample"
    assert whole["is_synthetic"] is True
    assert whole["period"] == {
        "first_day": "2025-12-03",
        "last_day": "2026-01-01",
        "days": 30,
        "zone": "UTC",
        "now": "2026-01-01T12:00:00+00:00",
    }


def test_a_figure_has_its_key_its_unit_and_its_raw_value() -> None:
    assert line("rate") == {
        "key": "rate",
        "label": "error rate",
        "unit": "share",
        "value": 0.25,
        "before": 0.1,
        "is_partial": False,
    }


def test_what_is_unknown_is_null_with_a_reason() -> None:
    assert line("gap")["value"] == {"value": None, "reason": "no_price"}
    assert line("late")["before"] == {"value": None, "reason": "not_recorded_then"}
    assert line("cost")["before"] is None


def test_foreign_text_is_as_it_came() -> None:
    assert line("chat")["value"] == samples.NASTY


def test_a_row_is_found_by_the_keys_of_its_columns() -> None:
    (table,) = payload(samples.ONE_ROW)["blocks"]

    assert table["rows"] == [{"day": "2026-01-01", "messages": 610, "before": 1449, "people": 61}]
    assert table["is_last_partial"] is True


def test_a_table_says_how_many_rows_there_are_even_if_they_are_not_here() -> None:
    assert payload(samples.TOP)["blocks"][0]["total"] == 48
    assert payload(samples.HUGE)["blocks"][0]["total"] == 5_000


def test_a_grid_parts_what_is_not_over_from_what_does_not_exist() -> None:
    (grid,) = payload(samples.RETENTION)["blocks"]

    assert grid["values"][8] == [1.0, {"value": None, "reason": "not_over"}, *[None] * 8]
    assert grid["heads"][0] == 120


def test_a_chart_is_told_so_that_a_page_can_draw_it() -> None:
    (chart,) = payload(samples.FORECAST)["charts"]

    assert chart["y"] == ["active", "expected"]
    assert chart["bands"] == [["low95", "high95"], ["low80", "high80"]]
