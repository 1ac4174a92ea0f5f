"""What the operator may say about reports, and what is refused at the door."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import ConfigError


def read(folder: Path, line: str) -> Settings:
    """The settings of a config.env with that line."""
    (folder / "config.env").write_text(line + "\n", encoding="utf-8")
    return Settings.read(folder / "config.env")


@pytest.mark.parametrize("value", ["mon 09:00", "Sun 23:59", "THU 00:00"])
def test_a_weekday_and_a_time_are_a_schedule(tmp_path: Path, value: str) -> None:
    assert read(tmp_path, f"DIGEST_SCHEDULE={value}").digest_schedule == value


@pytest.mark.parametrize("value", ["monday 09:00", "mon 24:00", "mon 9:00", "mon", "09:00", "* *"])
def test_a_schedule_of_another_form_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="DIGEST_SCHEDULE: expected a weekday and a time"):
        read(tmp_path, f"DIGEST_SCHEDULE={value}")


@pytest.mark.parametrize("value", ["{count} friends", "{count} of {count}", "{{}} {count}"])
def test_a_template_has_the_number(tmp_path: Path, value: str) -> None:
    assert read(tmp_path, f"BOT_DESCRIPTION_TEMPLATE={value}").bot_description_template == value


@pytest.mark.parametrize(
    "value",
    ["friends", "{0}", "{count} {name}", "{count:d}", "{count!r}", "{count.real}", "{count", "}"],
)
def test_a_template_that_asks_for_anything_else_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="BOT_DESCRIPTION_TEMPLATE: expected a text"):
        read(tmp_path, f"BOT_DESCRIPTION_TEMPLATE={value}")


@pytest.mark.parametrize(("length", "is_taken"), [(246, True), (247, False)])
def test_a_template_is_as_long_as_telegram_takes(
    tmp_path: Path, length: int, *, is_taken: bool
) -> None:
    line = "BOT_DESCRIPTION_TEMPLATE={count}" + "🙂" * length

    if is_taken:
        assert read(tmp_path, line).bot_description_template
    else:
        with pytest.raises(ConfigError):
            read(tmp_path, line)


@pytest.mark.parametrize(
    "line",
    [
        "MAU_DISPLAY_PLACE=above",
        "MAU_DISPLAY_FORMAT=short",
        "MAU_DISPLAY_LABEL=" + "x" * 65,
        "MAU_CACHE_TIMEOUT=0",
        "MAU_LOW_COUNT_THRESHOLD=0",
        "MAU_HIDE_LOW_COUNTS=perhaps",
    ],
)
def test_the_line_with_the_users_is_checked_at_the_door(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=line.partition("=")[0]):
        read(tmp_path, line)
