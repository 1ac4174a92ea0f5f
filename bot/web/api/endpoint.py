"""One method of one path: who may ask, what it takes and gives, and what answers.

The router, the check of scopes, the check of what was sent and /api/openapi.json are all made of
it, so that none of them can forget or contradict the others.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol

from aiohttp import hdrs, web
from pydantic import BaseModel

from bot.analytics.turns import AGAIN_SECONDS, BusyError
from bot.database.engine import DATABASE_ERRORS
from bot.tokens import Scope
from bot.web.answers import problem
from bot.web.api.access import ApiAccess, Caller, database_away, secret_of
from bot.web.api.params import P, Params, ParamsError, understood_address, understood_json
from bot.web.repeats import Again

V1 = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call(Generic[P]):
    """A request that may be made and was understood.

    asked: the path and the query; body: of the endpoint's body model, None where it has none
    again: whether the caller may ask once more, which counts as a request
    """

    request: web.Request
    caller: Caller
    asked: P
    body: Any = None
    again: Again | None = None


Answer = Callable[[Call[Any]], Awaitable[web.StreamResponse]]
Upgrade = Callable[[web.Request, ApiAccess], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """What is described, checked and answered.

    path: below /api/v1, with {names} of fields of *asks*; its other fields come from the query
    body: what has to be sent as JSON
    gives: the model of the answer, or OpenAPI's "content" where it is no model; None: nothing
    status: of the answer when all went well; refusals: statuses beside the usual ones, and why
    headers: that may be sent, and the schema of each
    example: a body that is answered with *status*
    is_for_links: a link of the dashboard opens it (bot/shares.py), and nothing else does
    longest_body: in bytes, where it is less than the server's limit
    upgrade: takes who wants to speak WebSocket here, and decides itself who may
    """

    method: str
    path: str
    scope: Scope
    summary: str
    answer: Answer
    asks: type[Params] = Params
    body: type[BaseModel] | None = None
    gives: type[BaseModel] | Mapping[str, Any] | None = None
    status: int = 200
    description: str = ""
    refusals: Mapping[int, str] = field(default_factory=dict)
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    example: Mapping[str, Any] | None = None
    is_for_links: bool = False
    longest_body: int | None = None
    upgrade: Upgrade | None = None

    @property
    def full_path(self) -> str:
        """The path from the server's root."""
        return f"{V1}/{self.path}"

    def route(self, access: ApiAccess, taken: Collection[str] = ()) -> web.RouteDef:
        """Where aiohttp finds it.

        taken: words at the end of the path that are other endpoints, and no value of a field
        """

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._handled(request, access)
            except ParamsError as exc:
                return problem(400, str(exc), errors=exc.faults)
            except BusyError as exc:
                headers = {hdrs.RETRY_AFTER: str(AGAIN_SECONDS)}
                raise web.HTTPServiceUnavailable(text=str(exc), headers=headers) from None
            except DATABASE_ERRORS as exc:
                raise database_away(exc) from None

        others = "|".join(re.escape(word) for word in taken)
        value = f":(?!(?:{others})$)[^{{}}/]+}}" if taken else "}"
        return web.route(self.method, re.sub("}$", lambda _: value, self.full_path), handle)

    async def _handled(self, request: web.Request, access: ApiAccess) -> web.StreamResponse:
        if self.upgrade and request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
            return await self.upgrade(request, access)
        caller = await self._admitted(request, access)
        path = tuple(request.match_info.items())
        asked = understood_address(self.asks, request.rel_url.raw_query_string, path)
        body = None
        if self.body:
            body = understood_json(self.body, await sent_body(request, self.longest_body))
        again = partial(access.readmit, secret_of(request), self.scope)
        return await self.answer(Call(request, caller, asked, body, again))

    async def _admitted(self, request: web.Request, access: ApiAccess) -> Caller:
        if self.is_for_links:
            return await access.require_share(request)
        return await access.require(request, self.scope)


class Doors(Protocol):
    """Endpoints about one thing."""

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""


async def sent_body(request: web.Request, longest: int | None) -> bytes:
    """What was sent with *request*; HTTPRequestEntityTooLarge for more than *longest* bytes."""
    sent = await request.read()
    if longest and len(sent) > longest:
        text = f"The body has {len(sent)} bytes; {longest} are the most here."
        raise web.HTTPRequestEntityTooLarge(longest, len(sent), text=text)
    return sent


def model_answer(model: BaseModel, *, status: int = 200) -> web.Response:
    """*model* as JSON."""
    return web.Response(
        body=model.model_dump_json().encode(), status=status, content_type="application/json"
    )
