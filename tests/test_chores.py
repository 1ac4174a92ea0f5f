"""What the operator asks for on the command line, on a database that a bot may be using."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyroaring import BitMap

from bot import chores
from bot.chores import SegmentError
from bot.clock import utc_now
from bot.config import Settings
from bot.database.audience_tables import audience_sets
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


def a_set(segment: str) -> dict[str, Any]:
    """Somebody was in *segment* today."""
    bits = BitMap([1]).serialize()
    day = utc_now().date()
    return {"day": day, "segment": segment, "owner": "", "bits": bits, "saved_at": 0}


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


async def exported(database: Database, report: str, segment: str, other: str = "") -> str:
    file = await chores.export(
        settings_of(database),
        Screen().progress,
        report=report,
        days=None,
        kind="csv",
        segment=segment,
        other=other,
    )
    return file.content.decode()


async def test_a_report_is_about_the_segments_that_are_named(sqlite: Database) -> None:
    await put(sqlite, events, event("block", utc_now(), user_number=1))
    await history(sqlite, {utc_now().date(): {1, 2}})
    await chores.rebuild_audience(settings_of(sqlite), print, Screen().progress)

    shown = await exported(sqlite, "segments", "language:de", "blocked")

    assert "first segment,language:de" in shown and "second segment,blocked" in shown
    assert "only in the first,1" in shown


@pytest.mark.parametrize(("segment", "other"), [("nobody", ""), ("", "nobody")])
async def test_a_segment_that_there_is_not_is_refused_with_those_there_are(
    sqlite: Database, segment: str, other: str
) -> None:
    with pytest.raises(SegmentError, match="no segment 'nobody'; there are active, paid"):
        await exported(sqlite, "segments", segment, other)


async def test_the_name_of_a_segment_does_not_speak_to_the_terminal(sqlite: Database) -> None:
    await put(sqlite, audience_sets, a_set("source:\x1b[31m"))

    with pytest.raises(SegmentError) as caught:
        await exported(sqlite, "segments", "\x1b[2J")

    assert str(caught.value).isprintable() and "x1b[31m" in str(caught.value)


async def test_another_report_is_about_no_segment(sqlite: Database) -> None:
    with pytest.raises(SegmentError, match="only the report 'segments'"):
        await exported(sqlite, "lifecycle", "active")


async def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_text("no database, but a text of some length" * 10)
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'bad.db'}")

    with pytest.raises(ConfigError, match="DATABASE_URL: cannot be used: "):
        await chores.update_mau(settings, print)
