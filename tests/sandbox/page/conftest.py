"""Fixtures of the page: all live in one event loop, because the browser outlives a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import BrowserContext

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.page.browser import Visitor, chromium
from tests.sandbox.page.talk import heard
from tests.sandbox.plain import Api
from tests.sandbox.samples import EVERYTHING


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def profile() -> AsyncIterator[BrowserContext]:
    async with chromium() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def sandbox() -> AsyncIterator[Sandbox]:
    server = Sandbox()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="package")
async def driver(sandbox: Sandbox) -> AsyncIterator[Driver]:
    async with Driver(sandbox.url) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        one = Api(sandbox, session)
        await one.result("getUpdates", allowed_updates=[*EVERYTHING, "callback_query"])
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def ann(driver: Driver, api: Api) -> int:
    number = await driver.person("Ann")
    await driver.write(number, "/start")
    await heard(api, "message")
    return number


@pytest_asyncio.fixture(loop_scope="package")
async def visit(profile: BrowserContext, sandbox: Sandbox) -> AsyncIterator[Visitor]:
    visitor = Visitor(profile, sandbox.url)
    yield visitor
    await visitor.leave()
    assert visitor.complaints == []
