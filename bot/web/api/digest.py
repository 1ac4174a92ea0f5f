"""The weekly digest: when it goes out, and what it would say today."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

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

    schedule: DIGEST_SCHEDULE; null: none is sent; next_at: when the next one is due
    report: the seven whole days before today, as GET /analytics/… has reports
    """

    schedule: str | None
    next_at: datetime | None
    report: dict[str, Any]


class DigestDoors:
    """The digest, to be looked at before it is sent."""

    def __init__(self, settings: Settings, views: Views, words: Words, clock: Clock) -> None:
        is_sent = settings.alert_chat_id is not None or bool(settings.admin_ids)
        self._schedule = settings.digest_schedule if is_sent else None
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
            next_at=self._weekly.latest(now) + WEEK if self._schedule else None,
            report=await asyncio.to_thread(sheet_json.payload, sheet),
        )
        return model_answer(told)
