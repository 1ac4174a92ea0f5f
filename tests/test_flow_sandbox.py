"""`telegauge run` without a token: a sandbox to chat in, and a bot that can be watched."""

from __future__ import annotations

import signal
from pathlib import Path

import orjson

from tests.driver import Driver, message_text
from tests.process import bot_process, fetched

SANDBOX = {
    "SANDBOX_PORT": "0",
    "SANDBOX_HISTORY_DAYS": "3",
    "SANDBOX_PEOPLE": "5",
    "DATABASE_URL": "sqlite:///real.db",
}


async def test_the_sandbox_starts_answers_and_stops(tmp_path: Path) -> None:
    async with bot_process(tmp_path, **SANDBOX) as bot:
        address = await bot.ready()
        chat = (await bot.says("chat     ")).split()[-1].rstrip("/")
        async with Driver(chat) as driver:
            ada = (await driver.state())["people"][0]["id"]
            answer = await driver.say(ada, "/start")
        pages = [await fetched(url) for url in (chat, f"{address}/health", f"{address}/metrics")]
        _, about = await fetched(f"{address}/")
        links = orjson.loads(about)["links"].values()
        found = [await fetched(f"{address}{path}") for path in links]
        bot.send(signal.SIGTERM)
        code = await bot.ended()

    assert {"/health", "/dashboard", "/api/docs"} <= set(links)
    assert {status for status, _ in found} == {200}
    assert "Ada" in message_text(answer)
    assert [status for status, _ in pages] == [200, 200, 200]
    assert "sandbox" in pages[0][1]
    assert orjson.loads(pages[1][1])["notes"] == ["sandbox"]
    assert code == 0, bot.output
    assert not (tmp_path / "real.db").exists()


async def test_a_synthetic_database_is_refused_to_a_real_bot(tmp_path: Path) -> None:
    async with bot_process(tmp_path, **SANDBOX) as bot:
        await bot.ready()
        bot.send(signal.SIGTERM)
        await bot.ended()
    real = {
        "BOT_TOKEN": "4242:a-token-of-a-real-bot-would-be-here",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "DATABASE_URL": "sqlite:///data/sandbox.db",
        "SANDBOX_DATABASE_URL": "sqlite:///data/other.db",
    }

    async with bot_process(tmp_path, **real) as refused:
        code = await refused.ended()

    assert code == 2
    assert "DATABASE_URL: holds the sandbox's synthetic history" in refused.output
    assert "Traceback" not in refused.output


async def test_a_database_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.db").write_bytes(b"no database at all" * 1000)
    noise = {**SANDBOX, "SANDBOX_DATABASE_URL": "sqlite:///noise.db"}
    async with bot_process(tmp_path, **noise) as bot:
        code = await bot.ended()

    assert code == 2
    assert "SANDBOX_DATABASE_URL: cannot be used" in bot.output
    assert "Traceback" not in bot.output


async def test_a_wrong_setting_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    async with bot_process(tmp_path, METRICS_PORT="many") as bot:
        code = await bot.ended()

    assert code == 2
    assert bot.output == "telegauge: METRICS_PORT: expected a port, 0 to 65535, not 'many'\n"


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    async with bot_process(tmp_path, **SANDBOX) as first:
        address = await first.ready()
        taken = {**SANDBOX, "METRICS_PORT": address.rsplit(":", 1)[1]}
        async with bot_process(tmp_path, **taken) as second:
            code = await second.ended()

    assert code == 2
    assert "METRICS_PORT" in second.output
    assert "Traceback" not in second.output
