"""The worst probe is the answer, and no probe can take the report down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.analytics.health import HealthMonitor, Probe, Reading

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

Monitored = Callable[..., HealthMonitor]


def reads(value: float | None, *, is_low_bad: bool = False) -> Probe:
    bounds = (10.0, 20.0) if not is_low_bad else (20.0, 10.0)

    async def probe() -> Reading:
        return Reading(
            value=value, unit="s", warn_at=bounds[0], fail_at=bounds[1], is_low_bad=is_low_bad
        )

    return probe


class Counted:
    """A probe that counts how often it was asked."""

    def __init__(self, answer: Callable[[], Awaitable[object]]) -> None:
        self.asked = 0
        self._answer = answer

    async def __call__(self) -> Reading:
        self.asked += 1
        await self._answer()
        return Reading(value=1, unit="s")


async def at_once() -> None:
    """Nothing to wait for."""


async def broken() -> Reading:
    raise OSError("cannot reach postgresql://bot:hunter2@db/x\nand more")


@pytest.fixture
async def monitored() -> AsyncIterator[Monitored]:
    made: list[HealthMonitor] = []

    def make(*, is_ready: bool = True, cache_seconds: float = 0, **probes: Probe) -> HealthMonitor:
        monitor = HealthMonitor(
            probes,
            lambda: is_ready,
            lambda: NOON,
            cache_seconds=cache_seconds,
            probe_seconds=0.1,
        )
        made.append(monitor)
        return monitor

    yield make
    for monitor in made:
        await monitor.stop()


async def status_of(monitor: HealthMonitor) -> str:
    return (await monitor.report()).status


async def test_without_probes_everything_is_fine(monitored: Monitored) -> None:
    health = await monitored().report()

    assert (health.status, health.checks, health.at) == ("pass", (), NOON)


@pytest.mark.parametrize(
    ("value", "status"),
    [(None, "pass"), (9.9, "pass"), (10, "warn"), (19.9, "warn"), (20, "fail")],
)
async def test_a_high_value_is_judged_by_its_bounds(
    monitored: Monitored, value: float | None, status: str
) -> None:
    monitor = monitored(lag=reads(value))

    assert await status_of(monitor) == status


@pytest.mark.parametrize(("value", "status"), [(20.1, "pass"), (20, "warn"), (10, "fail")])
async def test_a_low_value_can_be_the_bad_one(
    monitored: Monitored, value: float, status: str
) -> None:
    monitor = monitored(disk=reads(value, is_low_bad=True))

    assert await status_of(monitor) == status


async def test_the_worst_check_decides(monitored: Monitored) -> None:
    monitor = monitored(good=reads(1), bad=reads(30), doubtful=reads(15))

    health = await monitor.report()

    assert health.status == "fail"
    assert [check.status for check in health.checks] == ["pass", "fail", "warn"]


async def test_a_check_tells_its_value_unit_and_bounds(monitored: Monitored) -> None:
    health = await monitored(lag=reads(12)).report()

    check = health.checks[0]
    assert (check.name, check.value, check.unit) == ("lag", 12, "s")
    assert (check.warn_at, check.fail_at) == (10, 20)


async def test_a_probe_that_raises_is_a_failed_check_without_secrets(monitored: Monitored) -> None:
    with capture_logs() as lines:
        health = await monitored(database=broken).report()

    assert lines[0]["event"] == "health probe failed"
    assert health.checks[0].status == "fail"
    assert health.checks[0].output == "OSError: cannot reach postgresql://█████@db/x"


async def test_a_lasting_fault_is_logged_once(monitored: Monitored) -> None:
    monitor = monitored(database=broken)

    with capture_logs() as lines:
        await monitor.report()
        await monitor.report()

    assert len(lines) == 1


async def test_a_probe_that_hangs_fails_alone(monitored: Monitored) -> None:
    monitor = monitored(hanging=Counted(asyncio.Event().wait), good=reads(1))

    health = await monitor.report()

    assert [check.status for check in health.checks] == ["fail", "pass"]
    assert health.checks[0].output == "no answer within 0.1 s"


async def test_a_hanging_probe_is_not_asked_a_second_time(monitored: Monitored) -> None:
    probe = Counted(asyncio.Event().wait)
    monitor = monitored(hanging=probe)

    await monitor.report()
    await monitor.report()

    assert probe.asked == 1


async def test_a_probe_that_answers_late_is_asked_afresh(monitored: Monitored) -> None:
    gate = asyncio.Event()
    probe = Counted(gate.wait)
    monitor = monitored(slow=probe)
    await monitor.report()

    gate.set()
    await asyncio.sleep(0)
    status = await status_of(monitor)

    assert status == "pass"


async def test_a_storm_of_questions_asks_each_probe_once(monitored: Monitored) -> None:
    probe = Counted(at_once)
    monitor = monitored(cache_seconds=60, good=probe)

    reports = await asyncio.gather(*(monitor.report() for _ in range(100)))

    assert probe.asked == 1
    assert len({id(report) for report in reports}) == 1


async def test_a_kept_report_grows_old(monitored: Monitored) -> None:
    probe = Counted(at_once)
    monitor = monitored(cache_seconds=0, good=probe)

    await monitor.report()
    await monitor.report()

    assert probe.asked == 2


async def test_being_ready_is_told_but_not_judged(monitored: Monitored) -> None:
    health = await monitored(is_ready=False).report()

    assert (health.is_ready, health.status) == (False, "pass")
