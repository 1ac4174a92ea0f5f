"""Alerts from the command line: a test alert by every way out, and a file of rules explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.alert_chores import UnknownRuleError, check, send_test
from bot.alerts.stored import Stored
from bot.config import Settings
from bot.database.engine import Database
from bot.errors import ConfigError
from bot.sandbox.server import Sandbox
from bot.web.scrape import ScrapeError
from tests.alerts.own_scene import QUEUE
from tests.databases import opened, sqlite_address
from tests.driver import Driver, message_text
from tests.living import ADMIN, living, settings_for
from tests.receiver import receiving

ERRORS = """
[[rule]]
name = "Errors"
series = "bot_api_requests_total"
read = "rate"
threshold = 1000
"""


class Screen(list[str]):
    """What the operator sees; notes: what is said about what takes a while; waits: how long."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def check(self, file: Path, url: str | None = None, seconds: float = 5) -> bool:
        settings = Settings(_env_file=None, metrics_port=1)
        return await check(
            settings,
            file,
            self.append,
            self.notes.append,
            url=url,
            seconds=seconds,
            sleep=self.sleep,
        )


def settings_of(sandbox: Sandbox, folder: Path, **more: Any) -> Settings:
    return settings_for(sandbox, folder, **more)


def written(folder: Path, text: str) -> Path:
    file = folder / "alerts.toml"
    file.write_text(text)
    return file


async def root(driver: Driver) -> int:
    """The admin, who has written to the bot once, so that it may write to them."""
    person = await driver.person("Root", id=ADMIN)
    await driver.write(person, "/start")
    return person


