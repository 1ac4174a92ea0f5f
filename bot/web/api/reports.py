"""The API's reports: every one on the shelf as JSON, and as a file."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from bot.analytics.render.words import Words
from bot.analytics.shelf import SHELF
from bot.analytics.views import Views
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.offered import REPORTS, Asked
from bot.web.api.params import Dated, about, told_once, understood
from bot.web.api.report_answers import (
    REPORT,
    TYPES,
    FileParams,
    ReportAnswers,
    answer,
)
from bot.web.repeats import AGAIN

AS_BEFORE = "It is as it was: If-None-Match named its ETag."


class ReportDoors:
    """Reports for programs."""

    def __init__(self, views: Views, words: Words) -> None:
        self._answers = ReportAnswers(views, words)

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [*(self._report(asked) for asked in REPORTS), self._export()]

    def _report(self, asked: Asked) -> Endpoint:
        return Endpoint(
            method="GET",
            path=asked.path,
            scope=Scope.READ,
            summary=asked.about,
            description=f"As /report {asked.report} in the chat; docs/reports.md says what each "
            "number means.",
            asks=asked.params,
            gives=REPORT,
            refusals={304: AS_BEFORE},
            answer=partial(self.report, asked),
        )

    def _export(self) -> Endpoint:
        files = {media: {"schema": {"type": "string"}} for media in TYPES.values()}
        return Endpoint(
            method="GET",
            path="export/{report}",
            scope=Scope.READ,
            summary="A report as a file: revenue.pdf, audience.csv.",
            description="The names are those of /report. Which of the words a report takes is as "
            "with its JSON. PDF and PNG need the extra charts.",
            asks=FileParams,
            gives={**files, **REPORT},
            refusals={
                404: "There is no such report, or no chart of it.",
                501: "The extra charts is not installed.",
            },
            answer=self.export,
        )

    async def report(self, asked: Asked, call: Call[Dated]) -> web.Response:
        """One report as JSON."""
        content = await self._answers.json(asked, call.asked)
        if call.again and self._answers.keeps(asked, call.asked, content):
            call.request[AGAIN] = call.again
        return answer(call.request, content)

    async def export(self, call: Call[FileParams]) -> web.Response:
        """One report as a file."""
        name, _, ending = call.asked.report.partition(".")
        kind = SHELF.get(name)
        if kind is None or ending not in TYPES:
            endings = ", ".join(TYPES)
            text = f"There is no such report; the names are {', '.join(SHELF)}, and {endings}."
            raise web.HTTPNotFound(text=text)
        params = understood(about(kind), told_once(call.request.query))
        content, content_type = await self._answers.file(kind, params, ending)
        disposition = f'attachment; filename="telegauge-{name}.{ending}"'
        return web.Response(
            body=content,
            content_type=content_type,
            headers={"Content-Disposition": disposition},
        )
