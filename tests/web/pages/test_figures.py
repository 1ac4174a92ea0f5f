"""Figures are read at a glance: each on one line, its change with the sign of the number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.analytics.moments import NOON
from tests.web.pages.guest import DESK, PHONE, Guest, drawn

pytestmark = pytest.mark.asyncio(loop_scope="package")

CHANGE = """async ([report, key, before, value]) => {
  const { change } = await import("/dashboard/static/change.js");
  const { turn, size, tone } = change({ key, unit: "stars", value, before }, report);
  return [turn, size, tone];
}"""
# A large figure: on how many lines it stands, and whether its card is as wide.
LONG = """(value) => {
  value.firstChild.nodeValue = "1,212,450\\u00a0★";
  const words = document.createRange();
  words.selectNodeContents(value);
  const card = value.closest(".card").getBoundingClientRect();
  return [words.getClientRects().length, words.getBoundingClientRect().right <= card.right];
}"""
# Whether one would have to scroll.
CUT = "(row) => row.scrollWidth > row.clientWidth"


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        (("revenue", "voluntary", 0, -1_000), [-1, "1,000\u00a0★", "bad"]),
        (("revenue", "contraction", -500, -550), [-1, "10%", "bad"]),
        (("revenue", "failed", -500, -250), [1, "50%", "good"]),
        (("revenue", "refunded", -500, 0), [1, "100%", "good"]),
        (("revenue", "refunds", 0, 100), [1, "100\u00a0★", "bad"]),
        (("revenue", "net", -100, -200), [-1, "100%", "bad"]),
        (("blocks", "net", -5, -10), [-1, "100%", "good"]),
        (("api", "failed", 4, 2), [-1, "50%", "good"]),
    ],
)
async def test_the_arrow_says_which_way_the_number_went_and_the_colour_whether_that_is_good(
    admin: Guest, moved: tuple[Any, ...], told: list[Any]
) -> None:
    page = await admin("", is_drawn=False)

    assert await page.evaluate(CHANGE, list(moved)) == told


async def test_a_figure_stays_on_one_line_within_its_card(admin: Guest) -> None:
    page = await admin("/overview")

    for size in (DESK, PHONE):
        await page.set_viewport_size(size)
        revenue = page.locator(".strip .figure", has_text="Revenue").locator(".value")

        assert await revenue.evaluate(LONG) == [1, True]


async def test_all_reports_of_a_page_are_in_sight(admin: Guest) -> None:
    page = await admin("/audience?only=audience")
    row = page.get_by_role("group", name="Reports of this page")

    await expect(row.get_by_role("button", name="Segments")).to_be_visible()
    assert not await row.evaluate(CUT)


async def test_readings_within_a_minute_are_told_apart(admin: Guest) -> None:
    async def a_second_apart(route: Route) -> None:
        # On a busy machine two may have the same second.
        told = await (await route.fetch()).json()
        for n, point in enumerate(told["points"]):
            point["at"] = (NOON + timedelta(seconds=n)).isoformat()
        await route.fulfill(json=told)

    page = await admin.profile.new_page()
    await page.route("**/trace*", a_second_apart)
    await page.goto(f"{admin.url}/dashboard/alerts")
    await drawn(page)
    readings = page.locator(".chart-card", has=page.get_by_role("heading", name="Readings")).first

    await readings.get_by_role("button", name="Show the table").click()

    times = await readings.locator("tbody th").all_inner_texts()
    assert len(times) > 1
    assert len(set(times)) == len(times)
