"""A side server with some of the API's doors, asked with a token that may read."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.mau import MauLine
from bot.analytics.online import Online
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.reports.source import Source
from bot.analytics.views import Views
from bot.config import Settings
from bot.tokens import Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.audience import AudienceDoors
from bot.web.api.chats import ChatDoors
from bot.web.api.endpoint import V1, Doors
from bot.web.api.openapi import api_routes
from bot.web.api.people import PeopleDoors
from bot.web.api.report_answers import ReportAnswers
from bot.web.api.reports import ReportDoors
from tests.analytics.moments import NOON
from tests.web.conftest import Answer, Running, Serve

OWN = "a-token-of-the-settings"
ANALYTICS = f"{V1}/analytics"


@dataclass
class Asker:
    """Asks below /api/v1/analytics."""

    running: Running
    reports: Reports
    online: Online

    async def get(self, path: str, *, token: str = OWN, **headers: str) -> Answer:
        """The answer to *path*."""
        bearer = {"Authorization": f"Bearer {token}"}
        return await self.running.call(f"{ANALYTICS}/{path}", headers={**bearer, **headers})

    async def told(self, path: str) -> dict[str, Any]:
        """The JSON of *path*, which has to be there."""
        answer = await self.get(path)
        assert answer.status == 200, answer.text
        return body(answer)


def body(answer: Answer) -> dict[str, Any]:
    """The JSON of an answer, packed or not."""
    content = answer.body
    if answer.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    found: dict[str, Any] = orjson.loads(content)
    return found


def reports_of(source: Source) -> Reports:
    """The desk that asks *source*."""
    return Reports(source, CollectorRegistry(), {}, zone=UTC, bus=Bus())


def doors_of(reports: Reports, online: Online | None = None) -> Sequence[Doors]:
    """The doors to reports first, then those to people, chats and the audience."""
    views, source = Views(reports), reports.source
    answers = ReportAnswers(views, Words(zone=UTC))
    mau = MauLine(
        source.database,
        source.audience,
        Bus(),
        settings=Settings(_env_file=None),
        clock=lambda: NOON,
    )
    return (
        ReportDoors(views, Words(zone=UTC)),
        PeopleDoors(views, answers),
        ChatDoors(views, answers),
        AudienceDoors(views, answers, online=online or Online(), mau=mau),
    )


async def asker(serve: Serve, source: Source) -> Asker:
    """Who asks about what *source* has."""
    reports, online = reports_of(source), Online()
    endpoints = [one for door in doors_of(reports, online) for one in door.endpoints()]
    access = ApiAccess(Tokens(source.database), OWN)
    return Asker(await serve(routes=api_routes(endpoints, access)), reports, online)


def fault(answer: Answer) -> tuple[int, str]:
    """The status and the field that was refused."""
    (one,) = body(answer)["errors"]
    return answer.status, one["field"]
