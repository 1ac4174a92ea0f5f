"""Every error that was published can be looked up by its number."""

from __future__ import annotations

import pytest

from bot.analytics.bus import Bus
from bot.analytics.events import ErrorRaised
from bot.analytics.store import Store
from bot.jobs import Job, Scheduler
from tests.fakes import Recorder
from tests.handlers.scene import Scene
from tests.updates import ROOT
from tests.waiting import until


async def fail() -> None:
    """A job that does not work."""
    raise KeyError("lost")


async def failed_job(scene: Scene) -> ErrorRaised:
    """A job's error that is on disk."""
    seen = Recorder()
    store = Store(scene.database, Bus())
    job = Job(name="sweep", seconds=3_600, run=fail, is_immediate=True)
    scheduler = Scheduler([job], Bus(seen, store))
    scheduler.start()
    await until(lambda: [fact for fact in seen if isinstance(fact, ErrorRaised)])
    await scheduler.stop()
    await store.flush()
    return next(fact for fact in seen if isinstance(fact, ErrorRaised))


@pytest.mark.parametrize("spelt", [str.upper, str.lower], ids=["upper", "lower"])
async def test_a_jobs_error_is_found_by_its_number(scene: Scene, spelt: type[str]) -> None:
    fact = await failed_job(scene)

    shown = await scene.says(ROOT, f"/errors {spelt(fact.number)}")

    assert "sweep" in shown and "KeyError" in shown
