"""Where the application keeps the World."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)
