"""The API's way in: other programs report what happened, as the bot notices it itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.analytics.tracking.claims import Claim
from bot.analytics.tracking.parcel import Parcel
from bot.analytics.tracking.tracking import Tracking
from bot.analytics.tracking.trouble import BusyError, FactError, ReusedError
from bot.clock import Clock
from bot.tokens import Scope
from bot.web.api.access import Caller
from bot.web.api.endpoint import Call, Endpoint
from bot.web.api.params import Params, ParamsError
from bot.web.api.track_facts import (
    ActivityBatch,
    ApiUseBatch,
    ByPerson,
    ConversationBatch,
    MessageBatch,
    TakenTold,
    moments,
)
from bot.web.api.track_talks import ConversationFact, moments_of

KEY = "Idempotency-Key"
KEY_FORM = re.compile(r"[!-~]{1,128}")
# Told of a batch that was taken before.
REPEATED = {"Idempotency-Replayed": "true"}
ADMIN = "admin"
DESCRIPTION = (
    "A batch is taken as a whole or not at all, and answered when it is on disk. at may be up to "
    "RETENTION_DAYS ago, and 60 s ahead."
)
HEADERS = {
    KEY: {
        "type": "string",
        "pattern": f"^{KEY_FORM.pattern}$",
        "description": "1 to 128 visible characters: for 24 hours the same batch with the same "
        "key is counted once, however often it is sent.",
    }
}
REFUSALS = {
    413: "The body is larger than 1 MiB.",
    422: "The same Idempotency-Key was sent before with another body.",
    503: "Too much is being written, or the database cannot be reached; send the batch again "
    "after Retry-After seconds.",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "activity": {"user_id": 1001, "kind": "command", "command": "order"},
    "message": {"user_id": 1001, "content_type": "text", "length": 12},
    "conversation": {
        "user_id": 1001,
        "answers": [
            {"model": "small", "input_tokens": 120, "output_tokens": 48, "seconds": 1.4},
        ],
    },
    "api-usage": {"method": "GET /orders/{id}", "status": 200, "seconds": 0.12},
}

Answer = Callable[[Call[Params]], Awaitable[web.Response]]


class TrackDoors:
    """Facts of other programs.  keep_text: STORE_TEXT"""

    def __init__(self, tracking: Tracking, clock: Clock, *, keep_text: bool) -> None:
        self._tracking = tracking
        self._clock = clock
        self._keep_text = keep_text

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            _endpoint("activity", "What people did.", ActivityBatch, self.activity),
            _endpoint("message", "What people wrote.", MessageBatch, self.message),
            _endpoint(
                "conversation",
                "What people asked an assistant.",
                ConversationBatch,
                self.conversation,
            ),
            _endpoint("api-usage", "Which APIs were called.", ApiUseBatch, self.api_usage),
        ]

    async def activity(self, call: Call[Params]) -> web.Response:
        """Commands, buttons, inline queries."""
        some, now = call.body.facts, self._clock()
        parts = [part for one in some for part in one.parts(now)]
        return await self._take(call, some, now, parts=parts, names=list(_names(some)))

    async def message(self, call: Call[Params]) -> web.Response:
        """Messages."""
        some, now = call.body.facts, self._clock()
        parts = [part for one in some for part in one.parts(now, keep_text=self._keep_text)]
        return await self._take(call, some, now, parts=parts, names=list(_names(some)))

    async def conversation(self, call: Call[Params]) -> web.Response:
        """Conversations with their answers."""
        some, now = call.body.facts, self._clock()
        sender = _sender(call.caller)
        talks = [one.talk(now, sender) for one in some]
        names = list(_models(some))
        return await self._take(call, some, now, talks=talks, names=names, more=moments_of(talks))

    async def api_usage(self, call: Call[Params]) -> web.Response:
        """Calls of APIs."""
        some, now = call.body.facts, self._clock()
        names = [("method", one.method, f"facts.{place}.method") for place, one in enumerate(some)]
        parts = [one.fact(now) for one in some]
        return await self._take(call, some, now, parts=parts, names=names)

    async def _take(
        self,
        call: Call[Params],
        some: list[Any],
        now: datetime,
        more: Iterable[tuple[datetime, str]] = (),
        **said: Any,
    ) -> web.Response:
        times = [*moments(some, now), *more]
        parcel = Parcel(count=len(some), sender=_sender(call.caller), moments=times, **said)
        try:
            taken = await self._tracking.take(parcel, await _claim(call))
        except FactError as exc:
            raise ParamsError.of(exc.field, exc.problem) from None
        except ReusedError as exc:
            raise web.HTTPUnprocessableEntity(text=f"{KEY}: {exc}.") from None
        except BusyError as exc:
            wait = {"Retry-After": str(exc.seconds)}
            raise web.HTTPServiceUnavailable(text=str(exc), headers=wait) from None
        headers = REPEATED if taken.is_repeated else {}
        return web.Response(body=taken.answer, content_type="application/json", headers=headers)


def _endpoint(name: str, summary: str, body: Any, answer: Answer) -> Endpoint:
    fact = EXAMPLES[name]
    return Endpoint(
        method="POST",
        path=f"track/{name}",
        scope=Scope.TRACK,
        summary=summary,
        description=DESCRIPTION,
        body=body,
        example={"facts": [fact]},
        gives=TakenTold,
        refusals=REFUSALS,
        headers=HEADERS,
        answer=answer,
    )


def _sender(caller: Caller) -> str:
    """Whose keys and whose conversations they are; never an admin's own id."""
    return ADMIN if caller.person else caller.id


async def _claim(call: Call[Params]) -> Claim | None:
    """What the batch is to be known by; None: it was sent without a key."""
    keys = call.request.headers.getall(KEY, [])
    if not keys:
        return None
    if len(keys) > 1 or not KEY_FORM.fullmatch(keys[0]):
        raise ParamsError.of(KEY, "has to be one key of 1 to 128 visible characters")
    sent = hashlib.sha256(call.request.path.encode() + b"\0" + await call.request.read())
    return Claim(sender=_sender(call.caller), key=keys[0], digest=sent.hexdigest())


def _names(some: Sequence[ByPerson]) -> Iterator[tuple[str, str, str]]:
    for place, one in enumerate(some):
        for kind, name, field in one.names():
            yield kind, name, f"facts.{place}.{field}"


def _models(some: list[ConversationFact]) -> Iterator[tuple[str, str, str]]:
    for place, one in enumerate(some):
        for n, answer in enumerate(one.answers):
            yield "model", answer.model, f"facts.{place}.answers.{n}.model"
