"""What people call themselves and their chats is text on every page, whatever stands in it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.web.dashboard.pages import PAGES
from tests.waiting import until
from tests.web.pages.guest import PHONE, PRESS, WIDER, drawn, guest
from tests.web.pages.place import Place, place

pytestmark = pytest.mark.asyncio(loop_scope="package")

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TURNED = "\u202egnirts\u2066 \u05d0\u05d1\u05d2"
LONG = "W" * 1_000
FOREIGN = "img[src='x'], main script, [onerror]"


@pytest_asyncio.fixture(loop_scope="package")
async def town(tmp_path: Path) -> AsyncIterator[Place]:
    """A bot whose people have such names."""
    async with place(tmp_path / "bot.db") as one:
        yield one


async def arrive(town: Place) -> None:
    """They write in groups that are called like them; the sandbox's own people are not so bold."""
    for number, name in enumerate((LONG, TURNED, MARKUP), start=1):
        chat = {"id": -number, "type": "supergroup", "title": name}
        person = {"id": number, "is_bot": False, "first_name": name, "language_code": "en"}
        said = {"message_id": 1, "date": int(time.time()), "chat": chat, "from": person}
        await town.driver.update({"message": said | {"text": name}})
    await until(lambda: town.app.core.online.people() >= number)
    await town.settle()


async def check_words(page: Page, *, are_named: bool) -> None:
    """All of it is text, stays within the page, and turns nothing round."""
    await page.get_by_role("button", name="Show the table").evaluate_all(PRESS)
    assert await page.locator(FOREIGN).count() == 0
    assert not {"\u202e", "\u2066"} & set(await page.locator("body").inner_text())
    assert not await page.evaluate(WIDER)
    if are_named:
        await expect(page.get_by_role("main").get_by_text(MARKUP).first).to_be_visible()


async def test_hostile_names_are_text_on_every_page(browser: Browser, town: Place) -> None:
    dialogs: list[str] = []
    async with guest(browser, town, viewport=PHONE) as one:
        page = await one("/live")
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        await expect(page.locator(".live-card .pill").first).to_have_text("Live")
        await arrive(town)
        await expect(page.locator(".fact").filter(has_text=MARKUP).first).to_be_visible()
        await check_words(page, are_named=True)
        for name in [one.name for one in PAGES if one.name != "live"]:
            await page.goto(f"{one.url}/dashboard/{name}?days=1")
            await drawn(page)
            await check_words(page, are_named=name in {"overview", "conversations"})
    assert dialogs == []
