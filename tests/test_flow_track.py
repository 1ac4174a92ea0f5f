"""Other programs report with the clients of examples/, to a bot that may be killed meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from examples.track_client import Client, RefusedError
from tests.house import ROOT
from tests.ports import free_port
from tests.process import bot_process, fetched, living_in
from tests.waiting import until_true

TOKEN = "a-token-that-opens-everything"
OLD = (datetime.now(UTC) - timedelta(days=40)).isoformat()
BATCHES, SIZE = 30, 200


def settings_of(sandbox: Sandbox, folder: Path, port: int = 0) -> dict[str, str]:
    return living_in(
        sandbox,
        API_TOKEN=TOKEN,
        FEATURES="none",
        METRICS_PORT=str(port),
        DATABASE_URL=f"sqlite:///{folder}/bot.db",
    )


def messages(folder: Path) -> int:
    """How many are on disk."""
    with closing(sqlite3.connect(folder / "bot.db")) as database:
        query = "SELECT count(*), count(DISTINCT user_number) FROM events WHERE kind = 'message'"
        count, people = database.execute(query).fetchone()
        assert count == people
        return int(count)


async def run(*words: str, said: str = "") -> str:
    """What a program of examples/ answered; it must end well."""
    ended = await asyncio.to_thread(
        subprocess.run,
        words,
        cwd=ROOT / "examples",
        env={"PATH": os.environ["PATH"], "TELEGAUGE_TOKEN": TOKEN},
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def test_the_clients_of_the_guide_report(sandbox: Sandbox, tmp_path: Path) -> None:
    facts = [{"user_id": 1, "length": 12}, {"user_id": 2, "at": OLD}]
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({"facts": [{"user_id": 3}]}))

    async with bot_process(tmp_path, **settings_of(sandbox, tmp_path)) as bot:
        url = await bot.ready()
        lines = "\n".join(json.dumps(one) for one in facts)
        by_python = await run(sys.executable, "track_client.py", url, "message", said=lines)
        by_curl = await run("./track.sh", url, "message", str(batch))
        _, shown = await fetched(f"{url}/metrics")

    assert (by_python, json.loads(by_curl)) == ("taken: 2\n", {"taken": 1})
    assert messages(tmp_path) == 3
    # What happened 40 days ago moves no counter of now.
    assert 'bot_messages_total{chat_type="private",content_type="text"} 2.0' in shown
    assert TOKEN not in bot.output


async def test_what_is_wrong_is_refused_once_and_for_all(sandbox: Sandbox, tmp_path: Path) -> None:
    async with bot_process(tmp_path, **settings_of(sandbox, tmp_path)) as bot:
        client = Client(await bot.ready(), TOKEN, sleep=_never)

        with pytest.raises(RefusedError, match=r"facts\.0\.user_id") as refused:
            await asyncio.to_thread(client.send, "message", [{"user_id": -1}])

    assert refused.value.status == 400


async def test_a_bot_that_is_killed_loses_no_batch_and_counts_none_twice(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    settings = settings_of(sandbox, tmp_path, free_port())
    facts = [{"user_id": n + 1, "length": 5} for n in range(BATCHES * SIZE)]

    async def is_under_way() -> bool:
        return messages(tmp_path) > 0

    async with bot_process(tmp_path, **settings) as first:
        client = Client(await first.ready(), TOKEN, tries=500, sleep=_briefly)
        sending = asyncio.create_task(asyncio.to_thread(_send, client, facts))
        await until_true(is_under_way)
        first.send(signal.SIGKILL)
        await first.ended()
    at_the_kill = messages(tmp_path)
    async with bot_process(tmp_path, **settings) as second:
        await second.ready()
        taken = await sending

    assert 0 < at_the_kill < len(facts)
    assert at_the_kill % SIZE == 0
    assert (taken, messages(tmp_path)) == (len(facts), len(facts))


def _send(client: Client, facts: list[dict[str, int]]) -> int:
    batches = [facts[n : n + SIZE] for n in range(0, len(facts), SIZE)]
    return sum(client.send("message", one) for one in batches)


def _briefly(_: float) -> None:
    time.sleep(0.1)


def _never(_: float) -> None:
    raise AssertionError("nobody should wait")
