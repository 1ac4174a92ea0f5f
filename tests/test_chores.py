"""What the operator asks for on the command line, on a database that a bot may be using."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import chores
from bot.clock import utc_now
from bot.config import Settings
from bot.database.engine import Database
from bot.database.marks import SYNTHETIC, put_mark
from bot.database.tables import events
from bot.errors import ConfigError
from bot.sandbox.server import Sandbox
from tests.analytics.audience.scene import DAY, history
from tests.driver import Driver
from tests.rows import event, put, rows_of


class Screen:
    """What the operator sees.  steps: how far the bar is, each time it is told"""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps: list[tuple[int, int]] = []

    def say(self, line: str) -> None:
        self.said.append(line)

    def progress(self, done: int, total: int) -> None:
        self.steps.append((done, total))


def settings_of(database: Database, **more: Any) -> Settings:
    address = database.url.render_as_string(hide_password=False)
    usual: dict[str, Any] = {"database_url": address, "mau_hide_low_counts": False}
    return Settings(_env_file=None, **(usual | more))


async def test_old_events_go_and_new_ones_stay(sqlite: Database) -> None:
    now, screen = utc_now(), Screen()
    await put(sqlite, events, event("edit", now - 80 * DAY), event("edit", now - DAY))

    await chores.clean_up(settings_of(sqlite), screen.say, screen.progress, days=70)

    assert len(await rows_of(sqlite, events)) == 1
    assert screen.said[0].startswith("removed 1 rows: 1 events")
    assert screen.steps[-1] == (1, 1)


async def test_sets_are_made_anew_and_people_counted(sqlite: Database) -> None:
    today, screen = utc_now().date(), Screen()
    await history(sqlite, {today - DAY: {1, 2}, today: {2, 3}})
    settings = settings_of(sqlite)

    await chores.rebuild_audience(settings, screen.say, screen.progress)
    await chores.regenerate_mau(settings, screen.say)
    await chores.update_mau(settings, screen.say)

    rebuilt, counted, kept = screen.said
    assert rebuilt.startswith("rebuilt 2 days") and screen.steps[-1] == (2, 2)
    assert counted.startswith("counted 3 monthly users") and "(👥 3 monthly users)" in counted
    assert kept.startswith("still good: 3 monthly users")


async def test_a_number_that_was_never_counted_is_counted(sqlite: Database) -> None:
    screen = Screen()

    await chores.update_mau(settings_of(sqlite), screen.say)

    assert screen.said[0].startswith("counted 0 monthly users")


async def test_the_description_reaches_telegram(
    sqlite: Database, sandbox: Sandbox, driver: Driver
) -> None:
    settings = settings_of(
        sqlite,
        bot_token=sandbox.token,
        telegram_api_url=sandbox.url,
        bot_description_template="{count} friends",
    )

    result = await chores.update_description(settings)

    assert (result.success, result.message) == (True, "updated: 0 friends")


async def test_without_a_token_there_is_no_telegram(sqlite: Database) -> None:
    with pytest.raises(ConfigError, match="BOT_TOKEN: is needed"):
        await chores.update_description(settings_of(sqlite))


async def test_a_report_of_the_sandbox_says_that_it_is_one(sqlite: Database) -> None:
    await put_mark(sqlite, SYNTHETIC, "60")
    screen = Screen()

    file = await chores.export(
        settings_of(sqlite), screen.progress, report="users", days=7, kind="json"
    )

    assert file.name.startswith("telegauge-users-7d-") and file.name.endswith(".json")
    assert b'"is_synthetic": true' in file.content
    assert screen.steps == [(1, 2), (2, 2)]


async def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_text("no database, but a text of some length" * 10)
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'bad.db'}")

    with pytest.raises(ConfigError, match="DATABASE_URL: cannot be used: "):
        await chores.update_mau(settings, print)
