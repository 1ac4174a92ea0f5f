"""A report may be repeated to whoever is still admitted, and counts against their haste."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import Any

import pytest

from bot.analytics.render.words import Words
from bot.analytics.views import Views
from bot.database.engine import Database
from bot.tokens import Scope, Tokens
from bot.web.api.access import TRUSTED_SECONDS, ApiAccess
from bot.web.api.endpoint import V1
from bot.web.api.openapi import api_routes
from bot.web.api.reports import ReportDoors
from tests.analytics.reports.business import source_of
from tests.web.api.asking import reports_of
from tests.web.conftest import Answer, Running, Seconds, Serve

DASHBOARD = f"{V1}/analytics/dashboard"


class Reading:
    """A program with a token that may ask three times at once."""

    def __init__(self, database: Database) -> None:
        self.clock = Seconds()
        self.tokens = Tokens(database)
        self.access = ApiAccess(self.tokens, None, self.clock, rate=3 / 40)
        self.reports = reports_of(source_of(database))
        self.views = Views(self.reports)
        self.asked = 0

    async def start(self, serve: Serve) -> None:
        """Serve reports, of which each computation is counted."""
        doors = ReportDoors(self.views, Words(zone=UTC))
        routes = api_routes(doors.endpoints(), self.access)
        self.running: Running = await serve(routes=routes, monotonic=self.clock)
        self.reports.when_forgetting(self.running.repeats.forget)
        _, self.secret = await self.tokens.create("reader", Scope.READ)
        self.get = partial(self.running.call, headers={"Authorization": f"Bearer {self.secret}"})
        report = self.views.report

        async def counted(view: Any) -> Any:
            self.asked += 1
            return await report(view)

        self.views.report = counted  # type: ignore[assignment,method-assign]

    async def answers(self, count: int, path: str = DASHBOARD) -> list[Answer]:
        """What it is told when it asks *count* times."""
        return [await self.get(path) for _ in range(count)]


@pytest.fixture
async def reading(serve: Serve, sqlite: Database) -> Reading:
    one = Reading(sqlite)
    await one.start(serve)
    return one


async def test_a_report_is_asked_for_once_a_second(reading: Reading) -> None:
    first, second = await reading.answers(2)
    reading.clock.now += 1
    (third,) = await reading.answers(1)

    assert first.body == second.body == third.body
    assert reading.asked == 2
    assert {one.status for one in reading.running.requests} == {200}
    assert len(reading.running.requests) == 3


async def test_a_repeated_answer_counts_against_haste(reading: Reading) -> None:
    statuses = [one.status for one in await reading.answers(4)]

    assert statuses == [200, 200, 200, 429]
    assert reading.asked == 1


async def test_who_is_revoked_gets_no_more_than_before(reading: Reading) -> None:
    await reading.answers(1)
    await reading.tokens.revoke("reader")
    within = await reading.get(DASHBOARD)
    reading.clock.now += TRUSTED_SECONDS - 0.1
    before_the_end = await reading.get(DASHBOARD)
    reading.clock.now += 0.2
    after = await reading.get(DASHBOARD)

    assert [one.status for one in (within, before_the_end, after)] == [200, 200, 401]


async def test_who_is_signed_out_is_asked_again_at_once(reading: Reading) -> None:
    await reading.answers(1)
    await reading.tokens.revoke("reader")
    reading.access.distrust(reading.secret)

    assert (await reading.get(DASHBOARD)).status == 401


async def test_nothing_is_repeated_of_whoever_is_forgotten(reading: Reading) -> None:
    await reading.answers(1)
    reading.reports.forget()
    await reading.answers(1)

    assert reading.asked == 2


async def test_a_report_of_one_person_is_never_repeated(reading: Reading) -> None:
    await reading.answers(2, f"{V1}/analytics/timeline?user_id=1")

    assert reading.asked == 2


async def test_who_may_do_less_than_is_asked_is_not_admitted_again(reading: Reading) -> None:
    await reading.answers(1)
    secret = reading.secret

    assert reading.access.readmit(secret, Scope.READ)
    assert not reading.access.readmit(secret, Scope.ADMIN)
    assert not reading.access.readmit("x", Scope.READ)
