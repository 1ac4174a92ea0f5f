"""Fixtures of the sandbox's own tests: a real aiogram bot and somebody who started it."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientSession

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.plain import Api
from tests.sandbox.samples import EVERYTHING
from tests.sandbox.shopkeeper import Shopkeeper


class LoopbackSession(AiohttpSession):
    """Closes at once: the quarter of a second aiogram waits is for TLS, and here is none."""

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()


@pytest.fixture(scope="session")
def unconnected() -> LoopbackSession:
    return LoopbackSession()


@pytest.fixture
async def bot(sandbox: Sandbox, unconnected: LoopbackSession) -> AsyncIterator[Bot]:
    # A copy: a new session reads all the certificates of the world, for connections it never has.
    session = copy.copy(unconnected)
    session.api = TelegramAPIServer.from_base(sandbox.url)
    async with Bot(sandbox.token, session, DefaultBotProperties(parse_mode="HTML")) as one:
        await one.get_updates(allowed_updates=EVERYTHING)
        yield one


@pytest.fixture
async def ann(driver: Driver) -> int:
    number = await driver.person("Ann", language_code="de")
    await driver.write(number, "/start")
    return number


@pytest.fixture
async def bob(driver: Driver) -> int:
    return await driver.person("Bob")


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        yield Api(sandbox, session)


@pytest.fixture
async def shop(api: Api) -> AsyncIterator[Shopkeeper]:
    async with Shopkeeper(api) as one:
        yield one
