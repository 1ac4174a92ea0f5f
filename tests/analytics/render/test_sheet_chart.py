"""Pictures of sheets: what is in them, in both colours, for every kind of data."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Literal

import pytest
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy import asarray, isfinite
from PIL import Image

from bot.analytics.render.sheet import Chart, Sheet, Table, Unit
from bot.analytics.render.sheet_chart import draw
from bot.analytics.render.sheet_chart_frame import PHONE, Frame
from bot.analytics.render.sheet_chart_kinds import KINDS
from bot.analytics.render.sheet_chart_lines import spread
from bot.analytics.render.sheet_chart_palette import LIGHT
from bot.analytics.render.words import Words
from tests.analytics.render import samples

ENGLISH = Words()


def sketched(sheet: Sheet, words: Words = ENGLISH) -> Frame:
    """The sheet's chart before it becomes pixels."""
    frame = Frame(sheet, words, LIGHT, PHONE)
    KINDS[sheet.charts[0].kind](frame, sheet.charts[0])
    return frame


def texts(frame: Frame) -> set[str]:
    marks = [*frame.axes.get_xticklabels(), *frame.axes.get_yticklabels()]
    return {one.get_text() for one in [*frame.axes.findobj(Text), *marks] if isinstance(one, Text)}


@pytest.mark.parametrize(
    ("sheet", "is_dark", "ground"),
    [
        (samples.timeline(), False, (255, 255, 255)),
        (samples.RETENTION, True, (23, 33, 43)),
        (samples.TOP, True, (23, 33, 43)),
    ],
    ids=["lines", "heat", "bars"],
)
def test_a_picture_fills_a_phone_in_its_colours(
    sheet: Sheet, ground: tuple[int, ...], *, is_dark: bool
) -> None:
    png = draw(sheet, sheet.charts[0], Words(locale="ru"), is_dark=is_dark)

    with Image.open(BytesIO(png)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1080, 810)
        assert picture.convert("RGB").getpixel((5, 5)) == ground


def test_equal_sheets_give_equal_pictures() -> None:
    first, second = (
        draw(samples.ONE_ROW, samples.ONE_ROW.charts[0], ENGLISH, is_dark=False) for _ in range(2)
    )

    assert first == second


@pytest.mark.parametrize("kind", ["lines", "bars", "stack", "bands", "funnel"])
def test_a_picture_of_nothing_says_so(kind: str) -> None:
    frame = Frame(samples.EMPTY, ENGLISH, LIGHT, PHONE)
    chart = Chart(kind=kind, block="days", title="By day", x="day", y=["messages"])  # type: ignore[arg-type]  # one of them

    KINDS[chart.kind](frame, chart)

    assert "Nothing in this period." in texts(frame)


def test_a_picture_of_unknown_numbers_says_why() -> None:
    assert "unknown, the records began later" in texts(sketched(samples.UNKNOWN))


def test_lines_have_the_period_before_behind_them() -> None:
    drawn = sorted(sketched(samples.timeline()).axes.lines, key=lambda line: line.get_zorder())

    assert drawn[0].get_color() == LIGHT.before
    assert LIGHT.series[0] in {line.get_color() for line in drawn[1:]}


def test_what_is_not_over_is_dotted() -> None:
    styles = [line.get_linestyle() for line in sketched(samples.timeline()).axes.lines]

    assert ":" in styles


def test_lines_say_their_names_and_last_values_with_units() -> None:
    shown = texts(sketched(samples.PERCENTILES))

    assert {text.partition("\n")[0] for text in shown if "\n" in text} == {"p50", "p95", "p99"}
    assert all(text.endswith(" ms") for text in shown if "\n" in text)


def test_a_gap_in_what_is_known_is_a_gap_in_the_line() -> None:
    line = sketched(samples.PERCENTILES).axes.lines[2]

    known = isfinite(asarray(line.get_ydata(), dtype=float))
    assert list(known) == [at not in {4, 5} for at in range(24)]


def test_days_are_written_in_the_readers_language() -> None:
    assert "1 янв." in texts(sketched(samples.LIFECYCLE, Words(locale="ru")))


def test_cyrillic_names_stand_beside_their_bars_and_a_dollar_is_a_dollar() -> None:
    shown = texts(sketched(samples.TOP))

    assert "\n".join(samples.CLUB) in shown
    assert any(r"\$x\$" in text for text in shown)
    assert "18,230" in shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("answerPreCheckoutQuery", "answerPreCheckout\nQuery"),
        ("campaign_of_the_late_summer", "campaign_of_the_\nlate_summer"),
        ("x" * 30, "x" * 20 + "\n" + "x" * 10),
    ],
)
def test_a_long_name_in_one_word_breaks_between_its_parts(name: str, shown: str) -> None:
    (table,) = samples.before("bars").blocks
    assert isinstance(table, Table)
    sheet = samples.sheet(
        replace(table, rows=[(name, 2, 1)]), charts=tuple(samples.before("bars").charts)
    )

    assert shown in texts(sketched(sheet))


@pytest.mark.parametrize("kind", ["bars", "stack"])
def test_zeros_stand_on_the_ground(kind: Literal["bars", "stack"]) -> None:
    frame = sketched(samples.of_days(kind, [0] * 7))

    assert frame.axes.get_ylim() == (0, 1)


