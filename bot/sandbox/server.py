"""The sandbox as a server: the Bot API, the driving interface and the chat page on one port."""

from __future__ import annotations

import errno
from pathlib import Path

from aiohttp import web

from bot.errors import ConfigError
from bot.sandbox import (
    api,
    control,
    control_chats,
    control_faults,
    control_files,
    control_groups,
    control_messages,
    control_mini_apps,
    control_model,
    control_payments,
    control_presses,
    live,
    media_site,
    media_streams,
    media_trouble,
    model_site,
    webhook,
)
from bot.sandbox.bodies import errors_as_json
from bot.sandbox.doors import IS_LOOPBACK, add_headers, is_loopback, known_host, same_origin
from bot.sandbox.keys import WORLD
from bot.sandbox.media_files import MediaFiles
from bot.sandbox.params import Json
from bot.sandbox.world import World

TOKEN = "424242:SANDBOX-TOKEN-good-on-loopback-only"  # noqa: S105 - public on purpose, see docs
STATIC = Path(__file__).parent / "static"
# What still runs at the end is a call that a fault keeps hanging.
SHUTDOWN_SECONDS = 0.2


class Sandbox:
    """A running Bot API server of one bot."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = TOKEN,
        name: str = "Telegauge",
        username: str = "telegauge_sandbox_bot",
    ) -> None:
        self.world = World(token, bot_user(token, name, username))
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def url(self) -> str:
        """Where the server listens, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def start(self) -> None:
        """Listen; port 0 becomes the port the system chose.

        Raises ConfigError when that is impossible.
        """
        runner = web.AppRunner(
            build_app(self.world, host=self._host),
            access_log=None,
            handler_cancellation=True,  # a client that went away needs no answer
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as exc:
            await runner.cleanup()
            raise self._explained(exc) from None
        self._runner, self._port = runner, runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection; harmless when nothing runs."""
        if self._runner:
            await self._runner.cleanup()

    def _explained(self, exc: OSError) -> ConfigError:
        """What the operator can do about it."""
        if exc.errno == errno.EADDRINUSE:
            advice = "stop what listens there, or choose another port (0: any that is free)"
            return ConfigError("SANDBOX_PORT", f"{self._port} is in use on {self._host}; {advice}")
        if exc.errno == errno.EACCES:
            problem = "is for privileged programs only; choose one above 1023"
            return ConfigError("SANDBOX_PORT", f"{self._port} {problem}")
        problem = f"{self._host!r} cannot be listened on ({exc.strerror or exc})"
        return ConfigError("SANDBOX_HOST", f"{problem}; 127.0.0.1 is this machine alone")


def bot_user(token: str, name: str, username: str) -> Json:
    """The bot's User object; its id is the number before the token's colon."""
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": name,
        "username": username,
    }


def build_app(world: World, *, host: str = "127.0.0.1") -> web.Application:
    """The application that shows and drives *world*, made to listen on *host*."""
    app = web.Application(
        middlewares=[errors_as_json, known_host, same_origin], client_max_size=api.BODY_LIMIT
    )
    app[WORLD] = world
    app[IS_LOOPBACK] = is_loopback(host)
    app.on_response_prepare.append(add_headers)
    world.is_closing = False
    app[live.SOCKETS] = set()
    app[media_site.FILES] = MediaFiles()
    app[model_site.DESK] = model_site.ModelDesk()
    for part in (
        api,
        control,
        control_chats,
        control_messages,
        control_presses,
        control_faults,
        control_files,
        control_groups,
        control_payments,
        control_mini_apps,
        control_model,
        live,
        media_site,
        media_streams,
        media_trouble,
        model_site,
    ):
        app.router.add_routes(part.routes())
    app.router.add_get("/", _page)
    app.router.add_static("/static", STATIC)
    app.cleanup_ctx.append(webhook.delivering)
    app.cleanup_ctx.append(media_site.keeping)
    app.on_shutdown.append(_close)
    return app


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def _close(app: web.Application) -> None:
    """Let go whoever waits, so that the server stops at once."""
    world = app[WORLD]
    world.is_closing = True
    world.arrived.ring()
    world.noticed.ring()
    world.faults.clear()
    await live.close(app)
