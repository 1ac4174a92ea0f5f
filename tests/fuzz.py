"""`make fuzz`: schemathesis asks a living bot all that its description says, and what it does not.

Everything happens in a folder that is gone afterwards: the sandbox's bot has a short invented
past, ports of its own and API_TOKEN; tests/schemathesis.toml says what is asked and why not more.
The end is schemathesis' exit code, or 1 when the bot broke, whatever it answered.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession

from tests.ports import free_port
from tests.process import INHERITED, BotProcess, bot_process
from tests.waiting import until_true

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / ".fuzz" / "bin" / "schemathesis"
CONFIG = Path(__file__).parent / "schemathesis.toml"
TOKEN = "a-token-to-ask-with"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
# Fires at once, so that there is an alert to ask for.
RULE = {"series": "process_open_fds", "threshold": 0, "severity": "critical"}
HISTORY_DAYS = 20
LOG_LINES = 60
# An exception that nobody expected, however it was logged.
BROKEN = re.compile(r"Traceback|request failed|\[error|\[critical", re.IGNORECASE)


def settings(folder: Path) -> dict[str, str]:
    """Those of a bot that lives in *folder* and lets one token ask as often as it likes."""
    return {
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        "SANDBOX_DATABASE_URL": f"sqlite:///{folder}/sandbox.db",
        "SANDBOX_PORT": str(free_port()),
        "SANDBOX_HISTORY_DAYS": str(HISTORY_DAYS),
        "API_TOKEN": TOKEN,
        "API_RATE_LIMIT": "10000",
        "ALERT_CHECK_INTERVAL": "1",
    }


async def prepared(url: str) -> str:
    """Let an alert fire, and make a link; the link's secret."""
    async with ClientSession(f"{url}/api/v1/", headers=BEARER, raise_for_status=True) as api:
        await (await api.put("rules/FuzzedFiles", json=RULE)).read()

        async def fires() -> bool:
            return bool((await (await api.get("alerts")).json())["firing"])

        await until_true(fires)
        made = await (await api.post("shares", json={"page": "overview"})).json()
        return str(made["secret"])


async def asked(url: str, secret: str, folder: Path, words: Sequence[str]) -> int:
    """What schemathesis thinks of the API at *url*, with a link's *secret*: its exit code."""
    # Without the operator's proxies: nothing here leaves this machine.
    environment: Mapping[str, str] = {n: os.environ[n] for n in INHERITED if n in os.environ}
    program = await asyncio.create_subprocess_exec(
        *(str(PROGRAM), "--config-file", str(CONFIG), "run", f"{url}/api/openapi.json", *words),
        cwd=folder,
        env={**environment, "API_TOKEN": TOKEN, "LINK": secret},
    )
    return await program.wait()


async def ended(bot: BotProcess) -> int:
    """Its exit code, after it was asked to stop."""
    bot.send(signal.SIGTERM)
    return await bot.ended()


async def fuzz(folder: Path, words: Sequence[str]) -> int:
    """Let a bot live and be asked; the exit code."""
    async with bot_process(folder, **settings(folder)) as bot:
        url = await bot.ready()
        found = await asked(url, await prepared(url), folder, words)
        stopped = await ended(bot)
    broken = [line for line in bot.output.splitlines() if BROKEN.search(line)]
    if broken or stopped:
        said = "\n".join(bot.output.splitlines()[-LOG_LINES:])
        print(f"The bot ended with {stopped}; it said:\n{said}", *broken, sep="\n")  # noqa: T201
        return found or 1
    return found


def main() -> int:
    """Run it; more words go to schemathesis."""
    with TemporaryDirectory(prefix="telegauge-fuzz-") as folder:
        return asyncio.run(fuzz(Path(folder), sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
