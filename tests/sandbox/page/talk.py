"""Short words for both sides of a conversation: the bot's over HTTP, the person's in the page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from tests.sandbox.plain import Api

Json = dict[str, Any]


async def heard(api: Api, kind: str) -> Json:
    """The next update of that kind; all up to it are confirmed."""
    offset = 0
    while True:
        updates = await api.result("getUpdates", offset=offset, timeout=10)
        assert updates, f"no {kind} came"
        for update in updates:
            offset = update["update_id"] + 1
            if kind in update:
                await api.result("getUpdates", offset=offset)
                found: Json = update[kind]
                return found


async def write(page: Page, text: str) -> None:
    """Type into the composer and send."""
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.keyboard.press("Enter")


def button(text: str, **action: Any) -> Json:
    """An inline keyboard of one button."""
    return {"inline_keyboard": [[{"text": text, **action}]]}
