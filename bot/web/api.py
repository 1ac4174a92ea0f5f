"""/api/v1: the reports for programs, and /api/openapi.json, which describes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib.metadata import version

from aiohttp import web

from bot.analytics.render.words import Words
from bot.analytics.shelf import SHELF
from bot.analytics.views import Views
from bot.tokens import Scope
from bot.web.answers import json_answer, problem
from bot.web.api_access import ApiAccess
from bot.web.api_openapi import description
from bot.web.api_params import Params, ParamsError, about, understood
from bot.web.api_reports import REPORTS, TYPES, Asked, ReportAnswers, answer

V1 = "/api/v1"

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Api:
    """Answers what /api/openapi.json describes."""

    def __init__(self, views: Views, access: ApiAccess, words: Words) -> None:
        self._access = access
        self._answers = ReportAnswers(views, words)
        self._description = description(version("telegauge"))

    def routes(self) -> list[web.RouteDef]:
        """What this answers."""
        return [
            web.get("/api/openapi.json", self.openapi),
            web.get(f"{V1}/export/{{report}}", _explained(self.export)),
            *(
                web.get(f"{V1}/{asked.path}", _explained(partial(self.report, asked)))
                for asked in REPORTS
            ),
        ]

    async def openapi(self, _: web.Request) -> web.Response:
        """The description; open, since it tells nothing about anybody."""
        return json_answer(self._description)

    async def report(self, asked: Asked, request: web.Request) -> web.Response:
        """One report as JSON."""
        await self._access.require(request, Scope.READ)
        params = understood(asked.params, _query(request))
        return answer(request, await self._answers.json(asked, params))

    async def export(self, request: web.Request) -> web.Response:
        """One report as a file."""
        await self._access.require(request, Scope.READ)
        name, _, ending = request.match_info["report"].partition(".")
        kind = SHELF.get(name)
        if kind is None or ending not in TYPES:
            endings = ", ".join(TYPES)
            text = f"There is no such report; the names are {', '.join(SHELF)}, and {endings}."
            raise web.HTTPNotFound(text=text)
        params: Params = understood(about(kind), _query(request))
        content, content_type = await self._answers.file(kind, params, ending)
        disposition = f'attachment; filename="telegauge-{name}.{ending}"'
        return web.Response(
            body=content,
            content_type=content_type,
            headers={"Content-Disposition": disposition},
        )


def _query(request: web.Request) -> dict[str, str]:
    twice = [name for name in request.query if len(request.query.getall(name)) > 1]
    if twice:
        raise ParamsError([{"field": twice[0], "problem": "stands there more than once"}])
    return dict(request.query)


def _explained(handler: Handler) -> Handler:
    """Let a request that was not understood be told which field is wrong."""

    async def explain(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except ParamsError as exc:
            return problem(400, str(exc), errors=exc.faults)

    return explain
