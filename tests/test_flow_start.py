"""The first moments of a process: who stops it hears nothing, who watches it learns what it is."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.sandbox.server import Sandbox
from tests.process import bot_process, living_in

ROOT = Path(__file__).parents[1]
# In the place of a library: a signal that comes while the process still loads what it needs.
STOPPED = "import os, signal\nos.kill(os.getpid(), signal.{})\n"
SANDBOX = {"SANDBOX_PORT": "0", "SANDBOX_HISTORY_DAYS": "400"}


def started(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What became of `telegauge` with these *words*; modules in *folder* hide real ones."""
    return subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("library", ["uvloop", "aiogram"])
def test_a_stop_during_the_imports_is_quiet(
    tmp_path: Path, number: signal.Signals, library: str
) -> None:
    (tmp_path / f"{library}.py").write_text(STOPPED.format(number.name))

    ended = started(tmp_path, "run")

    assert (ended.stdout + ended.stderr, ended.returncode) == ("", 128 + number)


async def test_a_stop_while_history_is_made_ends_it(tmp_path: Path) -> None:
    async with bot_process(tmp_path, **SANDBOX) as bot:
        await bot.says("making 400 days")
        bot.send(signal.SIGINT)
        code = await bot.ended()

    assert code == 0, bot.output
    assert "Traceback" not in bot.output
    assert "health   " not in bot.output


async def test_a_second_stop_is_as_quiet(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = living_in(sandbox, BOT_ROUTERS="tests.routers:build_router")
    async with bot_process(tmp_path, **settings) as bot:
        await bot.ready()
        bot.send(signal.SIGINT)
        await bot.says("stopping")
        bot.send(signal.SIGINT)
        code = await bot.ended()

    assert code in {0, 128 + signal.SIGINT}
    assert "Traceback" not in bot.output


async def test_the_start_says_who_the_bot_is_and_what_is_on(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = living_in(sandbox, FEATURES="quiz,assistant")
    async with bot_process(tmp_path, **settings) as bot:
        line = await bot.says("bot      ")

    assert line == (
        "bot       @telegauge_sandbox_bot by long polling; on: quiz; off: downloads (not in "
        "FEATURES), billing (not in FEATURES), assistant (no ASSISTANT_BASE_URL)"
    )


async def test_a_wrong_host_is_told_before_any_history_is_made(tmp_path: Path) -> None:
    wrong = {**SANDBOX, "DOWNLOAD_ALLOWED_HOSTS": "http://x/"}
    async with bot_process(tmp_path, **wrong) as bot:
        code = await bot.ended()

    assert code == 2
    assert bot.output.startswith("telegauge: DOWNLOAD_ALLOWED_HOSTS: 'http://x/' is neither")


async def test_a_port_in_use_is_told_before_any_history_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        async with bot_process(tmp_path, **SANDBOX, METRICS_PORT=port) as bot:
            code = await bot.ended()

    assert code == 2
    assert bot.output.startswith(f"telegauge: METRICS_PORT: {port} on 127.0.0.1 is in use")


async def test_where_everything_is_stands_in_one_column(tmp_path: Path) -> None:
    async with bot_process(tmp_path, **SANDBOX | {"SANDBOX_HISTORY_DAYS": "0"}) as bot:
        await bot.says("/dashboard/enter/")

    places = re.findall(r"^([a-z]+ +)http", bot.output, re.MULTILINE)
    assert [one.strip() for one in places] == ["chat", "media", "health", "metrics", "dashboard"]
    assert {len(one) for one in places} == {len("dashboard ")}


def test_the_version_is_told(tmp_path: Path) -> None:
    ended = started(tmp_path, "--version")

    assert (ended.stdout, ended.returncode) == (f"telegauge {version('telegauge')}\n", 0)


async def test_the_sandbox_says_a_link_that_signs_in_and_no_log_does(tmp_path: Path) -> None:
    own = SANDBOX | {"SANDBOX_HISTORY_DAYS": "0", "METRICS_PORT": "0"}
    async with bot_process(tmp_path, **own) as bot:
        link = (await bot.says("dashboard ")).split()[-1]
        async with ClientSession() as browser, browser.get(link, allow_redirects=False) as answer:
            cookie = answer.headers.get("Set-Cookie", "")

    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard")
    assert cookie.startswith("telegauge_session=")
    assert bot.output.count(link.rpartition("/")[2]) == 1


async def test_with_a_token_of_telegram_the_start_says_how_to_sign_in(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = living_in(sandbox, DASHBOARD_URL="https://bot.example")
    async with bot_process(tmp_path, **settings) as bot:
        line = await bot.says("dashboard ")
        advice = await bot.says("telegauge token create")

    assert line.split() == ["dashboard", "https://bot.example/dashboard"]
    assert "--scope admin" in advice
    assert "/enter/" not in bot.output
