"""/queue, and taking things back: over HTTP, with workers and a site of the test."""

from __future__ import annotations

import pytest

from bot.analytics.features.downloads import DownloadFailed, DownloadSucceeded
from tests.driver import Driver, message_text
from tests.handlers.shop import LINK, PLANS, Shop, becomes, labels, now, offered, picked
from tests.waiting import until


async def test_an_offer_can_be_cancelled(shop: Shop, driver: Driver, ann: int) -> None:
    message = await offered(driver, ann)

    await driver.press(ann, message, "Cancel")

    shown = await now(driver, message)
    assert (message_text(shown), labels(shown)) == ("✖️ Cancelled.", [])
    assert not [fact for fact in shop.told if isinstance(fact, DownloadFailed)]


async def test_what_waits_can_be_cancelled(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()
    await becomes(driver, await picked(driver, ann), "Downloading")
    second = await picked(driver, ann)
    await becomes(driver, second, "You are next")

    await driver.press(ann, second, "Cancel")

    shown = await becomes(driver, second, "✖️ Cancelled.")
    assert "Song" in message_text(shown)
    assert [one.error for one in shop.told if isinstance(one, DownloadFailed)] == ["cancelled"]


async def test_what_runs_can_be_cancelled_by_whoever_asked(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    bob = await driver.person("Bob", language_code="en")
    group = await driver.group(ann, bob)
    message = await offered(driver, ann, f"/download {LINK}", chat=group)
    await driver.press(ann, message, "🎬 720p")
    running = await becomes(driver, message, "Downloading")

    theirs = await driver.press(bob, running, "Cancel")
    mine = await driver.press(ann, running, "Cancel")

    assert theirs and mine
    assert "Only whoever asked" in theirs["text"]
    assert mine["text"] == "I am stopping it."
    assert labels(await becomes(driver, message, "✖️ Cancelled.")) == []


async def test_queue_lists_what_waits_with_its_place_and_priority(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    await becomes(driver, await picked(driver, ann), "Downloading")
    await picked(driver, ann, "💬 German")

    answer = await driver.say(ann, "/queue", "Your downloads")

    assert message_text(answer).splitlines()[1:] == [
        "1. Song · 🎵 192 kbit/s",
        "▶️ running now",
        "2. Song · 💬 de",
        "⏳ place 1 in the queue · low priority",
    ]
    assert labels(answer) == ["Cancel 1", "Cancel 2"]


async def test_queue_cancels_and_shows_the_rest(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()
    await becomes(driver, await picked(driver, ann), "Downloading")
    second = await picked(driver, ann)
    shown = await driver.say(ann, "/queue", "Your downloads")

    await driver.press(ann, shown, "Cancel 2")

    assert labels(await now(driver, shown)) == ["Cancel 1"]
    assert await becomes(driver, second, "✖️ Cancelled.")


@pytest.mark.usefixtures("shop")
async def test_an_empty_queue_says_so(driver: Driver, ann: int) -> None:
    answer = await driver.say(ann, "/queue")

    assert "no downloads in the queue" in message_text(answer)


async def test_a_group_does_not_see_what_somebody_downloads_elsewhere(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    group = await driver.group(ann)
    await picked(driver, ann)

    answer = await driver.say(ann, "/queue", chat=group)

    assert "no downloads in the queue" in message_text(answer)


async def test_nobody_cancels_from_other_people_s_lists(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    bob = await driver.person("Bob", language_code="en")
    group = await driver.group(ann, bob)
    message = await offered(driver, ann, f"/download {LINK}", chat=group)
    await driver.press(ann, message, "🎬 720p")
    shown = await driver.say(ann, "/queue", "Your downloads", chat=group)

    answer = await driver.press(bob, shown, "Cancel 1")

    assert answer
    assert "Only whoever asked" in answer["text"]
    assert await now(driver, shown) == shown


async def test_a_priority_is_named_by_the_plan(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()
    shop.plan = PLANS.plan[2]
    await becomes(driver, await picked(driver, ann), "Downloading")
    await picked(driver, ann)

    answer = await driver.say(ann, "/queue")

    assert "place 1 in the queue · high priority" in message_text(answer)


async def test_a_list_that_is_old_says_that_the_file_came_and_shows_what_is_left(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    message = await picked(driver, ann)
    await becomes(driver, message, "Downloading")
    shown = await driver.say(ann, "/queue", "Your downloads")
    shop.site.gate.set()
    await becomes(driver, message, "audio")
    await until(lambda: [one for one in shop.told if isinstance(one, DownloadSucceeded)])

    answer = await driver.press(ann, shown, "Cancel 1")

    assert answer
    assert answer["text"] == "The file has come already."
    assert "no downloads in the queue" in message_text(await now(driver, shown))


async def test_a_list_that_is_old_says_that_a_download_is_over(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    message = await becomes(driver, await picked(driver, ann), "Downloading")
    shown = await driver.say(ann, "/queue", "Your downloads")
    await driver.press(ann, message, "Cancel")
    await until(lambda: [one for one in shop.told if isinstance(one, DownloadFailed)])

    answer = await driver.press(ann, shown, "Cancel 1")

    assert answer
    assert answer["text"] == "This is over already."
    assert labels(await now(driver, shown)) == []


async def test_a_cancel_from_the_list_says_what_happens(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    await becomes(driver, await picked(driver, ann), "Downloading")
    shown = await driver.say(ann, "/queue", "Your downloads")

    answer = await driver.press(ann, shown, "Cancel 1")

    assert answer
    assert answer["text"] == "I am stopping it."
    assert labels(await now(driver, shown)) == []
