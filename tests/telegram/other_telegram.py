"""A second Bot API server, written from Telegram's documentation alone: nothing of the sandbox."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from aiohttp import web

ME = {"id": 5, "is_bot": True, "first_name": "Other", "username": "other_bot"}


class OtherTelegram:
    """Knows a handful of methods.

    is_hasty: answers every poll at once
    """

    token = "5:OTHER"

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.sent: list[dict[str, str]] = []
        self.offsets: list[int] = []
        self.webhook = ""
        self.is_hasty = False
        self.url = ""
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def say(self, update: dict[str, Any]) -> None:
        async with self._news:
            self.updates.append(update)
            self._news.notify_all()

    async def _call(self, request: web.Request) -> web.Response:
        is_json = request.content_type == "application/json"
        fields = await request.json() if is_json else await request.post()
        form = {name: str(value) for name, value in fields.items()}
        method = request.match_info["method"].lower()
        answer = getattr(self, f"_{method}", None)
        if request.match_info["token"] != self.token or answer is None:
            return web.json_response({"ok": False, "error_code": 401}, status=401)
        return web.json_response({"ok": True, "result": await answer(form)})

    async def _getme(self, _: dict[str, str]) -> Any:
        return ME

    async def _getwebhookinfo(self, _: dict[str, str]) -> Any:
        waiting = len(self.updates)
        return {
            "url": self.webhook,
            "has_custom_certificate": False,
            "pending_update_count": waiting,
        }

    async def _deletewebhook(self, _: dict[str, str]) -> Any:
        self.webhook = ""
        return True

    async def _getupdates(self, form: dict[str, str]) -> Any:
        offset = int(form.get("offset", 0))
        self.offsets.append(offset)
        assert "message" in json.loads(form["allowed_updates"])
        async with self._news:
            if "offset" in form:
                found = [one for one in self.updates if one.get("update_id", offset) >= offset]
                self.updates = found
            if not self.updates and not self.is_hasty:
                await asyncio.wait_for(self._news.wait(), int(form.get("timeout", 0)))
            return self.updates[: int(form.get("limit", 100))]

    async def _sendmessage(self, form: dict[str, str]) -> Any:
        self.sent.append(form)
        chat = {"id": int(form["chat_id"]), "type": "private", "first_name": "A"}
        return {"message_id": len(self.sent), "date": 1, "chat": chat, "text": form["text"]}
