"""Which days a report is about, and with which it is compared, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.analytics.render.period_text import title
from bot.analytics.render.sheet import Figures, Line, Sheet, Unit
from bot.analytics.render.sheet_words import notes
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Compare, Period, last_days

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ENGLISH = Words()
UNTIL = date(2026, 4, 30)


def period(days: int, until: date | None = None, compare: Compare = "previous") -> Period:
    return last_days(days, NOW, UTC, until=until, compare=compare)


@pytest.mark.parametrize(
    ("days", "until", "words"),
    [
        (1, None, "<b>Today</b> · 4 May 2026, UTC"),
        (7, None, "<b>Last 7 days</b> · 28 Apr 2026 to 4 May 2026, UTC"),
        (1, UNTIL, "<b>1 day</b> · 30 Apr 2026, UTC"),
        (7, UNTIL, "<b>7 days</b> · 24 Apr 2026 to 30 Apr 2026, UTC"),
    ],
)
def test_days_that_are_over_are_not_the_last_ones(
    days: int, until: date | None, words: str
) -> None:
    assert title(period(days, until), ENGLISH).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("days", "until", "compare", "words"),
    [
        (1, None, "previous", "yesterday up to the same time."),
        (7, None, "previous", "the 7 days before, up to the same time."),
        (1, UNTIL, "previous", "the day before."),
        (7, UNTIL, "previous", "the 7 days before."),
        (7, None, "weekdays", "the same weekdays before, up to the same time."),
        (7, UNTIL, "weekdays", "the same weekdays before."),
        (7, None, "year", "the same dates a year before, up to the same time."),
        (7, UNTIL, "year", "the same dates a year before."),
    ],
)
def test_a_sheet_says_with_what_it_is_compared(
    days: int, until: date | None, compare: Compare, words: str
) -> None:
    figures = Figures(
        key="k", title="K", lines=[Line(key="l", label="l", unit=Unit.COUNT, value=1, before=2)]
    )
    sheet = Sheet(name="s", title="S", period=period(days, until, compare), blocks=[figures])

    assert notes(sheet, ENGLISH) == [f"Compared with {words}"]
