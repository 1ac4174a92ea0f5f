"""What fires is dealt with, and rules are made, where both are seen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.web.pages.guest import PHONE, Guest, drawn
from tests.web.pages.place import Place

pytestmark = pytest.mark.asyncio(loop_scope="package")


def card(page: Page, rule: str) -> Locator:
    """What stands about an alert that fires."""
    return page.get_by_role("article", name=rule, exact=True)


def ways(page: Page) -> Locator:
    """What leads to the alerts, beside each page."""
    pages = page.get_by_role("navigation", name="Pages", exact=True)
    return pages.get_by_role("link", name="Alerts")


async def told(busy: Place, rule: str) -> Any:
    """What the API tells of that alert."""
    return next(one for one in (await busy.ask("GET", "alerts"))["firing"] if one["rule"] == rule)


async def form(page: Page, **fields: str) -> Locator:
    """The form of a new rule, with these fields filled."""
    await page.get_by_role("button", name="New rule").click()
    found = page.get_by_role("form", name="A new rule")
    for label, text in fields.items():
        await found.get_by_label(label, exact=True).fill(text)
    return found


async def test_an_alert_is_acknowledged_and_then_silenced(admin: Guest, busy: Place) -> None:
    await busy.fire("NightShift")
    page = await admin("/alerts")
    alert = card(page, "NightShift")
    await expect(alert.get_by_text("First: Buy some more.")).to_be_visible()

    await alert.get_by_role("button", name="Acknowledge").click()

    await expect(alert.get_by_text("Acknowledged by you")).to_be_visible()
    await expect(alert.get_by_role("button", name="Acknowledge")).to_be_hidden()
    await alert.get_by_role("button", name="Silence 1 h").click()
    await expect(alert.get_by_text("Silenced until")).to_be_visible()
    now = await told(busy, "NightShift")
    assert now["acknowledged"]["by"]["name"] == "the admin"
    assert now["silenced_until"] is not None
    await drawn(page)


async def test_every_page_says_how_many_alerts_fire(
    admin: Guest, newcomer: Guest, busy: Place
) -> None:
    await busy.fire("EarlyShift")
    shown, quiet = await admin("/revenue"), await newcomer("/revenue")
    count = len((await busy.ask("GET", "alerts"))["firing"])

    await expect(ways(shown)).to_have_accessible_name(f"Alerts {count} firing")
    await shown.set_viewport_size(PHONE)
    await expect(shown.get_by_role("button", name=f"More {count} firing")).to_be_visible()
    await expect(ways(quiet)).to_have_accessible_name("Alerts")


async def test_a_silence_has_a_reason_and_is_ended(admin: Guest, busy: Place) -> None:
    await busy.fire("LateShift")
    page = await admin("/alerts")
    await page.get_by_role("button", name="Silence LateShift for another time").click()
    dialog = page.get_by_role("dialog", name="Silence LateShift")
    await dialog.get_by_label("Why").fill("<b>moving</b> house")
    await dialog.get_by_role("button", name="Silence", exact=True).click()
    await expect(page.get_by_text("<b>moving</b> house")).to_be_visible()

    await page.get_by_role("button", name="End the silence of").filter(visible=True).last.click()
    await page.get_by_role("dialog").get_by_role("button", name="End it").click()

    await expect(page.get_by_text("<b>moving</b> house")).to_have_count(0)
    assert (await told(busy, "LateShift"))["silenced_until"] is None
    await drawn(page)


async def test_a_length_that_is_none_is_told_beside_its_field(admin: Guest, busy: Place) -> None:
    admin.may_fail = True
    await busy.fire("EarlyShift")
    page = await admin("/alerts")
    await page.get_by_role("button", name="Silence EarlyShift for another time").click()
    dialog = page.get_by_role("dialog", name="Silence EarlyShift")
    await dialog.get_by_label("For how long").select_option("")
    await dialog.get_by_label("How many").fill("many")

    await dialog.get_by_role("button", name="Silence", exact=True).click()

    await expect(dialog.locator("[data-field=seconds] .problem")).to_be_visible()
    await expect(dialog.get_by_label("For how long")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert (await told(busy, "EarlyShift"))["silenced_until"] is None


async def test_a_rule_is_tried_and_stored(admin: Guest, busy: Place) -> None:
    page = await admin("/alerts")
    rule = await form(page, Name="TooQuiet", Series="bot_messages_total", Threshold="5")
    await rule.get_by_label("What is read").select_option("increase")
    await rule.get_by_label("Within", exact=True).fill("1h")
    await rule.get_by_label("Bad when it is").select_option("<")

    await rule.get_by_role("button", name="Preview").click()

    await expect(rule.get_by_text("in the last 7 days")).to_be_visible()
    await expect(rule.get_by_role("img", name="The last 7 days")).to_be_visible()
    await rule.get_by_role("button", name="Store the rule").click()
    await expect(page.get_by_text("TooQuiet is stored")).to_be_visible()
    await expect(page.locator(".rules").get_by_text("TooQuiet")).to_be_visible()
    stored = await busy.ask("GET", "rules/TooQuiet")
    assert stored["definition"]["window"] in {"1h", "3600s"}
    await drawn(page)


async def test_what_is_wrong_with_a_rule_is_told_beside_its_field(
    admin: Guest, busy: Place
) -> None:
    admin.may_fail = True
    page = await admin("/alerts")
    rule = await form(page, Name="Nonsense", Series="bot_moons_total", Threshold="some")

    await rule.get_by_role("button", name="Store the rule").click()

    problem = rule.locator(".problem:visible")
    await expect(problem.first).to_be_visible()
    await expect(rule.locator("[aria-invalid=true]").first).to_be_focused()
    await expect(rule.get_by_label("Threshold", exact=True)).to_have_value("some")
    await rule.get_by_label("Threshold", exact=True).fill("5")
    await rule.get_by_role("button", name="Preview").click()
    await expect(rule.locator("[data-field=series] .problem")).to_be_visible()
    assert "Nonsense" not in str(await busy.ask("GET", "rules"))


async def test_a_name_that_is_taken_or_missing_is_told_at_once(admin: Guest) -> None:
    page = await admin("/alerts")
    rule = await form(page, Name="memoryinuse")

    await rule.get_by_role("button", name="Store the rule").click()
    await expect(rule.locator("[data-field=name] .problem")).to_contain_text("is taken")
    await rule.get_by_label("Name", exact=True).fill("")
    await rule.get_by_role("button", name="Store the rule").click()

    await expect(rule.locator("[data-field=name] .problem")).to_have_text("is missing")


async def test_all_that_a_rule_lacks_is_told_at_once(admin: Guest) -> None:
    admin.may_fail = True
    page = await admin("/alerts")
    rule = await form(page)
    missing = rule.locator(".problem:visible").filter(has_text="is missing")

    await rule.get_by_role("button", name="Preview").click()
    await expect(missing).to_have_count(2)
    await rule.get_by_role("button", name="Store the rule").click()

    await expect(missing).to_have_count(3)
    await expect(rule.get_by_label("Name", exact=True)).to_be_focused()


async def test_a_rule_of_ones_own_is_removed(admin: Guest, busy: Place) -> None:
    await busy.fire("ForOneNight")
    page = await admin("/alerts")
    await page.locator(".rules").get_by_text("ForOneNight").click()

    await page.get_by_role("button", name="Remove", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove it").click()

    await expect(page.locator(".rules").get_by_text("ForOneNight")).to_have_count(0)
    assert "ForOneNight" not in str(await busy.ask("GET", "rules"))
    await drawn(page)


async def test_who_may_only_read_sees_alerts_and_has_nothing_to_press(reader: Guest) -> None:
    page = await reader("/alerts")

    await expect(card(page, "MemoryInUse")).to_be_visible()
    await expect(page.get_by_text("sign in with a token of the scope admin").first).to_be_visible()
    for name in ("Acknowledge", "Silence", "New silence", "New rule"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
