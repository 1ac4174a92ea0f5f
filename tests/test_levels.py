"""Where the rules of alerts read each figure, and what they read while nobody knows it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.catalogue import build_rules
from bot.alerts.terms import Reading
from bot.analytics.core import Core
from bot.analytics.unusual_watch import UnusualWatch
from bot.config import Settings
from bot.features.feature import Feature, Gauge
from bot.levels import Levels
from tests.analytics.moments import NOON, handled
from tests.databases import sqlite_address


@dataclass
class Polls:
    last_poll_age: float | None = 3.0
    last_poll_at: datetime | None = NOON


def known(figure: float | None) -> float | None:
    return figure


def downloads(*depths: float | None, up: float | None = 1.0) -> Feature:
    waiting = [
        Gauge(series="queue_depth", read=partial(known, depth), labels=(str(n),))
        for n, depth in enumerate(depths)
    ]
    more = [Gauge(series="ytdlp_up", read=lambda: up), Gauge(series="else", read=lambda: 7.0)]
    return Feature(routers=[], gauges=[*waiting, *more])


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    core = Core(Settings(_env_file=None, database_url=sqlite_address(tmp_path)), lambda: NOON)
    yield core
    await core.database.close()


def levels(core: Core, *features: Feature, polls: Polls | None = None, **settings: Any) -> Levels:
    return Levels(
        settings=Settings(_env_file=None, **settings),
        core=core,
        polls=polls or Polls(),
        features=features,
        unusual=UnusualWatch(core.reports),
        clock=lambda: NOON,
    )


async def test_every_rule_finds_what_it_reads(core: Core) -> None:
    looking = levels(core, downloads(1, 2, 3))

    snapshot = looking.snapshot()

    assert all(one.evaluate(snapshot) for one in build_rules(looking.settings))
    assert snapshot.at == NOON


async def test_every_rule_of_a_bot_without_features_does_too(core: Core) -> None:
    looking = levels(core, features="quiz")

    readings: Sequence[Reading] = [
        one.evaluate(looking.snapshot()) for one in build_rules(looking.settings)
    ]

    assert len(readings) == 8
    assert set(looking.snapshot().shares) == {"updates", "latency", "queries", "calls", "dropped"}


async def test_shares_come_from_what_was_heard(core: Core) -> None:
    core.bus.publish(handled(outcome="error", seconds=9.0))

    shares = levels(core).snapshot().shares

    assert (shares["updates"].short.bad, shares["latency"].short.bad) == (1, 1)


@pytest.mark.parametrize(
    ("depths", "waiting"), [((1, 2, 3), 6), ((0, 0, 0), 0), ((1, None, 3), None)]
)
async def test_a_queue_is_as_deep_as_all_its_parts(
    core: Core, depths: tuple[float | None, ...], waiting: float | None
) -> None:
    assert levels(core, downloads(*depths)).snapshot().levels["queue_depth"] == waiting


@pytest.mark.parametrize("up", [None, 0.0, 1.0])
async def test_ytdlp_is_what_its_feature_says(core: Core, up: float | None) -> None:
    assert levels(core, downloads(up=up)).snapshot().levels["ytdlp_up"] == up


async def test_the_disk_has_some_room(core: Core) -> None:
    free = levels(core).snapshot().levels["disk_free"]

    assert free is not None
    assert 0 < free < 100


@pytest.mark.parametrize(
    ("polls", "age"),
    [
        (Polls(200.0, NOON), 200.0),
        (Polls(20.0, None), None),  # young
        (Polls(200.0, None), 200.0),  # never answered, and not young any more
        (Polls(None, None), 0.0),  # a webhook
    ],
)
async def test_a_poll_is_as_old_as_its_last_answer(
    core: Core, polls: Polls, age: float | None
) -> None:
    assert levels(core, polls=polls).snapshot().levels["poll_age"] == age


async def test_unusual_is_what_the_job_found(core: Core) -> None:
    looking = levels(core)
    looking.unusual.score = -4.2

    assert looking.snapshot().levels["unusual"] == -4.2


async def test_the_job_looks_at_once_and_then_by_the_hour(core: Core) -> None:
    (job,) = levels(core).jobs()

    assert (job.name, job.seconds, job.is_immediate) == ("watch_activity", 3_600, True)


async def test_without_alerts_nobody_looks(core: Core) -> None:
    assert levels(core, alerts_enabled=False).jobs() == []
