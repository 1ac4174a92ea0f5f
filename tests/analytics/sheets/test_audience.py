"""The audience's sheet says what is known, in which window, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from bot.analytics.render.sheet import Figures, Line, Table, Unit
from bot.analytics.render.words import Words
from bot.analytics.reports.audience import AudienceSize, Point, Reach
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.period import last_days
from bot.analytics.sheets.audience import audience
from tests.analytics.moments import NOON

PERIOD = last_days(365, NOON, UTC)
DAY = timedelta(days=1)
TODAY = PERIOD.last_day
GAP = Unknown.NOTHING_RECORDED
UNKNOWN = Figure(value=None, before=None, unknown=GAP, unknown_before=GAP)
EMPTY = AudienceSize(
    period=PERIOD,
    segment="active",
    recorded_since=None,
    pending_days=0,
    reach=(
        Reach(window="day", first=TODAY, last=TODAY, people=UNKNOWN),
        Reach(window="week", first=TODAY - 6 * DAY, last=TODAY, people=UNKNOWN),
        Reach(window="month", first=TODAY - 29 * DAY, last=TODAY, people=UNKNOWN),
    ),
    points=(),
    stickiness=UNKNOWN,
    frequency=(0,) * 30,
)


def changed(**more: Any) -> AudienceSize:
    return replace(EMPTY, **more)


def lines(report: AudienceSize) -> dict[str, Line]:
    block = audience(report, Words()).block("people")
    assert isinstance(block, Figures)
    return {line.key: line for line in block.lines}


def table(report: AudienceSize, key: str) -> Table:
    block = audience(report, Words()).block(key)
    assert isinstance(block, Table)
    return block


def test_before_anything_is_recorded_every_number_has_a_reason() -> None:
    found = lines(EMPTY)

    assert {found[key].value for key in ("dau", "wau", "mau", "stickiness")} == {GAP}
    assert table(EMPTY, "series").rows == table(EMPTY, "frequency").rows == []


def test_the_window_is_printed_and_today_is_not_compared() -> None:
    report = changed(
        reach=tuple(
            Reach(
                window=one.window, first=one.first, last=one.last, people=Figure(value=3, before=2)
            )
            for one in EMPTY.reach
        )
    )

    found = lines(report)

    assert found["mau"].label == "in 30 days (MAU), 3 Dec 2025 to 1 Jan 2026"
    assert [found[key].is_partial for key in ("dau", "wau", "mau")] == [True, False, False]
    assert (found["wau"].value, found["wau"].before) == (3, 2)


def test_a_year_is_a_row_a_day() -> None:
    points = tuple(Point(day=TODAY - n * DAY, dau=1, wau=2, mau=10**9) for n in range(365))

    assert len(table(changed(points=points), "series").rows) == 365


def test_how_often_people_come_is_a_row_for_each_number_of_days() -> None:
    rows = table(changed(frequency=(5, *[0] * 28, 2)), "frequency").rows

    assert ([*rows[0]], [*rows[-1]], len(rows)) == ([1, 5], [30, 2], 30)


def test_a_segment_of_somebody_else_s_naming_is_foreign() -> None:
    line = lines(changed(segment="source:<b>"))["segment"]

    assert (line.unit, line.value) == (Unit.FOREIGN, "source:<b>")


def test_what_is_missing_is_said() -> None:
    report = changed(recorded_since=TODAY - 9 * DAY, pending_days=2)

    assert audience(report, Words()).notes == [
        "2 old days are still being counted.",
        "Recorded since 23 Dec 2025.",
        "Today is not over.",
    ]
