"""The whole app in the test's own process, living in a sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config import Settings
from bot.sandbox.server import Sandbox
from tests.databases import prepare

ADMIN = 9000


def settings_for(sandbox: Sandbox, folder: Path, **changed: Any) -> Settings:
    """Settings of a bot in *sandbox*: checks every second, no throttle, any port."""
    usual: dict[str, Any] = {
        "bot_token": sandbox.token,
        "telegram_api_url": sandbox.url,
        "database_url": f"sqlite:///{folder}/bot.db",
        "admin_ids": (ADMIN,),
        "metrics_port": 0,
        "alert_check_interval": 1,
        "throttle_rate": 1000,
        "throttle_burst": 10_000,
        "bot_routers": ("tests.routers:build_router",),
    }
    return Settings(_env_file=None, **(usual | changed))


@asynccontextmanager
async def living(sandbox: Sandbox, folder: Path, **changed: Any) -> AsyncIterator[App]:
    """A running app, stopped at the end."""
    settings = settings_for(sandbox, folder, **changed)
    await prepare(settings.database_url)
    app = App(settings, sandbox.token)
    try:
        await app.start()
        yield app
    finally:
        await app.stop()
