"""A report by its name, laid out in a language, and as a file: the way in for every view."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal, TypeVar

import orjson

from bot.analytics.audience.segments import ACTIVE
from bot.analytics.render import sheet_chart, sheet_csv, sheet_json, sheet_pdf
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.reports.period import Compare
from bot.analytics.reports.query import SIZE, Step
from bot.analytics.shelf import SHELF, Kind
from bot.analytics.turns import Turns

Made = TypeVar("Made")

FileType = Literal["csv", "json", "pdf"]
FILE_TYPES: tuple[FileType, ...] = ("csv", "json", "pdf")
AT_ONCE = 2
# How long a file waits for its turn to be made.
SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Which report somebody looks at.

    until: its last day; None: today; compare: with which days before
    step: how it is cut; None: its usual way
    segment, other_segment: of segments(), for a report about one or two of them
    size: how many are in each list of those with the most
    is_patient: whether it waits for its turn however many do
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
    is_patient: bool = True

    def of(self, days: int, step: Step | None = None) -> View:
        """The same report about another time."""
        return replace(self, days=days, step=step or self.step)


@dataclass(frozen=True, slots=True)
class File:
    """A report as a file."""

    name: str
    content: bytes


class Views:
    """Lays reports out; stop() comes last.

    is_synthetic: whether the people in the database are invented
    """

    def __init__(self, reports: Reports, *, is_synthetic: bool = False) -> None:
        self.reports = reports
        self.is_synthetic = is_synthetic
        # Its own, so that neither DNS nor /metrics waits for those who draw.
        self._threads = ThreadPoolExecutor(AT_ONCE, "draw")
        self._turns = Turns(AT_ONCE)

    async def stop(self) -> None:
        """Draw no more."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

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
        """Its charts as PNG; DrawingError without the extra "charts", BusyError as ask()."""
        report = await self.report(view)
        async with self._turns.taken(SECONDS, is_patient=view.is_patient):
            sheet = await self.laid_out(view, report, words)
            draw = partial(sheet_chart.draw, sheet, words=words, is_dark=is_dark)
            return [
                File(f"{sheet.name}-{number}.png", await self._made(partial(draw, chart)))
                for number, chart in enumerate(sheet.charts, 1)
            ]

    async def file(self, view: View, words: Words, kind: FileType) -> File:
        """The report as a file; errors as of pictures(), the first for a PDF only."""
        report = await self.report(view)
        async with self._turns.taken(SECONDS, is_patient=view.is_patient):
            sheet = await self.laid_out(view, report, words)
            content = await self._made(partial(_content, sheet, words, kind))
        day = sheet.period.last_day.isoformat()
        return File(f"telegauge-{sheet.name}-{view.days}d-{day}.{kind}", content)

    async def report(self, view: View, *, is_fresh: bool = False) -> Any:
        """The report itself; the same object for as long as the desk keeps it."""
        return await self.reports.ask(
            view.kind.compute,
            view.days,
            until=view.until,
            compare=view.compare,
            is_fresh=is_fresh,
            is_patient=view.is_patient,
            step=view.step or view.kind.steps[0],
            user_id=view.user_id,
            chat_id=view.chat_id,
            segment=view.segment,
            other_segment=view.other_segment,
            size=view.size,
        )

    async def _made(self, make: Callable[[], Made]) -> Made:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, copy_context().run, make)


def _content(sheet: Sheet, words: Words, kind: FileType) -> bytes:
    if kind == "csv":
        return sheet_csv.text(sheet, words).encode()
    if kind == "json":
        return orjson.dumps(sheet_json.payload(sheet), option=orjson.OPT_INDENT_2)
    return sheet_pdf.document(sheet, words)
