"""Fixtures: one browser for all tests, a fresh client for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import BrowserContext

from tests.sandbox.page.browser import chromium
from tests.web.telegram_js.client import KEEPS_NOTHING, Client, client


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def profile() -> AsyncIterator[BrowserContext]:
    async with chromium() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def telegram(profile: BrowserContext) -> AsyncIterator[Client]:
    async with client(profile, "127.0.0.1") as one:
        yield one


@pytest_asyncio.fixture(loop_scope="package")
async def strict_telegram(profile: BrowserContext) -> AsyncIterator[Client]:
    """Its browser lets frames of other sites keep nothing."""
    async with client(profile, "localhost") as one:
        await one.page.add_init_script(KEEPS_NOTHING)
        yield one
