"""The API's silences: what nobody is told of for a while, as with /silence and /unsilence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.alerts.duty import Duty
from bot.alerts.wish import Target, Wish, named, reason_of, targets
from bot.clock import Clock
from bot.tokens import Scope
from bot.web.api.access import Caller
from bot.web.api.alert_models import (
    LARGEST,
    Reader,
    SilencesTold,
    SilenceTold,
    SilenceWish,
    by_of,
    target_text,
)
from bot.web.api.alerts import PATIENCE
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import Params, ParamsError

# People can read as many; a program that forgets to end its own must not bury them.
MOST = 200
FURTHEST = timedelta(days=365)
KNOWN = 1_500
UNKNOWN = "There is no such silence, or it is over."
TOO_MANY = f"There are {MOST} silences already; end one first."


class SilenceParams(Params):
    """One silence."""

    id: Annotated[int, Field(ge=1, le=LARGEST, description="As GET /silences has it.")]


class SilenceDoors:
    """Silences, for programs and the dashboard."""

    def __init__(self, duty: Duty, clock: Clock) -> None:
        self._duty = duty
        self._clock = clock

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="silences",
                scope=Scope.READ,
                summary="The silences that hold or are to come.",
                gives=SilencesTold,
                answer=self.silences,
            ),
            Endpoint(
                method="POST",
                path="silences",
                scope=Scope.ADMIN,
                summary="Make a silence.",
                description="A silence without a reason that holds as long is not made twice.",
                body=SilenceWish,
                example={"target": "severity=warning", "seconds": 3600, "reason": "moving"},
                gives=SilenceTold,
                status=201,
                refusals={409: TOO_MANY},
                answer=self.make,
            ),
            Endpoint(
                method="DELETE",
                path="silences/{id}",
                scope=Scope.ADMIN,
                summary="End a silence.",
                asks=SilenceParams,
                status=204,
                refusals={404: UNKNOWN},
                answer=self.end,
            ),
        ]

    async def silences(self, call: Call[Params]) -> web.Response:
        """All of them."""
        reader = await self._reader(call.caller)
        told = [reader.silence(one) for one in reader.silences]
        return model_answer(SilencesTold(silences=told))

    async def make(self, call: Call[Params]) -> web.Response:
        """As /silence; messages about what it covers show it."""
        wish, reader = self._wish(call.body), await self._reader(call.caller)
        if len(reader.silences) >= MOST:
            raise web.HTTPConflict(text=TOO_MANY)
        made = await self._duty.silence(wish, by_of(call.caller))
        await self._duty.refresh(await self._duty.firing([made]), PATIENCE)
        return model_answer((await self._reader(call.caller)).silence(made), status=201)

    async def end(self, call: Call[SilenceParams]) -> web.Response:
        """As /unsilence; messages about what it covered show that, too."""
        ended = await self._duty.desk.end_silence(call.asked.id)
        if ended is None:
            raise web.HTTPNotFound(text=UNKNOWN)
        await self._duty.refresh(await self._duty.firing([ended]), PATIENCE)
        return web.Response(status=204)

    def _wish(self, sent: SilenceWish) -> Wish:
        start = self._start(sent.starts_at)
        return Wish(self._target(sent.target), sent.seconds, reason_of(sent.reason), start)

    def _target(self, given: str) -> Target:
        known = targets(self._duty.concerns)
        if (target := named(given, known)) is None:
            possible = ", ".join(target_text(one) for one in known)
            shown = possible if len(possible) <= KNOWN else f"{possible[:KNOWN]}…"
            raise ParamsError.of("target", f"is not known; possible are {shown}")
        return target

    def _start(self, starts_at: datetime | None) -> datetime | None:
        now = self._clock()
        if starts_at is None:
            return None
        if starts_at <= now:
            raise ParamsError.of("starts_at", "is over; leave it out for a silence from now on")
        if starts_at - now > FURTHEST:
            raise ParamsError.of("starts_at", "is more than a year away")
        return starts_at.astimezone(UTC)

    async def _reader(self, caller: Caller) -> Reader:
        silences = await self._duty.desk.silences()
        return Reader(caller=caller, now=self._clock(), silences=silences)
