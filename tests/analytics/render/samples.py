"""Sheets of every shape: empty, one row, huge, foreign texts, unknowns, unfinished, negative."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from math import sin
from typing import Literal

from bot.analytics.render.sheet import (
    Chart,
    Column,
    Figures,
    Grid,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
)
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import last_days
from tests.analytics.moments import NOON

PERIOD = last_days(30, NOON, UTC)
TODAY = PERIOD.last_day
DAY = timedelta(days=1)
NASTY = '=HYPERLINK("http://a")<b>&amp; 🚀 Жук $x$ \u202egnp\nzweite, "Zeile"'
CLUB = ("Программисты Санкт-", "Петербурга и области")
LONG_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


def sheet(
    *blocks: Figures | Table | Grid, charts: tuple[Chart, ...] = (), **more: object
) -> Sheet:
    usual: dict[str, object] = {"name": "sample", "title": "Sample", "period": PERIOD}
    return Sheet(blocks=blocks, charts=charts, **(usual | more))  # type: ignore[arg-type]  # fields


DAYS = (
    Column(key="day", label="day", unit=Unit.DAY),
    Column(key="messages", label="messages", unit=Unit.COUNT),
    Column(key="before", label="before", unit=Unit.COUNT),
    Column(key="people", label="people", unit=Unit.COUNT, is_extra=True),
)


def _messages(day: int) -> int:
    return round(1200 + 300 * sin(day * 0.9) + 14 * day)


def timeline(days: int = 30) -> Sheet:
    """Messages by day with the period before; today is not over."""
    rows = [
        (TODAY - (days - 1 - at) * DAY, _messages(at), _messages(at - 9) - 260, 90 + at)
        for at in range(days)
    ]
    rows[-1] = (TODAY, 610, _messages(days), 61)
    table = Table(key="days", title="By day", columns=DAYS, rows=rows, is_last_partial=True)
    title = "Messages by day, with the 30 days before"
    chart = Chart(
        kind="lines", block="days", title=title, x="day", y=["messages"], before="before"
    )
    return sheet(table, charts=(chart,), title="Timeline")


EMPTY = sheet(
    Figures(key="sums", title="Sums", lines=()),
    Table(key="days", title="By day", columns=DAYS, rows=()),
    charts=(Chart(kind="lines", block="days", title="By day", x="day", y=["messages"]),),
)
ONE_ROW = timeline(1)
HUGE = timeline(5_000)

FIGURES = Figures(
    key="sums",
    title="People",
    sign="👥",
    lines=(
        Line(key="new", label="new", unit=Unit.COUNT, value=1234, before=1000),
        Line(key="lost", label="lost", unit=Unit.COUNT, value=5, before=10),
        Line(key="same", label="same", unit=Unit.COUNT, value=7, before=7),
        Line(key="first", label="first", unit=Unit.COUNT, value=3, before=0),
        Line(key="net", label="net", unit=Unit.COUNT, value=-4, before=-2),
        Line(key="active", label="active", unit=Unit.COUNT, value=3, before=2, is_partial=True),
        Line(key="rate", label="error rate", unit=Unit.SHARE, value=0.25, before=0.1),
        Line(key="mean", label="mean time", unit=Unit.SECONDS, value=0.0125, before=0.025),
        Line(key="stars", label="income", unit=Unit.STARS, value=12_500),
        Line(key="cost", label="cost", unit=Unit.USD, value=0.0042),
        Line(key="traffic", label="traffic", unit=Unit.BYTES, value=1.5e9),
        Line(key="ratio", label="a day", unit=Unit.RATIO, value=2.345),
        Line(key="since", label="since", unit=Unit.MOMENT, value=NOON),
        Line(key="chat", label="chat", unit=Unit.FOREIGN, value=NASTY),
        Line(
            key="gap",
            label="price",
            unit=Unit.USD,
            value=Unknown.NO_PRICE,
            before=Unknown.NOT_RECORDED_THEN,
        ),
        Line(key="late", label="late", unit=Unit.COUNT, value=8, before=Unknown.NOT_RECORDED_THEN),
    ),
)
MIXED = sheet(FIGURES, notes=("Recorded since 1 Nov 2025.",))

TOP = sheet(
    Table(
        key="top",
        title="Самые активные чаты",
        columns=(
            Column(key="chat", label="чат", unit=Unit.FOREIGN),
            Column(key="messages", label="сообщения", unit=Unit.COUNT),
            Column(key="share", label="доля", unit=Unit.SHARE),
        ),
        rows=(
            ("".join(CLUB), 18_230, 0.41),
            (NASTY, 9_120, 0.205),
            ("東京の友だち", 6_001, Unknown.NO_UPDATES),
            ("Cooking & baking", 5_544, 0.12),
            ("-1+1", 3_210, None),
            ("Семья ❤️", 1_002, 0.02),
        ),
        total=48,
    ),
    charts=(
        Chart(kind="bars", block="top", title="Самые активные чаты", x="chat", y=["messages"]),
    ),
    title="Чаты",
    is_synthetic=True,
)


def _cell(cohort: int, age: int) -> Value:
    if cohort + age > 9:
        return None
    if cohort + age == 9:
        return Unknown.NOT_OVER
    return 1.0 if age == 0 else round(0.52 / age**0.6 + 0.012 * cohort, 4)


RETENTION = sheet(
    Grid(
        key="cohorts",
        title="Retention by week",
        unit=Unit.SHARE,
        row_title="week of",
        rows=[f"{at * 7 % 30 + 1} Nov" for at in range(10)],
        columns=[str(age) for age in range(10)],
        values=[[_cell(cohort, age) for age in range(10)] for cohort in range(10)],
        head_title="people",
        heads=[120 + 13 * at for at in range(10)],
    ),
    charts=(Chart(kind="heat", block="cohorts", title="Who comes back, by week"),),
    name="retention",
    title="Retention",
)

PEAK = sheet(
    Grid(
        key="hours",
        title="Peak hours",
        unit=Unit.RATIO,
        row_title="weekday",
        rows=LONG_WEEKDAYS,
        columns=[f"{hour:02}" for hour in range(24)],
        values=[
            [round(20 + 15 * sin((hour - 11) / 4) + 3 * day, 1) for hour in range(24)]
            for day in range(7)
        ],
    ),
    charts=(Chart(kind="heat", block="hours", title="People by weekday and hour"),),
    name="peak",
    title="Peak hours",
)
GRID = Grid(
    key="small",
    title="Small",
    unit=Unit.SHARE,
    row_title="week",
    rows=("1 Nov", "8 Nov"),
    columns=("0", "1"),
    values=((1.0, 0.5), (1.0, Unknown.NOT_OVER)),
    head_title="n",
    heads=(10, 1200),
)
SMALL_GRID = sheet(GRID, title="Small")
UNKNOWN = sheet(
    Table(
        key="days",
        title="By day",
        columns=DAYS,
        rows=[(TODAY, Unknown.NOT_RECORDED_THEN, None, None)],
    ),
    charts=(Chart(kind="lines", block="days", title="By day", x="day", y=["messages"]),),
    title="Unknown",
)

LIFECYCLE = sheet(
    Table(
        key="lifecycle",
        title="Lifecycle",
        columns=(
            Column(key="day", label="day", unit=Unit.DAY),
            Column(key="new", label="new", unit=Unit.COUNT),
            Column(key="returning", label="returning", unit=Unit.COUNT),
            Column(key="resurrecting", label="resurrecting", unit=Unit.COUNT),
            Column(key="dormant", label="dormant", unit=Unit.COUNT),
        ),
        rows=[
            (
                TODAY - (29 - at) * DAY,
                20 + at % 7,
                80 + at,
                12 + (at * 5) % 9,
                -(25 + (at * 3) % 11),
            )
            for at in range(30)
        ],
    ),
    charts=(
        Chart(
            kind="stack",
            block="lifecycle",
            title="Who came, stayed and went",
            x="day",
            y=["returning", "new", "resurrecting", "dormant"],
        ),
    ),
    title="Lifecycle",
)


REVENUE = sheet(
    Table(
        key="movements",
        title="Revenue movements",
        columns=(
            Column(key="day", label="day", unit=Unit.DAY),
            Column(key="new", label="new", unit=Unit.STARS),
            Column(key="contraction", label="contraction", unit=Unit.STARS),
            Column(key="churn", label="churn", unit=Unit.STARS),
        ),
        rows=[(TODAY - (6 - at) * DAY, 200 + 50 * at, -50, -75) for at in range(7)],
    ),
    charts=(
        Chart(
            kind="stack",
            block="movements",
            title="What came in and what was lost",
            x="day",
            y=["new", "contraction", "churn"],
        ),
    ),
    title="Revenue",
)


def _forecast(at: int) -> tuple[Value, ...]:
    day = TODAY + (at - 27) * DAY
    if at <= 27:
        return (day, 400 + 80 * sin(at * 0.9), None, None, None, None, None)
    middle, width = 410 + 80 * sin(at * 0.9), 18 + 4 * (at - 27)
    return (
        day, None, middle, middle - 2 * width, middle + 2 * width, middle - width, middle + width,
    )  # fmt: skip


FORECAST = sheet(
    Table(
        key="days",
        title="Forecast",
        columns=(
            Column(key="day", label="day", unit=Unit.DAY),
            Column(key="active", label="active", unit=Unit.COUNT),
            Column(key="expected", label="expected", unit=Unit.COUNT),
            Column(key="low95", label="95% from", unit=Unit.COUNT, is_extra=True),
            Column(key="high95", label="95% to", unit=Unit.COUNT, is_extra=True),
            Column(key="low80", label="80% from", unit=Unit.COUNT, is_extra=True),
            Column(key="high80", label="80% to", unit=Unit.COUNT, is_extra=True),
        ),
        rows=[_forecast(at) for at in range(42)],
    ),
    charts=(
        Chart(
            kind="bands",
            block="days",
            title="Active people, and what to expect",
            x="day",
            y=["active", "expected"],
            bands=(("low95", "high95"), ("low80", "high80")),
            band_labels=("95% of cases", "80% of cases"),
        ),
    ),
    title="Forecast",
)

FUNNEL = sheet(
    Table(
        key="steps",
        title="Steps",
        columns=(
            Column(key="step", label="step", unit=Unit.TEXT),
            Column(key="people", label="people", unit=Unit.COUNT),
            Column(key="overall", label="of the first", unit=Unit.SHARE),
            Column(key="median", label="median time", unit=Unit.SECONDS),
        ),
        rows=(
            ("Started the bot", 4_210, 1.0, None),
            ("Sent a link", 2_604, 0.6185, 95),
            ("Got a file", 2_377, 0.5646, 412),
            ("Opened an invoice", 310, 0.0736, 190_000),
            ("Paid", 122, 0.029, 240_000),
        ),
    ),
    charts=(
        Chart(
            kind="funnel",
            block="steps",
            title="From /start to a payment",
            x="step",
            y=["people", "overall", "median"],
        ),
    ),
    title="Funnel",
)


def before(kind: Literal["bars", "funnel"]) -> Sheet:
    """Two rows with the period before."""
    columns = (
        Column(key="step", label="step", unit=Unit.TEXT),
        Column(key="people", label="people", unit=Unit.COUNT),
        Column(key="before", label="before", unit=Unit.COUNT),
    )
    rows = (("Started the bot", 4_210, 5_000), ("Sent a link", 2_604, 2_000))
    table = Table(key="steps", title="Steps", columns=columns, rows=rows)
    chart = Chart(kind=kind, block="steps", title="Steps", x="step", y=["people"], before="before")
    return sheet(table, charts=(chart,))


def of_days(
    kind: Literal["bars", "stack", "lines"], counts: Sequence[int], before: Sequence[int] = ()
) -> Sheet:
    """These *counts* of the last days; today is not over."""
    rows = [
        (TODAY - (len(counts) - 1 - at) * DAY, count, before[at] if before else None, None)
        for at, count in enumerate(counts)
    ]
    table = Table(key="days", title="By day", columns=DAYS, rows=rows, is_last_partial=True)
    behind = "before" if before else ""
    chart = Chart(kind=kind, block="days", title="By day", x="day", y=["messages"], before=behind)
    return sheet(table, charts=(chart,))


PERCENTILES = sheet(
    Table(
        key="hours",
        title="Response time",
        columns=(
            Column(key="hour", label="hour", unit=Unit.MOMENT),
            Column(key="p50", label="p50", unit=Unit.SECONDS),
            Column(key="p95", label="p95", unit=Unit.SECONDS),
            Column(key="p99", label="p99", unit=Unit.SECONDS),
        ),
        rows=[
            (
                NOON - timedelta(hours=23 - at),
                0.08 + 0.01 * sin(at),
                Unknown.NO_UPDATES if at in {4, 5} else 0.3 + 0.1 * sin(at * 0.7),
                Unknown.NO_UPDATES if at in {4, 5} else 0.52 + 0.2 * sin(at * 0.7),
            )
            for at in range(24)
        ],
    ),
    charts=(
        Chart(
            kind="lines",
            block="hours",
            title="Response time, last 24 hours",
            x="hour",
            y=["p50", "p95", "p99"],
        ),
    ),
    title="Latency",
)

ALL = (
    EMPTY, ONE_ROW, HUGE, MIXED, TOP, RETENTION, PEAK, SMALL_GRID, UNKNOWN, LIFECYCLE, REVENUE,
    FORECAST, FUNNEL, PERCENTILES,
)  # fmt: skip