def test_lines_of_zeros_have_whole_numbers_beside_them() -> None:
    frame = sketched(samples.of_days("lines", [0] * 7))

    assert {0, 1} <= set(frame.axes.get_yticks())
    assert all(tick == round(tick) for tick in frame.axes.get_yticks())


def test_a_bar_of_nothing_beside_a_name_begins_at_the_left() -> None:
    (table,) = samples.before("bars").blocks
    assert isinstance(table, Table)
    charts = tuple(samples.before("bars").charts)

    frame = sketched(samples.sheet(replace(table, rows=[("Paid", 0, 0)]), charts=charts))

    assert frame.axes.get_xlim()[0] == 0


@pytest.mark.parametrize("kind", ["bars", "stack"])
def test_one_day_is_a_bar_and_no_wall(kind: Literal["bars", "stack"]) -> None:
    frame = sketched(samples.of_days(kind, [3]))

    left, right = frame.axes.get_xlim()
    (bar,) = (one for one in frame.axes.patches if isinstance(one, Rectangle))
    assert bar.get_width() < 0.25 * (right - left)


@pytest.mark.parametrize("kind", ["bars", "stack"])
def test_a_bar_of_today_is_paler_than_the_others(kind: Literal["bars", "stack"]) -> None:
    bars = sketched(samples.of_days(kind, [1, 2, 3])).axes.patches

    assert [bar.get_alpha() for bar in bars] == [None, None, 0.5]


def test_the_period_before_is_wider_than_the_bar_before_it() -> None:
    bars = sketched(samples.of_days("bars", [1, 2, 3], before=[3, 2, 1])).axes.patches

    widths = [bar.get_width() for bar in bars if isinstance(bar, Rectangle)]
    assert min(widths[:3]) > 1.5 * max(widths[3:])


def test_what_is_no_time_is_named_below() -> None:
    (table,) = samples.before("bars").blocks
    assert isinstance(table, Table)
    columns = [replace(table.columns[0], label="active days", unit=Unit.COUNT), *table.columns[1:]]
    charts = tuple(samples.before("bars").charts)

    frame = sketched(
        samples.sheet(replace(table, columns=columns, rows=[(1, 5, 1), (2, 3, 1)]), charts=charts)
    )

    assert "active days" in texts(frame)


def test_bars_say_how_many_rows_they_leave_out() -> None:
    assert "6 of 48 rows are shown." in texts(sketched(samples.TOP))


def test_what_is_lost_hangs_below_zero_and_the_rest_is_stacked() -> None:
    bars = sketched(samples.LIFECYCLE).axes.patches
    first_day = [bar for bar in bars[::30] if isinstance(bar, Rectangle)]

    assert [bar.get_y() for bar in first_day] == [0, 80, 100, 0]
    assert [bar.get_height() for bar in first_day] == [80, 20, 12, -25]


def test_several_losses_hang_below_each_other() -> None:
    bars = sketched(samples.REVENUE).axes.patches
    first_day = [bar for bar in bars[::7] if isinstance(bar, Rectangle)]

    assert [bar.get_y() for bar in first_day] == [0, 0, -50]
    assert [bar.get_height() for bar in first_day] == [200, -50, -75]


def test_money_has_its_unit_at_the_side() -> None:
    frame = sketched(samples.REVENUE)

    assert frame.axes.yaxis.get_major_formatter()(100, 0) == "100 ★"


def test_a_forecast_lies_in_both_its_bands() -> None:
    frame = sketched(samples.FORECAST)

    assert len([one for one in frame.axes.collections if isinstance(one, Collection)]) == 2


def test_unfinished_cells_are_hatched_and_the_others_say_their_value() -> None:
    frame = sketched(samples.RETENTION)

    assert {patch.get_hatch() for patch in frame.axes.patches} == {"////"}
    assert len(frame.axes.patches) == 10
    assert {"100%", "52%"} <= texts(frame)


def test_peak_hours_are_seven_by_twenty_four_with_a_scale() -> None:
    frame = sketched(samples.PEAK)

    (image,) = frame.axes.images
    assert image.get_size() == (7, 24)
    assert len(frame.figure.axes) == 2


def test_a_funnel_says_of_each_step_what_is_known() -> None:
    shown = texts(sketched(samples.FUNNEL))

    assert {"Sent a link", "2,604 · 61.8% · 1 min 35 sec", "4,210 · 100%"} <= shown


@pytest.mark.parametrize("kind", ["bars", "funnel"])
def test_bars_have_the_period_before_beside_them_and_in_the_legend(
    kind: Literal["bars", "funnel"],
) -> None:
    sheet = samples.before(kind)

    frame = Frame(sheet, ENGLISH, LIGHT, PHONE)
    legend = KINDS[sheet.charts[0].kind](frame, sheet.charts[0])

    grey = to_rgba(LIGHT.before)
    drawn = [bar for bar in frame.axes.patches if bar.get_facecolor() == grey]
    assert [bar.get_width() for bar in drawn if isinstance(bar, Rectangle)] == [5000, 2000]
    assert legend[-1].get_label() == "before"


def test_labels_keep_a_gap_and_stay_inside() -> None:
    assert spread([0.5, 0.5], 0.1) == [0.5, 0.6]
    assert spread([0.98, 1.0], 0.1) == [0.9, 1.0]
