"""The pages of a document: what stands on them, and how much of it.  Imports reportlab: late."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from bot.analytics.render.sheet import Block, Chart, Figures, Grid, Sheet, Table
from bot.analytics.render.sheet_chart_frame import PAPER
from bot.analytics.render.sheet_chart_kinds import paper as chart_on_paper
from bot.analytics.render.sheet_pdf_paper import (
    FONT,
    LEFT,
    MARGIN,
    MUTED,
    RULE,
    WIDTH,
    Paper,
    one_at_a_time,
    register_fonts,
)
from bot.analytics.render.sheet_pdf_tables import figures, grid, table
from bot.analytics.render.sheet_words import (
    as_of,
    csv_has,
    notes,
    nothing,
    reason,
    rows_left,
    span,
    synthetic,
    unknowns,
)
from bot.analytics.render.values import mark
from bot.analytics.render.words import Words

PAGES = 3
# Rows of a table: as many as leave the document at three pages.
CAPS = (31, 20, 12, 6, 3)
# More columns of a grid than this cannot be read on paper; its chart can.
COLUMNS = 15
CHARTS = 6


class Pages:
    """One document while it is made."""

    def __init__(self, sheet: Sheet, words: Words) -> None:
        self._sheet = sheet
        self._words = words
        self._paper = Paper()
        charts = sheet.charts[:CHARTS]
        self._pictures = [(one, chart_on_paper(sheet, one, words)) for one in charts]

    def document(self) -> bytes:
        """The PDF: tables are shortened until it has three pages, then it is numbered."""
        with one_at_a_time():
            register_fonts()
            for cap in CAPS:
                count, _ = self._built(cap, 0)
                if count <= PAGES:
                    break
            return self._built(cap, count)[1]

    def _built(self, cap: int, count: int) -> tuple[int, bytes]:
        """How many pages it has, and the file; each page says that there are *count*."""
        out = BytesIO()
        template = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=MARGIN,
            bottomMargin=MARGIN + 4 * mm,
            title=self._paper.plain(self._sheet.title),
            author="Telegauge",
            lang=self._words.locale,
            # No moment of making and no random number: equal sheets, equal bytes.
            invariant=1,
        )

        def foot(canvas: Canvas, _: SimpleDocTemplate) -> None:
            self._foot(canvas, count)

        template.build(list(self._story(cap)), onFirstPage=foot, onLaterPages=foot)
        return template.page, out.getvalue()

    def _foot(self, canvas: Canvas, count: int) -> None:
        canvas.setStrokeColor(RULE)
        canvas.line(LEFT, MARGIN, LEFT + WIDTH, MARGIN)
        canvas.setFont(FONT, 7.5)
        canvas.setFillColor(MUTED)
        name = f"{self._sheet.title} · {span(self._sheet, self._words)}"
        if self._sheet.is_synthetic:
            name += f" · {synthetic(self._words)}"
        fitted = self._paper.fitted(self._paper.plain(name), WIDTH - 50, 7.5)
        canvas.drawString(LEFT, MARGIN - 11, fitted)
        canvas.drawRightString(LEFT + WIDTH, MARGIN - 11, f"{canvas.getPageNumber()} / {count}")

    def _story(self, cap: int) -> Iterator[Flowable]:
        paper = self._paper
        yield self._text(self._sheet.title, paper.title)
        now = as_of(self._sheet, self._words)
        yield self._text(f"{span(self._sheet, self._words)} · {now}", paper.below)
        for note in notes(self._sheet, self._words):
            is_warning = note == synthetic(self._words) and self._sheet.is_synthetic
            yield self._text(note, paper.warning if is_warning else paper.below)
        for block in self._sheet.blocks:
            yield from self._block(block, cap)

    def _block(self, block: Block, cap: int) -> Iterator[Flowable]:
        heading = self._text(block.title, self._paper.heading)
        pictures = [self._picture(*one) for one in self._pictures if one[0].block == block.key]
        if not pictures or _is_empty(block):
            yield heading
        else:
            yield KeepTogether([heading, *pictures[0]])
            for more in pictures[1:]:
                yield KeepTogether(more)
        yield from self._rows(block, cap)

    def _rows(self, block: Block, cap: int) -> Iterator[Flowable]:
        if _is_empty(block):
            yield self._small(nothing(self._words))
        elif isinstance(block, Figures):
            yield figures(block, self._paper, self._words)
        elif isinstance(block, Grid):
            yield from self._grid(block, cap)
        else:
            yield table(block, cap, self._paper, self._words)
            total = len(block.rows) if block.total is None else block.total
            yield from self._left(block, cap, total)

    def _grid(self, block: Grid, cap: int) -> Iterator[Flowable]:
        if len(block.columns) <= COLUMNS:
            yield grid(block, cap, self._paper, self._words)
            yield from self._left(block, cap, len(block.rows))
        else:
            yield self._small(csv_has(len(block.rows), self._words))

    def _left(self, block: Table | Grid, cap: int, total: int) -> Iterator[Flowable]:
        """What the marks mean, and how many rows are not here."""
        rows = block.rows if isinstance(block, Table) else block.values
        shown = min(cap, len(rows))
        yield Spacer(1, 3)
        for one in unknowns(value for row in rows[:shown] for value in row):
            yield self._small(f"{mark(one)} {reason(one, self._words)}")
        if total > shown:
            sentences = [rows_left(shown, total, self._words)]
            if len(rows) > shown:
                sentences.append(csv_has(len(rows), self._words))
            yield self._small(" ".join(sentences))

    def _picture(self, chart: Chart, png: bytes) -> list[Flowable]:
        """The picture, and what it is called unless its block is called the same."""
        picture = Image(BytesIO(png), WIDTH, WIDTH * PAPER.height / PAPER.width)
        if chart.title == self._sheet.block(chart.block).title:
            return [picture]
        return [self._text(chart.title, self._paper.caption), picture]

    def _small(self, text: str) -> Paragraph:
        return self._text(text, self._paper.small)

    def _text(self, text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(self._paper.plain(text), quote=False), style)


def _is_empty(block: Block) -> bool:
    return not (block.lines if isinstance(block, Figures) else block.rows)
