"""A chart of any sheet as a PNG: it chooses the drawing, and says so where there is nothing."""

from __future__ import annotations

from bot.analytics.render.sheet import Chart, Sheet
from bot.analytics.render.sheet_drawing import needing_libraries
from bot.analytics.render.words import Words


def draw(sheet: Sheet, chart: Chart, words: Words, *, is_dark: bool) -> bytes:
    """The PNG, 1080 by 810 pixels, for a phone.  It computes for a tenth of a second: in a thread.

    DrawingError without the extra; KeyError for a chart of a block or column that is not there.
    """
    with needing_libraries():
        # Late: matplotlib takes a second and 40 MB that a bot without charts never pays.
        from bot.analytics.render.sheet_chart_kinds import phone  # noqa: PLC0415  see above

    return phone(sheet, chart, words, is_dark=is_dark)
