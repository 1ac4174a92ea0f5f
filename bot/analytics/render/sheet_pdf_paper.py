"""Paper for documents: fonts that know Cyrillic, styles, colours.  Imports reportlab: late."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from threading import Lock

from matplotlib import get_data_path
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from bot.analytics.render.sheet_chart_frame import glyphs
from bot.analytics.render.sheet_chart_palette import LIGHT
from bot.analytics.render.sheet_drawing import plain

FONT, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MARGIN = 17 * mm
# What reportlab leaves free inside the margins.
INSET = 6
LEFT = MARGIN + INSET
WIDTH = A4[0] - 2 * LEFT
TEXT, MUTED, RULE = HexColor(LIGHT.text), HexColor(LIGHT.muted), HexColor(LIGHT.rule)
ACCENT, WARNING = HexColor(LIGHT.series[0]), HexColor(LIGHT.warning)


@cache
def one_at_a_time() -> Lock:
    """Held while a document is made: reportlab keeps fonts, and their letters, in globals."""
    return Lock()


def register_fonts() -> None:
    """Fonts that come with matplotlib; the file embeds the letters that it uses."""
    folder = Path(get_data_path()) / "fonts" / "ttf"
    for name in {FONT, BOLD}.difference(getRegisteredFontNames()):
        registerFont(TTFont(name, folder / f"{name}.ttf"))


class Paper:
    """Styles, and texts cut to what fits."""

    title = ParagraphStyle("title", fontName=BOLD, fontSize=19, leading=24, textColor=TEXT)
    below = ParagraphStyle("below", fontName=FONT, fontSize=9.5, leading=13.5, textColor=MUTED)
    warning = ParagraphStyle("warning", parent=below, fontName=BOLD, textColor=WARNING)
    heading = ParagraphStyle(
        "heading",
        fontName=BOLD,
        fontSize=11.5,
        leading=15,
        textColor=TEXT,
        spaceBefore=12,
        spaceAfter=4,
        keepWithNext=1,
    )
    caption = ParagraphStyle("caption", fontName=FONT, fontSize=9, leading=13, textColor=TEXT)
    cell = ParagraphStyle("cell", fontName=FONT, fontSize=8.5, leading=11, textColor=TEXT)
    aside = ParagraphStyle("aside", parent=cell, textColor=MUTED)
    small = ParagraphStyle("small", fontName=FONT, fontSize=7.5, leading=10.5, textColor=MUTED)

    @cached_property
    def _glyphs(self) -> frozenset[int]:
        return glyphs()

    def plain(self, text: str, length: int = 500) -> str:
        """*text* in letters that the font has."""
        return plain(text, self._glyphs, length)

    def fitted(self, text: str, width: float, size: float, font: str = FONT) -> str:
        """As much of each line of a plain *text* as fits *width* points."""
        return "\n".join(self._fitted(line, width, size, font) for line in text.split("\n"))

    def _fitted(self, text: str, width: float, size: float, font: str) -> str:
        if stringWidth(text, font, size) <= width:
            return text
        while text and stringWidth(f"{text}…", font, size) > width:
            text = text[:-1]
        return f"{text.rstrip()}…"
