"""The API's reports: every one on the shelf, under the name that PRODUCT gives it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from bot.analytics.render import sheet_json
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.sheet_drawing import DrawingError
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Compare
from bot.analytics.shelf import SHELF, Kind
from bot.analytics.views import FILE_TYPES, View, Views
from bot.web.api.offered import Asked
from bot.web.api.params import INTERVALS, LONGEST, Dated, Params, ParamsError
from bot.web.api.told import ChatId, PersonId
from bot.web.files import Content

KEPT = 200
KEPT_BYTES = 32 * 1024 * 1024
GZIP_LEVEL = 5
JSON = "application/json"
# Good for whoever asks again, never for a proxy on the way.
OWN_COPY = {"Cache-Control": "private, no-cache"}
TYPES = {
    "csv": "text/csv",
    "json": JSON,
    "pdf": "application/pdf",
    "png": "image/png",
}
# OpenAPI's "content" of every report.
REPORT = {JSON: {"schema": {"$ref": "#/components/schemas/Report"}}}
NAMES = [f"{report}.{ending}" for report in SHELF for ending in TYPES]


class FileParams(Params):
    """A report as a file; which of them takes what is as with the report itself."""

    report: Annotated[
        str,
        Field(
            description="The report's name in the chat, and the kind of file.",
            examples=["revenue.csv"],
            json_schema_extra={"enum": list(NAMES)},
        ),
    ]
    days: Annotated[
        int | None,
        Field(ge=1, le=LONGEST, description="The last so many days; else what the report is for."),
    ] = None
    first_day: Annotated[
        date | None, Field(description="With last_day, instead of days: the earliest day.")
    ] = None
    last_day: Annotated[date | None, Field(description="The latest day, in TIMEZONE.")] = None
    compare: Annotated[Compare, Field(description="With which days it is compared.")] = "previous"
    interval: Annotated[
        Literal["hourly", "daily", "weekly", "monthly"] | None,
        Field(description="How it is cut, where it can be."),
    ] = None
    chat_id: ChatId | None = None
    user_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, and the report it was made of: the same for as long as the desk keeps it.

    day: today, when it was asked for
    """

    day: date
    view: View
    report: Any
    content: Content


class ReportAnswers:
    """Reports as JSON, made once for as long as the desk keeps the report.

    size: how many bytes may be kept
    """

    def __init__(self, views: Views, words: Words, *, size: int = KEPT_BYTES) -> None:
        self._views = views
        self._words = words
        self._kept: OrderedDict[tuple[str, Dated], _Kept] = OrderedDict()
        self._size = size
        self._bytes = 0
        views.reports.when_forgetting(self.forget)

    @property
    def kept_bytes(self) -> int:
        """How many there are."""
        return self._bytes

    def forget(self) -> None:
        """Keep nothing: whoever asked to be forgotten may stand in it."""
        self._kept.clear()
        self._bytes = 0

    def keeps(self, asked: Asked, params: Dated, content: Content) -> bool:
        """Whether *content* is what json() would give once more, until something is forgotten."""
        kept = self._kept.get((asked.path, params))
        return kept is not None and kept.content is content

    async def json(self, asked: Asked, params: Dated) -> Content:
        """The report that *asked* and *params* name."""
        key = (asked.path, params)
        kept = self._kept.get(key)
        today = self._views.reports.today
        view = kept.view if kept and kept.day == today else self.viewed(asked.kind, params)
        report = await self._views.report(view)
        if view.user_id is not None or view.chat_id is not None:
            # Of whoever is looked at once: not worth the room, and gone when they are forgotten.
            return await self.laid_out(view, report)
        kept = self._kept.get(key)
        if kept and kept.report is report:
            self._kept.move_to_end(key)
            return kept.content
        content = await self.laid_out(view, report)
        # Not when somebody was forgotten meanwhile, or it was not worth keeping.
        if self._views.reports.keeps(report):
            self._keep(key, _Kept(today, view, report, content))
        return content

    async def laid_out(self, view: View, report: Any) -> Content:
        """*report*, which is what *view* asks for, as an answer that is not kept."""
        sheet = await self._views.laid_out(view, report, self._words)
        return await asyncio.to_thread(_content, sheet)

    def _keep(self, key: tuple[str, Dated], kept: _Kept) -> None:
        old = self._kept.pop(key, None)
        self._kept[key] = kept
        self._bytes += kept.content.size - (old.content.size if old else 0)
        while len(self._kept) > KEPT or self._bytes > self._size:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.content.size

    async def file(self, kind: Kind, params: Dated, ending: str) -> tuple[bytes, str]:
        """The report as a file, and its type; HTTPNotImplemented without the extra "charts"."""
        view = self.viewed(kind, params)
        try:
            if ending == "png":
                pictures = await self._views.pictures(view, self._words)
                if not pictures:
                    raise web.HTTPNotFound(text=f"The report {kind.name} has no chart.")
                return pictures[0].content, TYPES[ending]
            (file_type,) = (one for one in FILE_TYPES if one == ending)
            file = await self._views.file(view, self._words, file_type)
        except DrawingError as exc:
            raise web.HTTPNotImplemented(text=str(exc)) from None
        return file.content, TYPES[ending]

    def viewed(self, kind: Kind, params: Dated) -> View:
        """What *params* ask of *kind*; ParamsError for days to come."""
        today = self._views.reports.today
        if params.last_day and params.last_day > today:
            raise ParamsError.of("last_day", f"is not over; today is {today.isoformat()}")
        interval = getattr(params, "interval", None)
        return View(
            kind=kind,
            days=params.span,
            until=params.last_day if params.last_day != today else None,
            compare=params.compare,
            step=INTERVALS[interval] if interval else None,
            user_id=getattr(params, "user_id", None),
            chat_id=getattr(params, "chat_id", None),
            is_patient=False,
        )


def answer(request: web.Request, content: Content) -> web.Response:
    """*content* for *request*: nothing when it has it already, packed when it takes that."""
    return content.answer(request, OWN_COPY, vary=hdrs.AUTHORIZATION)


def model_content(model: BaseModel) -> Content:
    """*model* as an answer."""
    return Content.of(model.model_dump_json().encode(), JSON, GZIP_LEVEL)


def _content(sheet: Sheet) -> Content:
    return Content.of(orjson.dumps(sheet_json.payload(sheet)), JSON, GZIP_LEVEL)
