"""The whole bot at a Bot API server that shares nothing with the sandbox."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.process import bot_process
from tests.telegram.other_telegram import OtherTelegram
from tests.telegram.rig import message
from tests.waiting import until


class Bare(OtherTelegram):
    """Knows getMe, getUpdates and sendMessage; refuses the rest as Telegram does."""

    KNOWN = frozenset({"getme", "getupdates", "sendmessage"})

    async def _call(self, request: web.Request) -> web.Response:
        if request.match_info["method"].lower() in self.KNOWN:
            return await super()._call(request)
        return await self._odd(request)

    async def _odd(self, request: web.Request) -> web.Response:
        refusal = {"ok": False, "error_code": 404, "description": "Not Found"}
        return web.json_response(refusal, status=404)


class Agreeable(Bare):
    """Says True to all it does not know."""

    async def _odd(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})


@pytest.mark.parametrize("kind", [OtherTelegram, Bare, Agreeable])
async def test_a_start_is_answered_at_another_server(
    kind: type[OtherTelegram], tmp_path: Path
) -> None:
    async with kind() as other:
        settings: dict[str, Any] = {"BOT_TOKEN": other.token, "TELEGRAM_API_URL": other.url}
        async with bot_process(tmp_path, **settings, ADMIN_IDS="7") as bot:
            await bot.ready()
            await other.say(message("/start"))
            await until(lambda: other.sent, patience=30)
            bot.send(signal.SIGTERM)
            code = await bot.ended()

    assert "Hello" in other.sent[0]["text"]
    assert code == 0, bot.output
