"""The API's reports: every one on the shelf, under the name that PRODUCT gives it."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from aiohttp import web
from pydantic import BaseModel, Field

from bot.analytics.render import sheet_json
from bot.analytics.render.sheet import Sheet
from bot.analytics.render.sheet_drawing import DrawingError
from bot.analytics.render.words import Words
from bot.analytics.reports.period import Compare
from bot.analytics.shelf import SHELF, Kind
from bot.analytics.views import FILE_TYPES, View, Views
from bot.web.answers import accepts
from bot.web.api.offered import Asked
from bot.web.api.params import INTERVALS, LONGEST, Dated, Params, ParamsError
from bot.web.api.told import ChatId, PersonId

KEPT = 200
KEPT_BYTES = 32 * 1024 * 1024
GZIP_LEVEL = 5
WORTH_PACKING = 1_000  # bytes
TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
}
# OpenAPI's "content" of every report.
REPORT = {"application/json": {"schema": {"$ref": "#/components/schemas/Report"}}}
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
class Body:
    """An answer as it is sent; report: what it was made of, the same for as long as it is kept."""

    report: Any
    plain: bytes
    packed: bytes
    etag: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.plain) + len(self.packed)


class ReportAnswers:
    """Reports as JSON, made once for as long as the desk keeps the report.

    size: how many bytes may be kept
    """

    def __init__(self, views: Views, words: Words, *, size: int = KEPT_BYTES) -> None:
        self._views = views
        self._words = words
        self._kept: OrderedDict[tuple[str, Dated], Body] = OrderedDict()
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

    async def json(self, asked: Asked, params: Dated) -> Body:
        """The report that *asked* and *params* name."""
        view = self.viewed(asked.kind, params)
        report = await self._views.report(view)
        key = (asked.path, params)
        if view.user_id is not None or view.chat_id is not None:
            # Of whoever is looked at once: not worth the room, and gone when they are forgotten.
            return await self.laid_out(view, report)
        body = self._kept.get(key)
        if body is not None and body.report is report:
            self._kept.move_to_end(key)
            return body
        body = await self.laid_out(view, report)
        # Not when somebody was forgotten meanwhile, or it was not worth keeping.
        if self._views.reports.keeps(report):
            self._keep(key, body)
        return body

    async def laid_out(self, view: View, report: Any) -> Body:
        """*report*, which is what *view* asks for, as an answer that is not kept."""
        sheet = await self._views.laid_out(view, report, self._words)
        return await asyncio.to_thread(_body, report, sheet)

    def _keep(self, key: tuple[str, Dated], body: Body) -> None:
        old = self._kept.pop(key, None)
        self._kept[key] = body
        self._bytes += body.size - (old.size if old else 0)
        while len(self._kept) > KEPT or self._bytes > self._size:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size

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
        today = self._views.reports.period(1).last_day
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


def answer(request: web.Request, body: Body) -> web.Response:
    """*body* for *request*: nothing when it has it already, packed when it takes that."""
    headers = {
        "ETag": body.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Authorization",
    }
    if body.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    content = body.plain
    if body.packed and accepts(request.headers.get("Accept-Encoding", ""), "gzip"):
        content = body.packed
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=content, content_type="application/json", headers=headers)


def model_body(report: Any, model: BaseModel) -> Body:
    """*model*, which tells of *report*, as an answer."""
    return _packed(report, model.model_dump_json().encode())


def _body(report: Any, sheet: Sheet) -> Body:
    return _packed(report, orjson.dumps(sheet_json.payload(sheet)))


def _packed(report: Any, plain: bytes) -> Body:
    packed = gzip.compress(plain, GZIP_LEVEL) if len(plain) > WORTH_PACKING else b""
    return Body(report, plain, packed, f'"{hashlib.sha256(plain).hexdigest()[:32]}"')
