"""The loop's lag is seen, a stuck loop ends the process, a sleeping machine does not."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator

import pytest

from bot.analytics.loop import STUCK_EXIT_CODE, LoopWatch
from tests.waiting import until

PATIENCE_SECONDS = 10.0
BLOCK_SECONDS = 0.6

STUCK = """
import asyncio, time
from bot.analytics.loop import LoopWatch

async def main():
    LoopWatch(stuck_seconds=1).start()
    await asyncio.sleep(0.3)
    hang_for_ever()

def hang_for_ever():
    while True:
        time.sleep(1)

asyncio.run(main())
"""

SUSPENDED = """
import asyncio, sys
from bot.analytics.loop import LoopWatch

async def main():
    watch = LoopWatch(stuck_seconds=1)
    watch.start()
    await asyncio.sleep(0.3)
    print("up", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.sleep(0.5)
    await watch.stop()

asyncio.run(main())
"""


def watchdogs() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "loop-watchdog"]


def block() -> None:
    time.sleep(BLOCK_SECONDS)


@pytest.fixture
async def watch() -> AsyncIterator[LoopWatch]:
    watch = LoopWatch()
    watch.start()
    await asyncio.sleep(0)
    yield watch
    await watch.stop()


def test_a_watch_that_has_not_begun_knows_no_lag() -> None:
    watch = LoopWatch()

    lags = (watch.lag_seconds, watch.worst_seconds)

    assert lags == (0, 0)


async def test_a_blocked_loop_shows_as_lag_once_it_runs_again(watch: LoopWatch) -> None:
    asyncio.get_running_loop().call_soon(block)

    await until(lambda: watch.worst_seconds > 0.3)

    assert watch.worst_seconds < PATIENCE_SECONDS


async def test_a_lag_is_seen_while_it_still_grows(watch: LoopWatch) -> None:
    block()

    growing = watch.lag_seconds

    assert growing > 0.3


async def test_the_worst_lag_outlives_the_current_one(watch: LoopWatch) -> None:
    block()

    await until(lambda: watch.lag_seconds < 0.2)

    assert watch.worst_seconds > 0.3


async def test_an_old_lag_is_forgotten() -> None:
    watch = LoopWatch(window_seconds=0.5)
    watch.start()
    await asyncio.sleep(0)
    block()
    await until(lambda: watch.worst_seconds > 0.3)

    await until(lambda: watch.worst_seconds < 0.3)

    await watch.stop()
    assert watch.lag_seconds < PATIENCE_SECONDS


async def test_the_end_is_called_once_with_the_exit_code(
    capfd: pytest.CaptureFixture[str],
) -> None:
    codes: list[int] = []
    watch = LoopWatch(stuck_seconds=1, end=codes.append)
    watch.start()
    await asyncio.sleep(0.3)

    for _ in range(5):
        block()

    await watch.stop()
    assert codes == [STUCK_EXIT_CODE]
    assert "in block" in capfd.readouterr().err


def test_a_stuck_process_dumps_its_stacks_and_ends_with_70() -> None:
    command = [sys.executable, "-c", STUCK]

    ended = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 70
    assert "hang_for_ever" in ended.stderr


def test_a_process_that_was_suspended_lives_on() -> None:
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", SUSPENDED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "up\n"

    process.send_signal(signal.SIGSTOP)
    time.sleep(2)
    process.send_signal(signal.SIGCONT)
    process.communicate("go on\n", timeout=30)

    assert process.returncode == 0


async def test_no_thread_is_left_after_the_stop() -> None:
    watch = LoopWatch()
    watch.start()
    assert watchdogs() == ["loop-watchdog"]

    await watch.stop()

    assert watchdogs() == []


def test_a_loop_that_closed_is_no_stuck_loop() -> None:
    codes: list[int] = []

    async def main() -> None:
        LoopWatch(stuck_seconds=1, end=codes.append).start()
        await asyncio.sleep(0)

    asyncio.run(main())
    asyncio.run(until(lambda: not watchdogs()))

    assert codes == []


async def test_stopping_what_never_started_is_fine() -> None:
    watch = LoopWatch()

    await watch.stop()

    assert watchdogs() == []
