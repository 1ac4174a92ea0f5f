"""The analytics half as one thing: facts in, rows and series out, and nothing lost in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.analytics.core import Core
from bot.analytics.recent import Share
from bot.config import Settings
from bot.database.tables import seen_updates, users
from tests.analytics.moments import ANN, NOON, failed, handled, seen
from tests.databases import sqlite_address
from tests.rows import rows_of


def noon() -> datetime:
    return NOON


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Callable[[], Core]]:
    """Cores on one database, like one process after the other; stopped at the end."""
    cores: list[Core] = []

    def one() -> Core:
        settings = Settings(_env_file=None, database_url=sqlite_address(tmp_path))
        cores.append(Core(settings, noon))
        return cores[-1]

    yield one
    for core in cores:
        await core.stop()


def sample(core: Core, name: str, **labels: str) -> float | None:
    return core.metrics.registry.get_sample_value(f"bot_{name}", labels)


def writers() -> int:
    return sum(task.get_name() == "store" for task in asyncio.all_tasks())


async def test_a_fact_becomes_a_series_a_row_a_share_and_news(build: Callable[[], Core]) -> None:
    core = build()
    await core.start()

    core.bus.publish(handled(7, outcome="error"))
    await core.store.flush()

    assert sample(core, "updates_total", kind="message", outcome="error") == 1
    assert [row["update_id"] for row in await rows_of(core.database, seen_updates)] == [7]
    assert core.recent.share("updates", 300) == Share(bad=1, total=1)
    assert handled(7, outcome="error") in [fact for _, fact in core.feed.after(0)]


async def test_a_restart_sees_the_last_hour(build: Callable[[], Core]) -> None:
    first, second = build(), build()
    await first.start()
    for number, outcome in enumerate(("handled", "error", "unhandled")):
        first.bus.publish(handled(number, outcome=outcome))
    await first.stop()

    await second.start()

    assert second.recent.share("updates", 300) == Share(bad=1, total=3)


async def test_what_waits_is_written_at_the_stop(build: Callable[[], Core]) -> None:
    first, second = build(), build()
    await first.start()
    first.bus.publish(seen(ANN))

    await first.stop()

    await second.start()
    assert [row["telegram_id"] for row in await rows_of(second.database, users)] == [ANN]
    assert first.store.buffered == 0


async def test_facts_from_before_the_start_are_kept(build: Callable[[], Core]) -> None:
    core = build()
    core.bus.publish(seen(ANN))

    await core.start()
    await core.store.flush()

    assert [row["telegram_id"] for row in await rows_of(core.database, users)] == [ANN]


async def test_a_second_start_changes_nothing(build: Callable[[], Core]) -> None:
    first, second = build(), build()
    await first.start()
    first.bus.publish(handled(1))
    await first.stop()
    await asyncio.sleep(0)

    for _ in range(2):
        await second.start()

    assert second.recent.share("updates", 300).total == 1
    assert writers() == 1


async def test_a_second_stop_changes_nothing(build: Callable[[], Core]) -> None:
    core = build()
    await core.start()

    for _ in range(2):
        await core.stop()
    await asyncio.sleep(0)

    assert writers() == 0


async def test_after_a_stop_it_can_start_again(build: Callable[[], Core]) -> None:
    core = build()
    for number in range(2):
        await core.start()
        core.bus.publish(handled(number))
        await core.stop()

    assert len(await rows_of(core.database, seen_updates)) == 2
    assert core.recent.share("updates", 300).total == 2


async def test_a_start_that_failed_is_tried_again(
    build: Callable[[], Core], tmp_path: Path
) -> None:
    core, obstacle = build(), tmp_path / "test.db"
    obstacle.mkdir()
    core.bus.publish(handled(1))
    with pytest.raises(DBAPIError):
        await core.start()
    obstacle.rmdir()

    await core.start()
    await core.store.flush()

    assert len(await rows_of(core.database, seen_updates)) == 1


async def test_every_visit_to_the_database_is_a_fact(build: Callable[[], Core]) -> None:
    core = build()

    await core.start()

    assert sample(core, "db_query_duration_seconds_count", operation="recall.recent") == 1
    assert sample(core, "db_up") == 1
    assert core.recent.share("queries", 300).total > 0


async def test_an_error_is_found_again_by_its_number(build: Callable[[], Core]) -> None:
    core = build()
    await core.start()

    core.bus.publish(failed("ABC234"))
    await core.store.flush()

    found = await core.reports.error("ABC234")
    assert found
    assert (found.location, found.type, found.at) == ("start", "KeyError", NOON)
    assert await core.reports.error("ABC235") is None
