"""What HEALTHCHECK runs: one line, and 0 or 1."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys

import pytest
from aiohttp import web

from bot.web.healthcheck import check
from tests.web.conftest import ELSEWHERE, Running, Serve, reads

HEAVY = (
    "import sys, bot.web.healthcheck; print({'aiohttp', 'aiogram', 'pydantic'} & {*sys.modules})"
)


async def checked(running: Running) -> int:
    return await asyncio.to_thread(check, "127.0.0.1", running.server.port, 5)


@pytest.mark.parametrize(
    ("value", "code", "line"), [(1, 0, "pass\n"), (10, 0, "warn: lag\n"), (20, 1, "fail: lag\n")]
)
async def test_the_code_follows_health(
    serve: Serve, capsys: pytest.CaptureFixture[str], value: float, code: int, line: str
) -> None:
    running = await serve(probes={"lag": reads(value), "fine": reads(1)})

    assert await checked(running) == code
    assert capsys.readouterr().out == line


async def test_it_needs_no_token(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    running = await serve(settings={"metrics_host": ELSEWHERE}, probes={"lag": reads(20)})

    assert await checked(running) == 1
    assert capsys.readouterr().out == "fail\n"


async def test_a_server_on_every_address_is_called_on_loopback(serve: Serve) -> None:
    running = await serve()

    code = await asyncio.to_thread(check, ELSEWHERE, running.server.port, 5)

    assert code == 0


def test_nobody_there_is_unhealthy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert check("127.0.0.1", port, 5) == 1
    line = capsys.readouterr().out
    assert line.startswith(f"unreachable: http://127.0.0.1:{port}/health: ConnectionRefusedError")


def test_a_server_that_hangs_is_unhealthy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        code = check("127.0.0.1", silent.getsockname()[1], 0.2)

    assert code == 1
    assert "/health: TimeoutError" in capsys.readouterr().out


@pytest.mark.parametrize("body", ["", "no json", "[]", '"x"', '{"status": 1, "checks": [1]}'])
async def test_another_server_on_the_port_is_no_traceback(
    serve: Serve, capsys: pytest.CaptureFixture[str], body: str
) -> None:
    async def other(_: web.Request) -> web.Response:
        return web.Response(status=418, text=body)

    app = web.Application()
    app.add_routes([web.get("/health", other)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    port = runner.addresses[0][1]
    code = await asyncio.to_thread(check, "127.0.0.1", port, 5)

    await runner.cleanup()
    line = f"not a health answer: http://127.0.0.1:{port}/health (HTTP 418)"
    assert (code, capsys.readouterr().out.partition(";")[0]) == (1, line)


def test_it_starts_without_the_heavy_libraries() -> None:
    seen = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", HEAVY], capture_output=True, text=True, check=True
    )

    assert seen.stdout == "set()\n"
