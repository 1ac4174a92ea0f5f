"""The API's alerts: what fires, what fired, and taking care of it as with the chat's buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.alerts.book import HISTORY
from bot.alerts.duty import Duty
from bot.alerts.rehearsal import thinned
from bot.alerts.states import Alert
from bot.alerts.trace import Point, until
from bot.alerts.wish import reason_of
from bot.clock import Clock
from bot.tokens import Scope
from bot.web.api.access import Caller
from bot.web.api.alert_models import (
    LARGEST,
    AlertsTold,
    AlertTold,
    Hush,
    Number,
    PendingTold,
    Reader,
    SilenceTold,
    TraceTold,
    by_of,
)
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import Params
from bot.web.api.rule_models import NAME

# An answer need not wait until Telegram has edited a message: the next delivery does it.
PATIENCE = 2.0
HISTORY_MOST = 100
UNKNOWN = "There is no such alert, or it is not kept any more."
OVER = "The alert is over."


class AlertsParams(Params):
    """How much of the history, and which."""

    limit: Annotated[
        int, Field(ge=1, le=HISTORY_MOST, description="How many alerts that are over.")
    ] = HISTORY
    cursor: Annotated[
        int | None, Field(ge=1, le=LARGEST, description="The next_cursor of the page before.")
    ] = None
    days: Annotated[
        int | None,
        Field(ge=1, le=365, description="Only what ended in so many times 24 hours."),
    ] = None
    rule: Annotated[
        str | None, Field(pattern=NAME, description="Of what is over, only that rule's alerts.")
    ] = None


class AlertParams(Params):
    """One alert."""

    id: Annotated[Number, Field(description="As GET /alerts has it.")]


class AlertDoors:
    """Alerts, for programs and the dashboard.

    is_checked: whether this bot asks its rules at all
    """

    def __init__(self, duty: Duty, is_checked: Callable[[], bool], clock: Clock) -> None:
        self._duty = duty
        self._is_checked = is_checked
        self._clock = clock

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [*self._reading(), *self._acting()]

    def _reading(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="alerts",
                scope=Scope.READ,
                summary="What fires, what may fire soon, and what fired before.",
                asks=AlertsParams,
                gives=AlertsTold,
                answer=self.alerts,
            ),
            Endpoint(
                method="GET",
                path="alerts/{id}",
                scope=Scope.READ,
                summary="One alert, over or not.",
                asks=AlertParams,
                gives=AlertTold,
                refusals={404: UNKNOWN},
                answer=self.alert,
            ),
            Endpoint(
                method="GET",
                path="alerts/{id}/trace",
                scope=Scope.READ,
                summary="What the alert's rule saw lately, for a chart.",
                description="The last three hours; of an alert that is over, up to half an hour "
                "after its end. What rules saw is kept for a week.",
                asks=AlertParams,
                gives=TraceTold,
                refusals={404: UNKNOWN},
                answer=self.trace,
            ),
        ]

    def _acting(self) -> list[Endpoint]:
        refusals = {404: UNKNOWN, 409: OVER}
        return [
            Endpoint(
                method="POST",
                path="alerts/{id}/acknowledge",
                scope=Scope.ADMIN,
                summary="Take care of an alert: only its end is told any more.",
                description="Who acknowledges what somebody has acknowledged changes nothing.",
                asks=AlertParams,
                gives=AlertTold,
                refusals=refusals,
                answer=self.acknowledge,
            ),
            Endpoint(
                method="POST",
                path="alerts/{id}/silence",
                scope=Scope.ADMIN,
                summary="Tell nothing more of the alert's rule for a while.",
                asks=AlertParams,
                body=Hush,
                example={"seconds": 3600, "reason": "moving"},
                gives=SilenceTold,
                status=201,
                refusals=refusals,
                answer=self.silence,
            ),
        ]

    async def alerts(self, call: Call[AlertsParams]) -> web.Response:
        """The board, with a page of the history."""
        asked, reader = call.asked, await self._reader(call.caller)
        since = reader.now - timedelta(days=asked.days) if asked.days else None
        board = await self._duty.book.board(
            asked.limit + 1, before=asked.cursor, since=since, rule=asked.rule
        )
        past = board.past[: asked.limit]

        def told(alert: Alert) -> AlertTold:
            return reader.alert(alert, self._duty.terms(alert), board.told_at.get(alert.id))

        return model_answer(
            AlertsTold(
                is_checked=self._is_checked(),
                firing=[told(alert) for alert in board.firing],
                pending=[PendingTold.of(one) for one in board.pending],
                silences=[reader.silence(one) for one in reader.silences],
                history=[told(alert) for alert in past],
                next_cursor=past[-1].id if len(board.past) > len(past) else None,
            )
        )

    async def alert(self, call: Call[AlertParams]) -> web.Response:
        """One alert."""
        return await self._answered(await self._found(call.asked.id), call.caller)

    async def trace(self, call: Call[AlertParams]) -> web.Response:
        """The readings of its rule."""
        alert = await self._found(call.asked.id)
        trace = await self._duty.trace(alert, until(alert, self._clock()))
        # Of neighbours the worst one is told: what is worse lies where the alert fired.
        is_high_bad = alert.value is None or alert.value >= alert.threshold
        sign = 1 if is_high_bad else -1

        def badness(point: Point) -> float | None:
            return None if point.value is None else sign * point.value

        return model_answer(TraceTold.of(trace, alert.unit, thinned(trace.points, badness)))

    async def acknowledge(self, call: Call[AlertParams]) -> web.Response:
        """As the button below its message."""
        alert = await self._duty.desk.acknowledge(call.asked.id, by_of(call.caller))
        if alert is None:
            await self._found(call.asked.id)
            raise web.HTTPConflict(text=OVER)
        await self._duty.refresh([alert], PATIENCE)
        return await self._answered(alert, call.caller)

    async def silence(self, call: Call[AlertParams]) -> web.Response:
        """As the button below its message."""
        alert, wish = await self._found(call.asked.id), call.body
        if alert.resolved_at:
            raise web.HTTPConflict(text=OVER)
        reason, by = reason_of(wish.reason), by_of(call.caller)
        made = await self._duty.hush(alert, wish.seconds, by, reason)
        await self._duty.refresh([alert], PATIENCE)
        return model_answer((await self._reader(call.caller)).silence(made), status=201)

    async def _found(self, number: int) -> Alert:
        alert = await self._duty.book.find(number)
        if alert is None:
            raise web.HTTPNotFound(text=UNKNOWN)
        return alert

    async def _answered(self, alert: Alert, caller: Caller) -> web.Response:
        reader, told_at = await self._reader(caller), await self._duty.book.told_at(alert)
        return model_answer(reader.alert(alert, self._duty.terms(alert), told_at))

    async def _reader(self, caller: Caller) -> Reader:
        silences = await self._duty.desk.silences()
        return Reader(caller=caller, now=self._clock(), silences=silences)
