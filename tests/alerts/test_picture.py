"""A rule's chart as a sheet: a row a minute, gaps where nothing was seen, units people know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from matplotlib.patches import Rectangle
from numpy import asarray

from bot.alerts.picture import picture
from bot.alerts.trace import Point, Stretch, Trace
from bot.analytics.render.sheet import Sheet, Table, Unit, Value
from bot.analytics.render.sheet_chart_frame import PHONE, Frame
from bot.analytics.render.sheet_chart_kinds import KINDS
from bot.analytics.render.sheet_chart_palette import LIGHT
from bot.analytics.render.words import Words
from tests.analytics.sheets.sound import shown
from tests.updates import NOON

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ENGLISH = Words()


def trace(*points: Point, firings: tuple[Stretch, ...] = (), **more: object) -> Trace:
    usual: dict[str, object] = {
        "rule": "HighErrorRate",
        "since": NOON - 3 * HOUR,
        "until": NOON,
        "silenced": (),
    }
    return Trace(points=points, firings=firings, **(usual | more))  # type: ignore[arg-type]  # fields


def steady(seconds: float, value: float = 10.0, end: datetime = NOON) -> tuple[Point, ...]:
    """A check every so many seconds."""
    count = int(3 * 3600 // seconds)
    step = timedelta(seconds=seconds)
    return tuple(Point(end - n * step, value, 5.0) for n in range(count, -1, -1))


def rows(sheet: Sheet) -> list[list[Value]]:
    block = sheet.block("readings")
    assert isinstance(block, Table)
    return [list(row) for row in block.rows]


def test_it_has_a_row_for_every_minute() -> None:
    sheet = picture(trace(*steady(60)), "%", ENGLISH, UTC)

    found = rows(sheet)
    assert (len(found), found[0][0], found[-1][0]) == (181, NOON - 3 * HOUR, NOON)
    assert {tuple(row[1:]) for row in found} == {(0.1, 0.05)}
    assert shown(sheet)


@pytest.mark.parametrize("seconds", [1, 5, 59, 61, 300, 900])
def test_checks_of_any_interval_leave_no_gap(seconds: float) -> None:
    found = rows(picture(trace(*steady(seconds)), "%", ENGLISH, UTC))

    first = next(n for n, row in enumerate(found) if row[1] is not None)
    assert all(row[1] == 0.1 for row in found[first:])
    assert len(found) >= 180 - seconds / 60


def test_while_the_bot_was_away_there_is_a_gap() -> None:
    before = [one for one in steady(60) if one.at <= NOON - HOUR]
    after = [one for one in steady(60) if one.at >= NOON - 30 * MINUTE]

    found = rows(picture(trace(*before, *after), "%", ENGLISH, UTC))

    gap = [row[0] for row in found if row[1] is None]
    assert (gap[0], gap[-1]) == (NOON - 57 * MINUTE, NOON - 31 * MINUTE)


@pytest.mark.parametrize(("minutes", "count"), [(40, 41), (3, 16)])
def test_it_begins_with_the_first_check(minutes: int, count: int) -> None:
    points = [one for one in steady(60) if one.at >= NOON - minutes * MINUTE]

    sheet = picture(trace(*points), "%", ENGLISH, UTC)

    assert len(rows(sheet)) == count
    assert sheet.title == f"HighErrorRate, the last {count - 1} min"


def test_what_nobody_could_tell_is_a_gap_in_the_value_only() -> None:
    found = rows(picture(trace(Point(NOON, None, 5.0)), "%", ENGLISH, UTC))

    assert found[-1] == [NOON, None, 0.05]


@pytest.mark.parametrize(
    ("unit", "kind", "value", "label"),
    [
        ("%", Unit.SHARE, 0.1, "value"),
        ("s", Unit.SECONDS, 10.0, "value"),
        ("downloads", Unit.RATIO, 10.0, "downloads"),
        ("", Unit.RATIO, 10.0, "value"),
    ],
)
def test_units_are_those_that_charts_know(unit: str, kind: Unit, value: float, label: str) -> None:
    sheet = picture(trace(*steady(60)), unit, ENGLISH, UTC)

    block = sheet.block("readings")
    assert isinstance(block, Table)
    assert (block.columns[1].unit, block.columns[1].label) == (kind, label)
    assert block.rows[-1][1] == value


def test_around_midnight_it_is_about_two_days() -> None:
    zone = ZoneInfo("Pacific/Auckland")  # 13 hours before noon is one hour after midnight there

    sheet = picture(trace(*steady(60)), "%", ENGLISH, zone)

    assert (sheet.period.first_day.day, sheet.period.last_day.day) == (1, 2)


def test_firings_and_silences_are_marked_where_they_were() -> None:
    firings = (Stretch(NOON - 2 * HOUR, NOON - HOUR),)
    silenced = (Stretch(NOON - HOUR, NOON), Stretch(NOON - HOUR, NOON))
    sheet = picture(trace(*steady(60), firings=firings, silenced=silenced), "%", ENGLISH, UTC)

    frame = Frame(sheet, ENGLISH, LIGHT, PHONE)
    legend = KINDS["lines"](frame, sheet.charts[0])

    assert [one.get_label() for one in legend] == ["firing", "silenced"]
    bands = [one for one in frame.axes.patches if isinstance(one, Rectangle)]
    assert [(one.get_x(), one.get_width()) for one in bands] == [(60, 60), (120, 60), (120, 60)]
    assert shown(sheet)


def test_the_threshold_is_drawn_across_and_named() -> None:
    frame = Frame(sheet := picture(trace(*steady(60)), "%", ENGLISH, UTC), ENGLISH, LIGHT, PHONE)

    KINDS["lines"](frame, sheet.charts[0])

    across = [line for line in frame.axes.lines if line.get_color() == LIGHT.warning]
    assert [set(asarray(line.get_ydata())) for line in across] == [{0.05}]
    assert "threshold\n5%" in {text.get_text() for text in frame.axes.texts}


def test_the_axis_is_as_long_as_the_time_also_where_nothing_was_seen() -> None:
    firing = Stretch(NOON - 5 * MINUTE, NOON)
    sheet = picture(trace(Point(NOON, 10.0, 5.0), firings=(firing,)), "%", ENGLISH, UTC)

    frame = Frame(sheet, ENGLISH, LIGHT, PHONE)
    KINDS["lines"](frame, sheet.charts[0])

    low, high = frame.axes.get_xlim()
    assert low <= 0 and high >= 15
    (band,) = [one for one in frame.axes.patches if isinstance(one, Rectangle)]
    assert (band.get_x(), band.get_width()) == (10, 5)


def test_a_rule_with_a_hostile_name_is_drawn() -> None:
    name = "<b>$x^2$ \u202e" + "y" * 200
    sheet = picture(trace(*steady(60), rule=name), "<b>", ENGLISH, UTC)

    assert KINDS["lines"](Frame(sheet, ENGLISH, LIGHT, PHONE), sheet.charts[0]) == []
