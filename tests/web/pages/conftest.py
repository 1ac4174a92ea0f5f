"""Fixtures: a browser, a bot with three weeks behind it and a new one, once for all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.tokens import Scope
from tests.sandbox.page.browser import chromium
from tests.waiting import PATIENCE
from tests.web.pages.guest import Guest, guest
from tests.web.pages.place import Place, place, stock

USUAL_MS = 5_000


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1_000)
    async with chromium() as profile:
        assert profile.browser is not None
        yield profile.browser
    expect.set_options(timeout=USUAL_MS)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def busy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """It has invented people, an alert that fires, an error and a rule of its own."""
    path = tmp_path_factory.mktemp("busy") / "bot.db"
    await stock(path)
    async with place(path) as one:
        await one.trouble()
        yield one


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def calm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Nobody has written to it."""
    async with place(tmp_path_factory.mktemp("calm") / "bot.db") as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def admin(browser: Browser, busy: Place) -> AsyncIterator[Guest]:
    async with guest(browser, busy) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def reader(browser: Browser, busy: Place) -> AsyncIterator[Guest]:
    async with guest(browser, busy, Scope.READ) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def stranger(browser: Browser, busy: Place) -> AsyncIterator[Guest]:
    """Nobody is signed in."""
    async with guest(browser, busy, None) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def newcomer(browser: Browser, calm: Place) -> AsyncIterator[Guest]:
    """An admin of a bot that nobody has written to."""
    async with guest(browser, calm) as one:
        yield one
