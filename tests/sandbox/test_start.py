"""A sandbox that cannot listen says which setting to change."""

from __future__ import annotations

import pytest

from bot.errors import ConfigError
from bot.sandbox.server import Sandbox


async def test_a_taken_port_is_a_problem_of_the_port(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    second = Sandbox(port=port)

    with pytest.raises(ConfigError, match=rf"SANDBOX_PORT: {port} is in use on 127\.0\.0\.1"):
        await second.start()

    await second.stop()


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
async def test_an_address_of_another_machine_is_a_problem_of_the_host(host: str) -> None:
    stray = Sandbox(host=host)

    with pytest.raises(ConfigError, match=f"SANDBOX_HOST: '{host}' cannot be listened on"):
        await stray.start()


async def test_after_a_failed_start_another_can_follow(sandbox: Sandbox) -> None:
    second = Sandbox(port=int(sandbox.url.rpartition(":")[2]))
    with pytest.raises(ConfigError):
        await second.start()
    await sandbox.stop()

    await second.start()

    await second.stop()
