"""What a person does in the chat page, and that the bot hears of it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import FilePayload, expect

from bot.sandbox.server import Sandbox
from tests.driver import Driver
from tests.sandbox.page.browser import Visitor
from tests.sandbox.page.talk import button, heard, write
from tests.sandbox.plain import Api
from tests.sandbox.samples import attachment, png, silence

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_typed_command_reaches_the_bot_with_its_entity(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)

    await write(page, "/stats now")

    message = await heard(api, "message")
    assert message["text"] == "/stats now" and message["from"]["id"] == ann
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_start_is_offered_in_an_empty_chat(
    visit: Visitor, driver: Driver, api: Api, ann: int
) -> None:
    bob = await driver.person("Bob")
    page = await visit(bob)

    await page.get_by_role("button", name="Start", exact=True).click()

    message = await heard(api, "message")
    assert (message["text"], message["from"]["id"]) == ("/start", bob)


async def test_a_press_reaches_the_bot_and_its_answer_is_shown(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    keyboard = button("More", callback_data="more")
    await api.result("sendMessage", chat_id=ann, text="7 people", reply_markup=keyboard)

    await page.locator(".message").get_by_role("button", name="More", exact=True).click()
    query = await heard(api, "callback_query")
    await api.result("answerCallbackQuery", callback_query_id=query["id"], text="12 people")

    assert query["data"] == "more"
    await expect(page.locator(".toast")).to_have_text("12 people")


async def test_an_alert_stays_until_it_is_read(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    keyboard = button("Limits", callback_data="limits")
    await api.result("sendMessage", chat_id=ann, text="?", reply_markup=keyboard)
    await page.get_by_role("button", name="Limits").click()
    query_id = (await heard(api, "callback_query"))["id"]

    answer = {"callback_query_id": query_id, "text": "Five a day", "show_alert": True}
    await api.result("answerCallbackQuery", **answer)

    await expect(page.get_by_role("dialog")).to_contain_text("Five a day")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_reply_keyboard_writes_its_label(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    keyboard = {"keyboard": [[{"text": "Quiz"}]]}
    await api.result("sendMessage", chat_id=ann, text="What next?", reply_markup=keyboard)

    await page.get_by_role("button", name="Quiz").click()

    assert (await heard(api, "message"))["text"] == "Quiz"


async def test_the_command_menu_is_reached_from_the_keyboard(
    visit: Visitor, api: Api, ann: int
) -> None:
    menu = [{"command": name, "description": f"About {name}"} for name in ("help", "stats")]
    await api.result("setMyCommands", commands=menu)
    page = await visit(ann)
    await page.get_by_role("textbox", name="Message").fill("/s")
    await expect(page.get_by_role("option")).to_have_count(1)

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    assert (await heard(api, "message"))["text"] == "/stats"


async def test_a_chosen_picture_is_sent_as_a_photo(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    picture = FilePayload(name="a.png", mimeType="image/png", buffer=png(40, 30))

    await page.get_by_label("Files to send").set_input_files(picture)
    await write(page, "look")

    message = await heard(api, "message")
    assert message["photo"] and message["caption"] == "look"
    image = page.locator(".own .photo img")
    await expect(image).to_have_js_property("naturalWidth", 40)


async def test_a_vote_reaches_the_bot_and_shows_the_result(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    options = [{"text": "Paris"}, {"text": "Rome"}]
    quiz = {"type": "quiz", "correct_option_id": 1, "is_anonymous": False, "options": options}
    await api.result("sendPoll", chat_id=ann, question="Italy?", **quiz)

    await page.get_by_label("Rome").click()

    assert (await heard(api, "poll_answer"))["option_ids"] == [1]
    await expect(page.locator(".result.right")).to_contain_text("100%")


async def test_a_vote_is_known_after_a_reload_and_not_asked_for_again(
    visit: Visitor, driver: Driver, api: Api, ann: int
) -> None:
    options = [{"text": "Paris"}, {"text": "Rome"}]
    quiz = {"type": "quiz", "correct_option_id": 1, "is_anonymous": False, "options": options}
    sent = await api.result("sendPoll", chat_id=ann, question="Italy?", **quiz)
    await driver.vote(ann, sent, 0)

    page = await visit(ann)

    await expect(page.locator(".result.wrong")).to_contain_text("Paris")
    await expect(page.get_by_role("radio")).to_have_count(0)


async def test_cards_are_drawn(visit: Visitor, api: Api, ann: int) -> None:
    place = {"latitude": 52.52, "longitude": 13.4}
    await api.result("sendContact", chat_id=ann, phone_number="+100", first_name="Bob")
    await api.result("sendLocation", chat_id=ann, **place)
    await api.result("sendVenue", chat_id=ann, title="Office", address="1 High Street", **place)
    thrown = (await api.result("sendDice", chat_id=ann))["dice"]

    page = await visit(ann)

    cards = page.locator(".message .card")
    await expect(cards).to_contain_text(["Bob", "52.52000, 13.40000", "1 High Street"])
    await expect(page.get_by_label(f"🎲 {thrown['value']}")).to_be_visible()


async def test_a_sound_can_be_sought(visit: Visitor, driver: Driver, ann: int) -> None:
    await driver.attach(ann, audio=attachment(silence(60), "song.wav") | {"duration": 60})
    page = await visit(ann)

    await page.get_by_role("button", name="Play").click()
    await page.get_by_label("Position in").fill("40")

    await expect(page.locator(".player .time")).to_contain_text(re.compile("0:4[0-9] / 1:00"))


async def test_an_invoice_is_paid_after_a_question(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    offer = {"title": "Month", "description": "All of it", "payload": "m", "currency": "XTR"}
    prices = [{"label": "Month", "amount": 150}]
    await api.result("sendInvoice", chat_id=ann, prices=prices, **offer)

    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("dialog").get_by_role("button", name="Pay").click()
    query = await heard(api, "pre_checkout_query")
    await api.result("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)

    await expect(page.get_by_text("Paid. Thank you.")).to_be_visible()
    await expect(page.locator(".service").get_by_text("Ann paid 150")).to_be_visible()


async def test_an_invoice_link_says_what_it_costs_and_that_it_goes_on(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    offer = {"title": "Month", "description": "All of it", "payload": "m", "currency": "XTR"}
    prices = [{"label": "Month", "amount": 150}]
    link = await api.result(
        "createInvoiceLink", prices=prices, subscription_period=2_592_000, **offer
    )
    await api.result("sendMessage", chat_id=ann, text="?", reply_markup=button("Buy", url=link))

    await page.get_by_role("button", name="Buy").click()

    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text(["MonthAll of itRenewed every 30 days until"])
    await expect(asked.get_by_role("button", name="Pay 150 ⭐")).to_be_visible()


async def test_an_own_message_is_edited_from_its_menu(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    await page.locator(".own .bubble").click(button="right")

    await page.get_by_role("menuitem", name="Edit").click()
    await write(page, "/help")

    assert (await heard(api, "edited_message"))["text"] == "/help"
    await expect(page.locator(".own .edited")).to_be_visible()


async def test_a_reaction_is_chosen_from_the_menu(visit: Visitor, api: Api, ann: int) -> None:
    page = await visit(ann)
    await page.locator(".own .bubble").click(button="right")

    await page.get_by_role("menuitem", name="React with 🔥").click()

    reaction = await heard(api, "message_reaction")
    assert reaction["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]
    await expect(page.get_by_role("button", name="🔥 1")).to_be_visible()


async def test_who_blocks_the_bot_is_offered_to_unblock_it(
    visit: Visitor, api: Api, ann: int
) -> None:
    page = await visit(ann)
    await page.get_by_role("button", name="More", exact=True).click()

    await page.get_by_role("menuitem", name="Block the bot").click()

    change = await heard(api, "my_chat_member")
    assert change["new_chat_member"]["status"] == "kicked"
    await expect(page.get_by_role("button", name="Unblock the bot")).to_be_visible()


async def test_in_a_group_one_writes_as_any_member(
    visit: Visitor, driver: Driver, api: Api, ann: int
) -> None:
    bob = await driver.person("Bob")
    page = await visit(await driver.group(ann, bob, title="Readers"))

    await page.get_by_label("Writing as").select_option(label="Bob")
    await write(page, "hello")

    messages = [await heard(api, "message")]
    assert (messages[-1]["text"], messages[-1]["from"]["id"]) == ("hello", bob)


async def test_a_new_person_is_made_and_chosen(visit: Visitor, driver: Driver) -> None:
    page = await visit()
    await page.get_by_role("button", name="Add a person").click()

    await page.get_by_label("First name").fill("Zoe")
    await page.get_by_label("Admin of the bot").check()
    await page.get_by_role("button", name="Add", exact=True).click()

    await expect(page.locator(".head-text h2")).to_have_text("Zoe")
    (zoe,) = (await driver.state())["people"]
    assert zoe["is_admin"]


async def test_a_text_that_cannot_be_sent_comes_back(
    visit: Visitor, sandbox: Sandbox, ann: int
) -> None:
    page = await visit(ann)
    await sandbox.stop()

    await write(page, "do not lose me")

    await expect(page.get_by_role("alert").last).to_contain_text("does not answer")
    await expect(page.locator("#text")).to_have_value("do not lose me")
    await visit.leave()  # which ends its tries to connect again; the browser reports each
    visit.complaints.clear()
