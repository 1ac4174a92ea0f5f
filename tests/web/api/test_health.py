"""How the process is, told to whoever has a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.analytics.bus import Bus
from bot.analytics.health import HealthMonitor
from bot.database.engine import Database
from bot.jobs import Job, Scheduler
from bot.tokens import Tokens
from bot.web.api.access import ApiAccess
from bot.web.api.health import HealthDoors
from bot.web.api.openapi import api_routes
from tests.waiting import until
from tests.web.conftest import Running, Serve, reads

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
OWN = "a-token-of-the-settings"


async def fail() -> None:
    raise ConnectionError


async def work() -> None:
    """Ends well."""


@pytest.fixture
async def scheduler() -> AsyncIterator[Scheduler]:
    jobs = [
        Job(name="tidy", seconds=60, run=work, is_immediate=True),
        Job(name="break", seconds=60, run=fail, is_immediate=True),
        Job(name="wait", seconds=3600, run=work),
    ]
    one = Scheduler(jobs, Bus(), lambda: NOON)
    yield one
    await one.stop()


@pytest.fixture
async def running(serve: Serve, sqlite: Database, scheduler: Scheduler) -> Running:
    monitor = HealthMonitor({"disk": reads(12)}, lambda: True, lambda: NOON)
    access = ApiAccess(Tokens(sqlite), OWN)
    return await serve(
        routes=api_routes(HealthDoors(monitor, scheduler.states).endpoints(), access)
    )


async def test_checks_and_jobs_are_told_wherever_the_server_listens(
    running: Running, scheduler: Scheduler
) -> None:
    scheduler.start()
    await until(lambda: sum(one.ran_at is not None for one in scheduler.states()) == 2)

    answer = await running.call("/api/v1/health", headers={"Authorization": f"Bearer {OWN}"})

    told = await answer.json()
    (disk,) = [one for one in told["checks"] if one["name"] == "disk"]
    jobs = {one["name"]: (one["error"], one["failures"]) for one in told["jobs"]}
    assert (answer.status, told["status"], disk["value"], disk["warn_at"]) == (200, "warn", 12, 10)
    assert jobs == {"break": ("ConnectionError", 1), "tidy": (None, 0), "wait": (None, 0)}
    assert [one["name"] for one in told["jobs"] if one["ran_at"] is None] == ["wait"]


async def test_before_the_start_no_job_has_done_anything(running: Running) -> None:
    answer = await running.call("/api/v1/health", headers={"Authorization": f"Bearer {OWN}"})

    assert {one["since_success"] for one in (await answer.json())["jobs"]} == {None}


async def test_nobody_without_a_token_sees_them(running: Running) -> None:
    assert (await running.call("/api/v1/health")).status == 401
