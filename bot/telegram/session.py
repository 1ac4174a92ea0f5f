"""The way to the Bot API: every call is timed and counted, and no error carries the token."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from time import perf_counter
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError
from aiogram.types import InputFile
from aiohttp import (
    ClientError,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    FormData,
)
from pydantic import TypeAdapter, ValidationError

from bot.analytics.bus import Bus
from bot.analytics.events import ApiCalled, FileUploaded
from bot.clock import Clock, utc_now
from bot.errors import BotError
from bot.log import redact
from bot.telegram import answers
from bot.telegram.answers import CallTimeoutError, Method
from bot.telegram.patience import Patience
from bot.telegram.uploads import uploaded

CONNECT_SECONDS = 10.0
CALL_SECONDS = 60.0
JSON = {"Content-Type": "application/json"}


class FileError(BotError):
    """A file could not be fetched from Telegram."""


class ApiSession(AiohttpSession):
    """aiogram's session with our own request: measured faster than the original, see _body."""

    def __init__(
        self,
        bus: Bus,
        *,
        api: TelegramAPIServer = PRODUCTION,
        clock: Clock = utc_now,
        seconds: float = CALL_SECONDS,
    ) -> None:
        super().__init__(api=api, json_loads=answers.loads, timeout=seconds)
        self._bus = bus
        self._clock = clock
        self._patience = Patience(bus, clock=clock)
        self._limit = _limit(seconds)
        self._adapters: dict[type, TypeAdapter[Any]] = {}
        self._defaults: dict[str, str | None] = {}

    async def make_request(
        self,
        bot: Bot,
        method: Method,
        timeout: float | None = None,  # noqa: ASYNC109  aiogram's signature
    ) -> Any:
        """The call's result, after as many tries as it is worth; every try is a fact."""
        limit = self._limit if timeout is None else _limit(timeout)
        attempt = 0
        while True:
            await self._patience.turn(method)
            try:
                return await self._timed(bot, method, limit)
            except TelegramAPIError as exc:
                attempt += 1
                await self._patience.consider(exc, attempt)

    async def create_session(self) -> ClientSession:
        """The connections, without cookies: Telegram sets none, and each search takes time."""
        if self._should_reset_connector:
            await self.close()
        if self._session is None or self._session.closed:
            connector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
            self._should_reset_connector = False
        return self._session

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,  # noqa: FBT001, FBT002  aiogram's signature
    ) -> AsyncGenerator[bytes, None]:
        """A file's bytes in chunks; FileError when it cannot be had."""
        try:
            async for chunk in super().stream_content(
                url, headers, timeout, chunk_size, raise_for_status
            ):
                yield chunk
        except (ClientError, TimeoutError) as exc:
            # Not the cause's text: it is the file's address, and that contains the token.
            status = f" {exc.status}" if isinstance(exc, ClientResponseError) else ""
            raise FileError(f"{type(exc).__name__}{status}") from None

    async def close(self) -> None:
        """Close the connections.

        aiohttp waits for its sockets by now, so aiogram's extra quarter of a second is left out.
        """
        if self._session is not None:
            await self._session.close()

    async def _timed(self, bot: Bot, method: Method, limit: ClientTimeout) -> Any:
        """One try.  A cancelled one has no outcome: nobody knows how it would have ended."""
        started = perf_counter()
        try:
            result = await self._call(bot, method, limit)
        except (TelegramAPIError, ClientDecodeError) as exc:
            self._publish(method, answers.outcome_of(exc), started)
            raise
        self._publish(method, "ok", started)
        if (upload := uploaded(method)) is not None:
            content_type, size = upload
            self._bus.publish(FileUploaded(at=self._clock(), content_type=content_type, size=size))
        return result

    async def _call(self, bot: Bot, method: Method, limit: ClientTimeout) -> Any:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        data, headers = self._body(bot, method)
        try:
            async with session.post(
                url, data=data, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                body = await response.read()
        except TimeoutError:
            raise CallTimeoutError(method=method, message="no answer in time") from None
        except ClientError as exc:
            # from None, because the cause's own text may carry the address, and so the token.
            text = f"{type(exc).__name__}: {_hidden(str(exc), bot.token)}"
            raise TelegramNetworkError(method=method, message=text) from None
        return self._decoded(bot, method, answers.opened(method, response.status, body))

    def _body(self, bot: Bot, method: Method) -> tuple[FormData | bytes, dict[str, str] | None]:
        """The call's form, or without files its JSON, which takes a fraction of the time."""
        files: dict[str, InputFile] = {}
        fields: dict[str, str] = {}
        # The fields themselves: a dump would copy whatever is nested, and most are plain or unset.
        for name, value in method.__dict__.items():
            if value is not None and (text := self._text(bot, value, files)):
                fields[name] = text
        if not files:
            return orjson.dumps(fields), JSON
        form = FormData(fields, quote_fields=False)
        for name, file in files.items():
            form.add_field(name, file.read(bot), filename=file.filename or name)
        return form, None

    def _text(self, bot: Bot, value: Any, files: dict[str, InputFile]) -> str | None:
        """One field as a form has it."""
        if type(value) is str:
            return value
        if type(value) is int:
            return str(value)
        if type(value) is Default:
            # The bot's defaults do not change, and a link preview's is a JSON object.
            if value.name not in self._defaults:
                self._defaults[value.name] = self.prepare_value(value, bot=bot, files=files)
            return self._defaults[value.name]
        return cast("str | None", self.prepare_value(value, bot=bot, files=files))

    def _decoded(self, bot: Bot, method: Method, result: Any) -> Any:
        kind = type(method)
        adapter = self._adapters.get(kind)
        if adapter is None:
            adapter = self._adapters[kind] = TypeAdapter(method.__returning__)
        try:
            return adapter.validate_python(result, context={"bot": bot})
        except ValidationError as exc:
            raise answers.undecodable(exc) from None

    def _publish(self, method: Method, outcome: str, started: float) -> None:
        seconds = perf_counter() - started
        name = method.__api_method__
        self._bus.publish(
            ApiCalled(at=self._clock(), method=name, outcome=outcome, seconds=seconds)
        )


def _limit(seconds: float) -> ClientTimeout:
    return ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)


def _hidden(text: str, token: str) -> str:
    return redact(text.replace(token, "█████"))
