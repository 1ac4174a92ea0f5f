"""The weekly digest: when it goes out, and what it would say today."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from bot.analytics.digest import Digests
from bot.analytics.render import sheet_json
from bot.analytics.render.words import Words
from bot.analytics.views import Views
from bot.analytics.weekly import WEEK, weekly
from bot.clock import Clock
from bot.config import Settings
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import Params

# What is shown of where nobody chose a moment.
USUAL = "mon 09:00"


class DigestTold(BaseModel):
    """The digest.

    schedule: when it is sent; null: it is not
    lacks: what keeps it from being sent: a schedule (DIGEST_SCHEDULE), somebody to send it to
    (recipient: ALERT_CHAT_ID or ADMIN_IDS), or both; next_at: when the next one is due
    report: the seven whole days before today, as GET /analytics/… has reports
    """

    schedule: str | None
    lacks: list[Literal["schedule", "recipient"]]
    next_at: datetime | None
    report: dict[str, Any]


def _lacks(settings: Settings) -> list[Literal["schedule", "recipient"]]:
    found: list[Literal["schedule", "recipient"]] = []
    if settings.digest_schedule is None:
        found.append("schedule")
    if settings.alert_chat_id is None and not settings.admin_ids:
        found.append("recipient")
    return found


class DigestDoors:
    """The digest, to be looked at before it is sent."""

    def __init__(self, settings: Settings, views: Views, words: Words, clock: Clock) -> None:
        self._lacks = _lacks(settings)
        self._schedule = None if self._lacks else settings.digest_schedule
        self._weekly = weekly(self._schedule or USUAL, settings.timezone)
        self._digests = Digests(
            views.reports.source, self._weekly, is_synthetic=lambda: views.is_synthetic
        )
        self._reports = views.reports
        self._words = words
        self._clock = clock

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="digest",
                scope=Scope.READ,
                summary="The weekly digest as it would be sent today, and when the next one is.",
                gives=DigestTold,
                answer=self.digest,
            )
        ]

    async def digest(self, _: Call[Params]) -> web.Response:
        """Computed for whoever asks."""
        now = self._clock()
        async with self._reports.turn():
            sheet = await self._digests.sheet(now, self._words)
        told = DigestTold(
            schedule=self._schedule,
            lacks=self._lacks,
            next_at=self._weekly.latest(now) + WEEK if self._schedule else None,
            report=await asyncio.to_thread(sheet_json.payload, sheet),
        )
        return model_answer(told)
