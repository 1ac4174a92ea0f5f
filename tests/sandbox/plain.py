"""The Bot API without any library: plain HTTP, plain envelopes."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientSession

from bot.sandbox.server import Sandbox

Json = dict[str, Any]


class Api:
    """Calls methods with JSON bodies."""

    def __init__(self, sandbox: Sandbox, session: ClientSession) -> None:
        self.base = f"{sandbox.url}/bot{sandbox.token}"
        self.session = session

    async def __call__(self, method: str, **params: Any) -> Json:
        """The envelope of the answer."""
        async with self.session.post(f"{self.base}/{method}", json=params) as response:
            envelope: Json = await response.json()
            assert response.status == (200 if envelope["ok"] else envelope["error_code"])
            return envelope

    async def result(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        envelope = await self(method, **params)
        assert envelope["ok"], envelope
        return envelope["result"]

    async def problem(self, method: str, **params: Any) -> str:
        """The description of a call that must fail."""
        envelope = await self(method, **params)
        assert not envelope["ok"], envelope
        return str(envelope["description"])
