"""A report by its name, laid out in a language, and as a file: the way in for every view."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import orjson

from bot.analytics.audience.segments import ACTIVE
from bot.analytics.render import sheet_chart, sheet_csv, sheet_json, sheet_pdf
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.reports.period import Compare
from bot.analytics.reports.query import SIZE, Step
from bot.analytics.shelf import SHELF, Kind

FileType = Literal["csv", "json", "pdf"]
FILE_TYPES: tuple[FileType, ...] = ("csv", "json", "pdf")


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Which report somebody looks at.

    until: its last day; None: today; compare: with which days before
    step: how it is cut; None: its usual way
    segment, other_segment: of segments(), for a report about one or two of them
    size: how many are in each list of those with the most
    """

    kind: Kind
    days: int
    until: date | None = None
    compare: Compare = "previous"
    step: Step | None = None
    user_id: int | None = None
    chat_id: int | None = None
    segment: str = ACTIVE
    other_segment: str = ""
    size: int = SIZE

    def of(self, days: int, step: Step | None = None) -> View:
        """The same report about another time."""
        return replace(self, days=days, step=step or self.step)


@dataclass(frozen=True, slots=True)
class File:
    """A report as a file."""

    name: str
    content: bytes


class Views:
    """Lays reports out; drawing and writing files happens in threads.

    is_synthetic: whether the people in the database are invented
    """

    def __init__(self, reports: Reports, *, is_synthetic: bool = False) -> None:
        self.reports = reports
        self.is_synthetic = is_synthetic

    async def sheet(self, view: View, words: Words, *, is_fresh: bool = False) -> Sheet:
        """The report, laid out in the language of *words*."""
        return await self.laid_out(view, await self.report(view, is_fresh=is_fresh), words)

    async def laid_out(self, view: View, report: Any, words: Words) -> Sheet:
        """*report*, which is what *view* asks for, in the language of *words*."""
        # A report of a year by the hour is long enough to keep everybody else waiting.
        sheet = await asyncio.to_thread(view.kind.lay_out, report, words)
        return replace(sheet, is_synthetic=self.is_synthetic)

    async def segments(self) -> list[str]:
        """Which segments a view can be about, sorted; the usual one is always there."""
        return sorted({ACTIVE, *await self.reports.source.audience.segments()})

    async def warm(self) -> None:
        """Compute the overview anew, so that nobody waits for it."""
        kind = SHELF["analytics"]
        for days in kind.periods:
            await self.report(View(kind=kind, days=days), is_fresh=True)

    async def pictures(self, view: View, words: Words, *, is_dark: bool = False) -> list[File]:
        """Its charts as PNG; DrawingError without the extra "charts"."""
        sheet = await self.sheet(view, words)
        return [
            File(
                f"{sheet.name}-{number}.png",
                await asyncio.to_thread(sheet_chart.draw, sheet, chart, words, is_dark=is_dark),
            )
            for number, chart in enumerate(sheet.charts, 1)
        ]

    async def file(self, view: View, words: Words, kind: FileType) -> File:
        """The report as a file; DrawingError for a PDF without the extra "charts"."""
        sheet = await self.sheet(view, words)
        day = sheet.period.last_day.isoformat()
        content = await asyncio.to_thread(_content, sheet, words, kind)
        return File(f"telegauge-{sheet.name}-{view.days}d-{day}.{kind}", content)

    async def report(self, view: View, *, is_fresh: bool = False) -> Any:
        """The report itself; the same object for as long as the desk keeps it."""
        return await self.reports.ask(
            view.kind.compute,
            view.days,
            until=view.until,
            compare=view.compare,
            is_fresh=is_fresh,
            step=view.step or view.kind.steps[0],
            user_id=view.user_id,
            chat_id=view.chat_id,
            segment=view.segment,
            other_segment=view.other_segment,
            size=view.size,
        )


def _content(sheet: Sheet, words: Words, kind: FileType) -> bytes:
    if kind == "csv":
        return sheet_csv.text(sheet, words).encode()
    if kind == "json":
        return orjson.dumps(sheet_json.payload(sheet), option=orjson.OPT_INDENT_2)
    return sheet_pdf.document(sheet, words)
