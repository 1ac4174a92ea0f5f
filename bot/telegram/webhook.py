"""Updates that Telegram delivers: who may, what is taken, and when it is answered."""

from __future__ import annotations

import asyncio
import hmac
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.utils.backoff import BackoffConfig
from aiohttp import web
from msgspec import Struct

from bot.errors import ConfigError
from bot.telegram.answers import loads
from bot.telegram.backoff import PATIENT, endlessly
from bot.telegram.intake import Intake, IntakeClosedError

DEFAULT_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
BODY_LIMIT = 2**20
CONNECTIONS = 40
# Telegram gives up after a minute and delivers again; a long handler goes on without it.
ANSWER_SECONDS = 50.0

log = structlog.get_logger(__name__)


class Delivery(Struct, frozen=True, kw_only=True):
    """What Telegram is told about deliveries.

    url: the public address as the operator wrote it; without a path DEFAULT_PATH is added
    """

    url: str
    secret: str
    allowed_updates: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the side server listens."""
        return urlsplit(self.url).path.rstrip("/") or DEFAULT_PATH

    @property
    def address(self) -> str:
        """Where Telegram delivers."""
        return urlsplit(self.url)._replace(path=self.path).geturl()


class Webhook:
    """The side server's door for Telegram.

    answer_seconds: how long a delivery waits for its handler
    """

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        delivery: Delivery,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        backoff: BackoffConfig = PATIENT,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._delivery = delivery
        self._answer_seconds = answer_seconds
        self._backoff = backoff

    def routes(self) -> list[web.RouteDef]:
        """What the side server has to listen to."""
        return [web.post(self._delivery.path, self.receive)]

    async def register(self) -> None:
        """Have Telegram deliver here, however long it is out of reach.

        Raises ConfigError when Telegram does not like the address.
        """
        try:
            await endlessly("setWebhook", self._set, self._backoff)
        except TelegramBadRequest as exc:
            raise ConfigError("WEBHOOK_URL", f"was refused: {exc.message}") from None

    async def receive(self, request: web.Request) -> web.Response:
        """Take one delivery, and answer when it is handled.

        401 without the secret, 413 above 1 MB, 400 for what is no JSON object, 503 when it cannot
        be taken now (Telegram delivers again), else 200.  An object that is no update we know is
        set aside and answered 200: with an error Telegram would deliver it for days.
        """
        if not self._is_telegram(request):
            return _answer(401, "the secret is missing or wrong")
        body = await _body(request)
        if body is None:
            return _answer(413, "an update is at most 1 MB long")
        try:
            raw = loads(body)
        except ValueError:
            raw = None
        if not isinstance(raw, dict):
            return _answer(400, "an update is a JSON object")
        return await self._hand_over(raw)

    async def _hand_over(self, raw: dict[str, object]) -> web.Response:
        try:
            async with asyncio.timeout(self._answer_seconds):
                task = await self._intake.accept(raw)
        except (IntakeClosedError, TimeoutError):
            return _answer(503, "no updates are taken now")
        if task is not None:
            # wait() leaves the task alone when the time is over.
            await asyncio.wait({task}, timeout=self._answer_seconds)
        if task is not None and task.cancelled():
            return _answer(503, "stopped before it was handled")
        return _answer(200, "ok")

    def _is_telegram(self, request: web.Request) -> bool:
        # As bytes: compare_digest refuses to compare text that is not ASCII.
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._delivery.secret.encode())

    async def _set(self) -> bool:
        return await self._bot.set_webhook(
            self._delivery.address,
            secret_token=self._delivery.secret,
            allowed_updates=list(self._delivery.allowed_updates),
            max_connections=CONNECTIONS,
        )


async def _body(request: web.Request) -> bytes | None:
    """The request's body, or None when it is too long.

    Not from request.content: the side server's middleware has read that to its end already, and
    read() keeps what it read.
    """
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:  # the application's own limit
        return None
    return body if len(body) <= BODY_LIMIT else None


def _answer(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text)
