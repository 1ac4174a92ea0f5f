"""Charts draw time: a day by its hours, one time as a bar with its number, and gaps as gaps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.clock import utc_now
from tests.web.pages.guest import Guest, drawn
from tests.web.pages.place import DAYS

pytestmark = pytest.mark.asyncio(loop_scope="package")

HOURS = 24
YEAR = 365
MESSAGES = ".slot.wide canvas"
DRAWN = """(canvas) => {
  const { config, data } = Chart.getChart(canvas);
  const lines = Object.fromEntries(data.datasets.map((one) => [one.label, one.data]));
  return { type: config.type, lines };
}"""
# Whatever is written on a canvas.
LISTEN = """() => {
  globalThis.said = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
    globalThis.said.push(text);
    return fillText.call(this, text, ...where);
  };
}"""
# Where a small line begins, in percent of its width.
BEGINS = "(all) => all.map((one) => Number(/M([0-9.]+)/.exec(one.getAttribute('d'))[1]))"


async def shown(page: Page, canvas: str = MESSAGES) -> Any:
    return await page.locator(canvas).evaluate(DRAWN)


async def test_one_day_is_drawn_by_its_hours_and_the_day_before_beside_it(admin: Guest) -> None:
    yesterday = (utc_now() - timedelta(days=1)).date()

    page = await admin(f"?from={yesterday}&to={yesterday}")

    lines = (await shown(page))["lines"]
    assert [*lines] == ["Messages", "Before"]
    assert [len(one) for one in lines.values()] == [HOURS, HOURS]
    assert None not in [*lines["Messages"], *lines["Before"]]


async def test_a_day_long_ago_is_asked_for_whole_because_its_hours_may_be_gone(
    admin: Guest,
) -> None:
    day = (utc_now() - timedelta(days=20)).date()
    page = await admin(is_drawn=False)

    async with page.expect_request(f"**/timeline?first_day={day}&last_day={day}"):
        await page.goto(f"{admin.url}/dashboard/conversations?only=timeline&from={day}&to={day}")


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/conversations?only=timeline&days=2", "**/timeline?days=2&interval=hourly"),
        ("/features?only=downloads&days=1", "**/downloads?days=1&interval=hourly"),
        ("/health?only=errors&days=1", "**/errors?days=1&interval=hourly"),
        ("/health?only=errors&days=1&interval=daily", "**/errors?days=1&interval=daily"),
        ("/revenue?only=revenue&days=1", "**/revenue?days=1"),
    ],
)
async def test_hours_are_asked_for_wherever_a_report_has_them(
    admin: Guest, path: str, question: str
) -> None:
    page = await admin(is_drawn=False)

    async with page.expect_request(question):
        await page.goto(f"{admin.url}/dashboard{path}")

    await drawn(page)


async def test_one_time_is_a_bar_with_its_number_and_many_are_a_line(admin: Guest) -> None:
    page = await admin("/health?only=daily&days=7")
    assert (await shown(page, "canvas >> nth=0"))["type"] == "line"
    await page.evaluate(LISTEN)

    await page.get_by_role("button", name="1d").click()

    await drawn(page)
    day = await shown(page, "canvas >> nth=0")
    assert (day["type"], len(day["lines"]["Active"])) == ("bar", 1)
    await page.wait_for_function(
        "(text) => said.includes(text)", arg=f"{day['lines']['Active'][0]}"
    )
    await page.get_by_role("button", name="7d").click()
    await drawn(page)
    assert (await shown(page, "canvas >> nth=0"))["type"] == "line"


async def test_what_moved_in_a_single_day_stands_side_by_side(admin: Guest) -> None:
    page = await admin("/revenue?only=revenue&days=1")

    stacked = "(canvas) => Boolean(Chart.getChart(canvas).options.scales.y.stacked)"
    assert not await page.locator("canvas").first.evaluate(stacked)


async def test_a_time_before_that_is_not_known_is_not_in_the_legend(admin: Guest) -> None:
    page = await admin(f"?days={DAYS + 9}")

    assert [*(await shown(page))["lines"]] == ["Messages"]
    await expect(page.locator(".slot.wide .legend-item")).to_have_count(0)


async def test_before_the_records_there_is_a_gap_in_a_chart_and_in_its_small_lines(
    admin: Guest,
) -> None:
    page = await admin(f"?days={YEAR}")

    messages = (await shown(page))["lines"]["Messages"]
    first = next(at for at, count in enumerate(messages) if count is not None)
    assert (len(messages), YEAR - first) in {(YEAR, DAYS), (YEAR, DAYS + 1)}
    begins = await page.locator(".spark-line").evaluate_all(BEGINS)
    assert len(begins) == 4
    assert begins == [pytest.approx(100 * first / (YEAR - 1), abs=0.1)] * 4


async def test_a_bot_that_nobody_wrote_to_has_no_empty_axes(newcomer: Guest) -> None:
    page = await newcomer()

    await expect(page.locator(".slot.wide .chart-body > .nothing")).to_have_text(
        "No numbers are known."
    )
    await expect(page.locator(MESSAGES)).to_be_hidden()
