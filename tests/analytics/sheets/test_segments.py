"""The segments' sheet compares two, and lists all."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from bot.analytics.audience.spans import Span
from bot.analytics.render.sheet import Figures, Sheet, Table, Unit
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import last_days
from bot.analytics.reports.segments import Growth, Overlap, Segments, Size
from bot.analytics.sheets.segments import segments
from tests.analytics.moments import NOON

TODAY = date(2026, 1, 1)
NASTY = "source:<b>&"
APART = Overlap(
    both=0,
    only_first=3,
    only_second=0,
    share_of_first=0.0,
    share_of_second=None,
    similarity=0.0,
)


def laid_out(**more: Any) -> Sheet:
    usual: dict[str, Any] = {
        "period": last_days(7, NOON, UTC),
        "step": "day",
        "first": NASTY,
        "second": "",
        "recorded_since": None,
        "pending_days": 0,
        "sizes": (),
        "overlap": None,
        "growth": (),
    }
    return segments(Segments(**(usual | more)), Words())


def table(sheet: Sheet, key: str) -> Table:
    block = sheet.block(key)
    assert isinstance(block, Table)
    return block


def test_nothing_is_two_empty_tables() -> None:
    sheet = laid_out()

    assert (table(sheet, "sizes").rows, table(sheet, "growth").rows) == ([], [])
    assert [block.key for block in sheet.blocks] == ["about", "growth", "sizes"]


def test_two_segments_have_an_overlap_and_two_columns() -> None:
    growth = Growth(span=Span(TODAY, TODAY, is_over=False), first=3, second=0)
    sheet = laid_out(second="paid", overlap=APART, growth=(growth,))

    overlap = sheet.block("overlap")
    assert isinstance(overlap, Figures)
    found = {line.key: line.value for line in overlap.lines}
    assert (found["only_first"], found["share_of_second"]) == (3, Unknown.NO_UPDATES)
    assert [*table(sheet, "growth").rows[0]] == [TODAY, TODAY, 3, 0]
    assert sheet.charts[0].y == ["first", "second"]


def test_one_segment_has_one_column() -> None:
    growth = Growth(span=Span(TODAY, TODAY, is_over=False), first=3, second=None)

    found = table(laid_out(growth=(growth,)), "growth")

    assert (len(found.columns), [*found.rows[0]]) == (3, [TODAY, TODAY, 3])


def test_every_segment_is_a_row_and_its_name_is_foreign() -> None:
    gap = Unknown.NOT_RECORDED_THEN
    people = Figure(value=2, before=None, unknown_before=gap)
    sizes = tuple(Size(segment=f"{NASTY}{n}", people=people, share=0.5) for n in range(500))

    found = table(laid_out(sizes=sizes), "sizes")

    assert [*found.rows[0]] == [f"{NASTY}0", 2, 0.5, gap]
    assert (len(found.rows), found.columns[0].unit) == (500, Unit.FOREIGN)
