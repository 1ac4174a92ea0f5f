"""What the chat page shows; the bot's side is plain HTTP."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.page.browser import Visitor
from tests.sandbox.plain import Api

pytestmark = pytest.mark.asyncio(loop_scope="package")
PHONE = {"width": 360, "height": 740}
SCRIPT = "<script>document.title = 'stolen'</script>"


async def test_the_page_says_that_everything_is_synthetic(visit: Visitor) -> None:
    page = await visit()

    await expect(page).to_have_title("Telegauge sandbox")
    await expect(page.get_by_text("sandbox · synthetic")).to_be_visible()


async def test_formatting_is_shown_nested_and_after_wide_characters(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    html = "😀 <b>bold <i>both</i></b> <code>x = 1</code><blockquote>said</blockquote>"

    await api.result("sendMessage", chat_id=ann, text=html, parse_mode="HTML")

    bubble = page.locator(".theirs").last
    await expect(bubble.locator("strong")).to_have_text("bold both")
    await expect(bubble.locator("strong em")).to_have_text("both")
    await expect(bubble.locator("code")).to_have_text("x = 1")
    await expect(bubble.locator("blockquote")).to_have_text("said")


async def test_a_spoiler_shows_its_text_after_a_click(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    secret = {"type": "spoiler", "offset": 0, "length": 6}
    await api.result("sendMessage", chat_id=ann, text="secret", entities=[secret])
    hidden = page.get_by_role("button", name="Hidden text, press to show")

    await hidden.click()

    await expect(hidden).to_have_count(0)
    await expect(page.locator(".spoiler.revealed")).to_have_text("secret")


async def test_a_script_in_a_name_stays_text(visit: Visitor, driver: Driver) -> None:
    mallory = await driver.person(SCRIPT)

    page = await visit(mallory)

    await expect(page.locator(".head-text h2")).to_have_text(SCRIPT)
    assert await page.locator("body script").count() == 0
    assert await page.title() != "stolen"


async def test_an_address_that_runs_code_is_no_link(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "javascript:alert(1)"}

    await api.result("sendMessage", chat_id=ann, text="press", entities=[link])

    await expect(page.locator(".theirs")).to_have_count(1)
    assert await page.locator(".theirs a").count() == 0


async def test_progress_edits_change_the_message_in_place(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    sent = await api.result("sendMessage", chat_id=ann, text="0 %")
    bubble = await page.locator(".theirs .bubble").element_handle()

    for done in (30, 60, 100):
        place = {"chat_id": ann, "message_id": sent["message_id"]}
        await api.result("editMessageText", **place, text=f"{done} %")

    await expect(page.locator(".theirs .text")).to_have_text("100 %")
    assert bubble is not None and "100 %" in await bubble.inner_text()


async def test_new_messages_do_not_pull_away_who_reads_further_up(
    visit: Visitor, api: Api, ann: int
) -> None:
    for number in range(25):
        await api.result("sendMessage", chat_id=ann, text=f"line {number}")
    page = await visit(ann)
    scroller = page.locator(".scroller")
    await expect(page.get_by_text("line 24", exact=True).last).to_be_in_viewport()
    await scroller.evaluate("node => { node.scrollTop = 0 }")
    await expect(page.get_by_role("button", name="To the newest message")).to_be_visible()

    await api.result("sendMessage", chat_id=ann, text="the newest")

    await expect(page.locator(".theirs")).to_have_count(26)
    assert await scroller.evaluate("node => node.scrollTop") == 0


async def test_what_the_bot_is_doing_is_shown(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)

    await api.result("sendChatAction", chat_id=ann, action="upload_document")

    await expect(page.get_by_text("Telegauge is sending a file…")).to_be_visible()


async def test_among_many_people_one_is_found_by_name(visit: Visitor, driver: Driver) -> None:
    await asyncio.gather(*(driver.person(f"Person {number}") for number in range(55)))
    page = await visit()

    await page.get_by_label("Find a person or group").fill("person 42")

    await expect(page.locator(".chat-row")).to_have_count(1)


async def test_the_bots_own_pages_are_linked(visit: Visitor, sandbox: Sandbox) -> None:
    page = await visit()

    # The sandbox is there before the bot, and so may a page be that waited for it.
    sandbox.world.link([{"title": "Health", "url": f"{sandbox.url}/health"}])

    link = page.get_by_role("link", name="Health")
    await expect(link).to_have_attribute("href", f"{sandbox.url}/health")


async def test_a_word_on_a_button_is_not_broken_while_there_is_room(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    row = [{"text": text, "callback_data": "x"} for text in ("Space", "Programming languages")]

    await api.result("sendMessage", chat_id=ann, text="?", reply_markup={"inline_keyboard": [row]})

    await expect(page.locator(".key")).to_have_count(2)
    heights = await page.locator(".key-text").evaluate_all("all => all.map(n => n.offsetHeight)")
    assert heights[0] == heights[1]


async def test_a_phone_shows_list_and_conversation_one_after_the_other(
    visit: Visitor, api: Api, ann: int
) -> None:
    await api.result("sendMessage", chat_id=ann, text="w" * 900)
    page = await visit(ann, viewport=PHONE)
    await expect(page.get_by_text("w" * 900).last).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360

    await page.get_by_role("button", name="Back to the list").click()

    await expect(page.locator(".chat-row")).to_be_visible()
    await expect(page.locator("#text")).to_be_hidden()


async def test_a_dark_screen_gets_a_dark_page(visit: Visitor) -> None:
    backgrounds = []
    for scheme in ("light", "dark"):
        page = await visit(color_scheme=scheme)
        backgrounds.append(await page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert backgrounds == ["rgb(255, 253, 249)", "rgb(22, 31, 34)"]


async def test_the_page_catches_up_after_the_line_was_lost(
    visit: Visitor, sandbox: Sandbox, api: Api, ann: int
) -> None:
    page = await visit(ann)
    await sandbox.stop()
    await expect(page.get_by_text("connection lost")).to_be_visible()

    await sandbox.start()
    await api.result("sendMessage", chat_id=ann, text="back again")

    await expect(page.locator(".theirs")).to_contain_text("back again")
    visit.complaints.clear()  # the browser reports the closed connection


async def test_a_full_chat_loses_its_oldest_message(
    visit: Visitor, sandbox: Sandbox, driver: Driver, ann: int
) -> None:
    sandbox.world.messages_kept = 2
    page = await visit(ann)

    for text in ("one", "two"):
        await driver.write(ann, text)

    await expect(page.locator(".log .message .text")).to_have_text(["one", "two"])
    await expect(page.locator(".log .day")).to_have_count(1)
