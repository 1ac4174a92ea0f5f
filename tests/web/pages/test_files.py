"""What is seen is taken home as a file, and what is loaded is small."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.async_api import Browser, Download, Page, Response

from tests.web.pages.guest import Guest, drawn, guest
from tests.web.pages.place import Place

pytestmark = pytest.mark.asyncio(loop_scope="package")

PNG = b"\x89PNG\r\n\x1a\n"
LIGHTEST_PICTURE = 4_000  # bytes; an empty canvas has less
HEAVIEST = 400_000  # bytes of scripts, styles and the page, as they travel
KINDS = {"document", "script", "stylesheet"}


async def saved(page: Page, button: str, folder: Path) -> tuple[str, bytes]:
    """The file behind the first button of that name: what it is called, what is in it."""
    async with page.expect_download() as coming:
        await page.locator(".chart-card").first.get_by_role("button", name=button).click()
    return await _kept(await coming.value, folder)


async def _kept(download: Download, folder: Path) -> tuple[str, bytes]:
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path.name, path.read_bytes()


async def test_a_chart_is_a_picture_and_a_table(admin: Guest, tmp_path: Path) -> None:
    page = await admin("/revenue?days=7")

    picture, drawn_bytes = await saved(page, "Download as PNG", tmp_path)
    table, text = await saved(page, "CSV", tmp_path)

    assert drawn_bytes.startswith(PNG) and len(drawn_bytes) > LIGHTEST_PICTURE
    assert picture.startswith("telegauge-revenue-") and picture.endswith(".png")
    assert table.startswith("telegauge-revenue-") and table.endswith(".csv")
    head, *rows = csv.reader(text.decode("utf-8-sig").splitlines())
    assert len(rows) == 7
    assert {len(row) for row in rows} == {len(head)}
    assert {"expansion", "contraction", "voluntary churn", "involuntary churn"} <= set(head)


async def test_a_heat_map_is_a_picture_too(admin: Guest, tmp_path: Path) -> None:
    page = await admin("/audience?only=peak")

    async with page.expect_download() as coming:
        await page.locator(".chart-card:has(.heat)").get_by_role("button", name="PNG").click()

    _, content = await _kept(await coming.value, tmp_path)
    assert content.startswith(PNG) and len(content) > LIGHTEST_PICTURE


async def test_a_report_is_a_file_of_the_server(admin: Guest, tmp_path: Path) -> None:
    page = await admin("/revenue?days=7&only=revenue")
    await page.get_by_role("button", name="Files").first.click()

    async with page.expect_download() as coming:
        await page.get_by_role("button", name="PDF").first.click()

    name, content = await _kept(await coming.value, tmp_path)
    assert name.endswith(".pdf") and content.startswith(b"%PDF")


async def test_the_first_load_is_light(browser: Browser, busy: Place) -> None:
    answers: list[Response] = []
    async with guest(browser, busy) as one:
        # No method of a list: Playwright writes into what it calls.
        one.profile.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  as above
        page = await one()
        await drawn(page)
        loaded = [one for one in answers if one.request.resource_type in KINDS]
        sizes = [(await one.request.sizes())["responseBodySize"] for one in loaded]

    assert len(loaded) > 30
    assert min(sizes) > 0
    assert sum(sizes) < HEAVIEST
