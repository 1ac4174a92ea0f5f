"""Any sheet as a PDF to hand to a boss: heading, charts and tables on one to three pages."""

from __future__ import annotations

from bot.analytics.render.sheet import Sheet
from bot.analytics.render.sheet_change import folded
from bot.analytics.render.sheet_drawing import needing_libraries
from bot.analytics.render.words import Words


def document(sheet: Sheet, words: Words) -> bytes:
    """The PDF, A4.  It computes for a tenth of a second and as much for each chart: in a thread.

    Equal sheets give equal bytes.  DrawingError without the extra.
    """
    with needing_libraries():
        # Late: two libraries and 50 MB that a bot without documents never pays.
        from bot.analytics.render.sheet_pdf_pages import Pages  # noqa: PLC0415  see above

    return Pages(folded(sheet, words), words).document()