async def test_a_test_alert_and_its_end_reach_chat_and_webhook(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    person, said = await root(driver), Screen()
    async with receiving() as receiver:
        settings = settings_of(sandbox, tmp_path, alert_webhook_url=receiver.url)
        is_well = await send_test(settings, "HighErrorRate", said.append)
    texts = [message_text(message) for message in await driver.messages(person)][1:]

    assert is_well
    assert receiver.told == ["firing HighErrorRate", "resolved HighErrorRate"]
    assert [text.splitlines()[0][:6] for text in texts] == ["🧪 TEST"] * 2
    assert "WARNING: HighErrorRate" in texts[0] and "resolved after 0 s" in texts[0]
    assert "RESOLVED: HighErrorRate" in texts[1]
    assert said == [
        f"chat {ADMIN}: the test alert and its end were delivered",
        "webhook: the test alert and its end were delivered",
    ]


async def test_a_receiver_can_tell_a_test_from_the_real_one(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    await root(driver)
    async with receiving() as receiver:
        settings = settings_of(sandbox, tmp_path, alert_webhook_url=receiver.url)
        await send_test(settings, "QueueBackup", Screen().append)

    (alert,) = receiver.calls[0].json["alerts"]
    assert alert["labels"]["test"] == "true"
    assert alert["annotations"]["description"].startswith("TEST")


async def test_the_way_that_fails_is_named_and_the_other_is_tried_all_the_same(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    person, said = await root(driver), Screen()
    await driver.block(person)
    async with receiving() as receiver:
        settings = settings_of(sandbox, tmp_path, alert_webhook_url=receiver.url)
        is_well = await send_test(settings, "HighErrorRate", said.append)

    assert not is_well
    assert said[0].startswith(f"chat {ADMIN}: not delivered: ") and "blocked" in said[0]
    assert len(receiver.told) == 2


async def test_a_receiver_that_refuses_is_a_failure(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    await root(driver)
    said = Screen()
    async with receiving() as receiver:
        receiver.answers = [500, 500]
        settings = settings_of(sandbox, tmp_path, alert_webhook_url=receiver.url)
        is_well = await send_test(settings, "HighErrorRate", said.append)

    assert not is_well
    assert said[1].startswith("webhook: not delivered: 127.0.0.1: 500")


async def test_without_a_token_the_chat_is_out_of_reach(sandbox: Sandbox, tmp_path: Path) -> None:
    said = Screen()
    settings = settings_of(sandbox, tmp_path, bot_token=None)

    is_well = await send_test(settings, "HighErrorRate", said.append)

    assert (is_well, said) == (
        False,
        [f"chat {ADMIN}: not delivered: BOT_TOKEN is needed to speak with Telegram"],
    )


async def test_nobody_to_tell_is_a_setting_that_is_missing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = settings_of(sandbox, tmp_path, admin_ids=())

    with pytest.raises(ConfigError, match="ALERT_CHAT_ID: or ADMIN_IDS or ALERT_WEBHOOK_URL"):
        await send_test(settings, "HighErrorRate", Screen().append)


async def test_an_unknown_rule_is_refused_with_those_of_every_origin(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = settings_of(sandbox, tmp_path, alert_rules_file=written(tmp_path, QUEUE))
    async with opened(sqlite_address(tmp_path)) as database:
        await stored(database, "Kept")
        settings = settings.model_copy(update={"database_url": str(database.url)})
        with pytest.raises(UnknownRuleError) as caught:
            await send_test(settings, "HighErorRate", Screen().append)

    names = str(caught.value).partition("there are ")[2].partition(";")[0].split(", ")
    assert {"HighErrorRate", "LongQueue", "Kept"} <= set(names)
    assert str(caught.value).endswith("; did you mean HighErrorRate?")


async def stored(database: Database, name: str) -> None:
    definition = {"name": name, "series": "bot_queue_depth", "threshold": 5}
    await Stored(database).save(name, definition, is_active=True, by=None)


async def test_rules_of_a_database_without_tables_are_not_known(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    await root(driver)
    (tmp_path / "bot.db").touch()
    said = Screen()

    is_well = await send_test(settings_of(sandbox, tmp_path), "HighErrorRate", said.append)

    assert is_well
    assert said[0] == "rules made in the dashboard are not known: OperationalError"


async def test_every_mistake_of_a_file_is_told(tmp_path: Path) -> None:
    file, said = written(tmp_path, QUEUE.replace("= 5", "= 'x'") + "[builtin.Hi]\n"), Screen()

    assert not await said.check(file)
    assert [line.partition(": ")[0] for line in said] == [
        "alerts.toml, rule 1, line 5",
        "alerts.toml, builtin Hi, line 6",
    ]


async def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = Screen()

    assert not await said.check(tmp_path / "none.toml")
    assert said == ["ALERT_RULES_FILE: cannot be read: it is no file"]


async def test_a_file_of_changes_only_needs_no_bot(tmp_path: Path) -> None:
    file, said = written(tmp_path, "[builtin.LowDisk]\nenabled = false\n"), Screen()

    assert await said.check(file)
    assert said == ["alerts.toml: 0 rules, 1 changes to built-in ones", "LowDisk: off"]


async def test_a_file_is_explained_against_the_numbers_of_a_running_bot(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    text, said = QUEUE.replace("queue_depth", "updates_in_flight") + ERRORS, Screen()
    async with living(sandbox, tmp_path) as app:
        is_well = await said.check(written(tmp_path, text), app.site.url)

    assert is_well
    assert said[1].split() == ["rule", "reads", "now", "threshold", "would", "it", "be", "bad?"]
    assert " 0 " in said[2] and said[2].endswith("no")
    assert said[3].startswith("Errors ") and said[3].endswith("> 1,000 /s  no")
    assert (said.notes, said.waits) == (
        ["reading again in 5 s, for rate, increase and p95 …"],
        [5],
    )


async def test_one_reading_is_enough_for_values_or_when_no_more_is_wanted(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    said = Screen()
    async with living(sandbox, tmp_path) as app:
        await said.check(written(tmp_path, QUEUE), app.site.url)
        await said.check(written(tmp_path, ERRORS), app.site.url, seconds=0)

    assert said.waits == []
    assert said[-1].endswith("needs two readings, some seconds apart")


async def test_a_bot_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScrapeError, match=r"http://127\.0\.0\.1:1: no answer"):
        await Screen().check(written(tmp_path, QUEUE))
