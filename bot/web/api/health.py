"""How the process is, for whoever may read reports: its checks and its jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from bot.analytics.health import HealthMonitor
from bot.tokens import Scope
from bot.web.api.endpoint import Call, Endpoint, model_answer
from bot.web.api.params import Params


class JobState(Protocol):
    """How a job does; the scheduler knows."""

    @property
    def name(self) -> str:
        """The job's."""

    @property
    def seconds(self) -> float:
        """From one start to the next."""

    @property
    def since_success(self) -> float | None:
        """Seconds since it ended well, or since the start."""

    @property
    def ran_at(self) -> datetime | None:
        """When its last run ended."""

    @property
    def took(self) -> float | None:
        """Seconds of its last run."""

    @property
    def error(self) -> str | None:
        """What ended its last run; None: it ended well."""

    @property
    def failures(self) -> int:
        """How many runs failed."""


class CheckTold(BaseModel):
    """A check.

    value: in that unit; warn_at, fail_at: from where on it is not well
    """

    model_config = ConfigDict(from_attributes=True)

    name: str
    status: Literal["pass", "warn", "fail"]
    value: float | None
    unit: str
    warn_at: float | None
    fail_at: float | None
    output: str


class JobTold(BaseModel):
    """What runs by the clock.

    seconds: from one start to the next; since_success: since it ended well, or since the start
    ran_at: null until it has run; took: seconds; error: what ended its last run; failures: so far
    """

    model_config = ConfigDict(from_attributes=True)

    name: str
    seconds: float
    since_success: float | None
    ran_at: datetime | None
    took: float | None
    error: str | None
    failures: int


class HealthTold(BaseModel):
    """The process: the worst of its checks, each of them, and each job."""

    status: Literal["pass", "warn", "fail"]
    version: str
    at: datetime
    is_ready: bool
    checks: list[CheckTold]
    jobs: list[JobTold]


class HealthDoors:
    """Health with its details, wherever the server listens: a token may see them."""

    def __init__(self, monitor: HealthMonitor, jobs: Callable[[], Sequence[JobState]]) -> None:
        self._monitor = monitor
        self._jobs = jobs

    def endpoints(self) -> list[Endpoint]:
        """What this answers."""
        return [
            Endpoint(
                method="GET",
                path="health",
                scope=Scope.READ,
                summary="The checks of /health, and the jobs.",
                description="Always 200: /health is the one for load balancers.",
                gives=HealthTold,
                answer=self.health,
            )
        ]

    async def health(self, _: Call[Params]) -> web.Response:
        """What the monitor finds now."""
        health = await self._monitor.report()
        told = HealthTold(
            status=health.status,
            version=health.version,
            at=health.at,
            is_ready=health.is_ready,
            checks=[CheckTold.model_validate(check) for check in health.checks],
            jobs=[JobTold.model_validate(state) for state in self._jobs()],
        )
        return model_answer(told)
