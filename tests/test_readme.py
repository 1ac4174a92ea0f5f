"""The README names what there is: settings, commands, pages, the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.analytics.health import HealthMonitor
from bot.cli import cli
from bot.config import Settings
from bot.handlers.commands import COMMANDS
from bot.sandbox.cast import CAST
from bot.web.server import Site, build_app
from tests.analytics.test_metrics import metrics

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables below *heading*, the tables' heads left out."""
    _, _, rest = README.partition(f" {heading}\n")
    section = re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]
    lines = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    cells = [line.split(" | ") for line in lines]
    return [row for row in cells if row[0] not in {"setting", "command", "address"}]


def test_every_setting_is_listed_with_the_line_of_the_example_file() -> None:
    example = (ROOT / "config.example.env").read_text(encoding="utf-8")
    lines = re.findall(r"^#([A-Z_]+=.*)$", example, re.MULTILINE)

    listed = [f"{name.strip('`')}={default.strip('` ')}" for name, default, _ in rows("Settings")]

    assert listed == lines
    assert {line.partition("=")[0].lower() for line in listed} == set(Settings.model_fields)


def test_every_command_is_listed_for_those_who_may_use_it() -> None:
    listed = {name: who == "admins" for name, who, _ in rows("Commands")}

    assert listed == {f"/{entry.name}": entry.is_admin for entry in COMMANDS}


async def test_every_page_is_listed() -> None:
    sink = metrics()
    site = Site(
        settings=Settings(_env_file=None),
        health=HealthMonitor({}, lambda: True),
        registry=sink.registry,
        publish=print,
    )
    routes = build_app(site).router.routes()

    ours = {f"GET {route.resource.canonical}" for route in routes if route.resource}
    assert {address for address, _ in rows("Pages")} == ours


def test_every_subcommand_is_listed() -> None:
    groups = {"": cli, **{f"{one.name} ": one.typer_instance for one in cli.registered_groups}}
    ours = {
        f"telegauge {group}{c.name or c.callback.__name__}"
        for group, those in groups.items()
        for c in those.registered_commands  # type: ignore[union-attr]  # each group has an app
        if c.callback
    }

    assert {command for command, _ in rows("Command line")} == ours


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README))
def test_every_picture_is_there(picture: str) -> None:
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")


def test_the_admin_of_the_sandbox_is_who_the_readme_says() -> None:
    assert "Ada is the admin" in README
    assert CAST[0]["first_name"] == "Ada"


def test_the_picture_and_the_two_commands_are_on_the_first_screen() -> None:
    first = "\n".join(README.splitlines()[:20])

    assert all(words in first for words in ("![", "make run", "make test"))
