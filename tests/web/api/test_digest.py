"""The weekly digest, looked at before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.render.words import Words
from bot.analytics.reports.desk import Reports
from bot.analytics.views import Views
from bot.config import Settings
from bot.database.engine import Database
from bot.tokens import Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.digest import DigestDoors
from bot.web.api.openapi import api_routes
from tests.analytics.reports.business import source_of
from tests.web.conftest import Serve

# A Wednesday.
NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)
OWN = "a-token-of-the-settings"


async def digest(serve: Serve, sqlite: Database, **settings: Any) -> dict[str, Any]:
    views = Views(Reports(source_of(sqlite), CollectorRegistry(), {}, zone=UTC, bus=Bus()))
    chosen = Settings(_env_file=None, **settings)
    doors = DigestDoors(chosen, views, Words(zone=UTC), lambda: NOON)
    running = await serve(routes=api_routes(doors.endpoints(), ApiAccess(Tokens(sqlite), OWN)))
    answer = await running.call("/api/v1/digest", headers={"Authorization": f"Bearer {OWN}"})
    told: dict[str, Any] = await answer.json()
    assert answer.status == 200
    return told


async def test_it_is_about_the_seven_whole_days_before_today(
    serve: Serve, sqlite: Database
) -> None:
    period = (await digest(serve, sqlite))["report"]["period"]

    assert (period["first_day"], period["last_day"]) == ("2026-04-29", "2026-05-05")


@pytest.mark.parametrize(
    ("settings", "schedule", "next_at", "lacks"),
    [
        (
            {"digest_schedule": "wed 13:00", "admin_ids": (7,)},
            "wed 13:00",
            "2026-05-06T13:00:00Z",
            [],
        ),
        (
            {"digest_schedule": "wed 12:00", "admin_ids": (7,)},
            "wed 12:00",
            "2026-05-13T12:00:00Z",
            [],
        ),
        ({"digest_schedule": "wed 13:00"}, None, None, ["recipient"]),
        ({"digest_schedule": None, "admin_ids": (7,)}, None, None, ["schedule"]),
        ({"digest_schedule": None}, None, None, ["schedule", "recipient"]),
    ],
)
async def test_it_is_said_when_the_next_one_goes_out_or_what_it_lacks(
    serve: Serve,
    sqlite: Database,
    settings: dict[str, Any],
    schedule: str | None,
    next_at: str | None,
    lacks: list[str],
) -> None:
    told = await digest(serve, sqlite, **settings)

    assert (told["schedule"], told["next_at"], told["lacks"]) == (schedule, next_at, lacks)
