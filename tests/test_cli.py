"""The command line: every command shows how it is used, and says what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from tests.process import BotProcess

GROUPS = [
    ("", cli),
    *((f"{one.name} ", one.typer_instance) for one in cli.registered_groups if one.typer_instance),
]
COMMANDS = {
    f"{group}{one.name or one.callback.__name__.replace('_', '-')}": one.callback.__doc__ or ""
    for group, commands in GROUPS
    for one in commands.registered_commands
    if one.callback
}


async def ended(folder: Path, *words: str) -> tuple[int, str]:
    """The exit code and all that was said; in a process, because a log is set up."""
    process = BotProcess(folder, {"COLUMNS": "200"}, words)
    await process.start()
    return await process.ended(), process.output


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example(name: str) -> None:
    _, _, example = COMMANDS[name].partition("Example: ")

    assert f"telegauge {name}" in example


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["export", "users", "--days", "366"], "--days"),
        (["export", "users", "--format", "doc"], "--format"),
        (["cleanup-old-interactions", "--days", "0"], "--days"),
    ],
)
def test_an_option_out_of_its_bounds_is_refused(words: list[str], option: str) -> None:
    said = CliRunner().invoke(cli, words, env={"COLUMNS": "200", "NO_COLOR": "1"})

    assert (said.exit_code, f"'{option}'" in said.output) == (2, True)


async def test_a_report_is_written_where_the_operator_says(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, "export", "users", "--days", "7", "--output", "users.csv")

    assert (code, said.splitlines()[-1]) == (0, "users.csv")
    assert (tmp_path / "users.csv").read_bytes()


async def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, "export", "users", "--output", "no/users.csv")

    assert (code, "no/users.csv: No such file or directory" in said) == (2, True)


async def test_a_report_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, "export", "nonsense")

    assert (code, "there is no report 'nonsense'; there are analytics" in said) == (2, True)


async def test_a_segment_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, "export", "segments", "--other", "[/red]")

    assert (code, "there is no segment '[/red]'; there are active, paid" in said) == (2, True)


async def test_a_description_without_a_bot_is_one_line(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, "update-description")

    assert (code, said.strip()) == (2, "telegauge: BOT_TOKEN: is needed to speak with Telegram")


async def test_mistakes_in_a_file_of_rules_are_told_and_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "alerts.toml").write_text("[[rule]]\n")

    code, said = await ended(tmp_path, "alerts", "check", "alerts.toml")

    assert (code, said.startswith("alerts.toml, rule 1, line 1: ")) == (1, True)


async def test_a_test_of_a_rule_that_there_is_not_ends_with_1(tmp_path: Path) -> None:
    code, said = await ended(tmp_path, "alerts", "test", "HighErrors")

    assert code == 1
    assert said.startswith("telegauge: there is no rule 'HighErrors'; there are DatabaseIssues, ")
