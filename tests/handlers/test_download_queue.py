"""What is picked from an offer becomes a file: over HTTP, with workers and a site of the test."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.analytics.features.downloads import DownloadFailed, DownloadQueued, DownloadSucceeded
from bot.database.engine import Database
from bot.database.feature_tables import sent_files
from bot.downloads.standing import Standing
from bot.downloads.trouble import DownloadError, Trouble
from bot.sandbox.server import Sandbox
from tests.downloads.queue_scene import allowing
from tests.driver import Driver, Json, message_text
from tests.handlers.shop import LINK, PLANS, SONG, Shop, becomes, labels, now, offered, picked
from tests.waiting import until


def files(messages: list[Json]) -> list[str]:
    """What kinds of files a chat has."""
    return [kind for one in messages for kind in ("audio", "video", "document") if kind in one]


async def test_a_press_turns_the_offer_into_a_song(shop: Shop, driver: Driver, ann: int) -> None:
    message = await picked(driver, ann)

    song = await becomes(driver, message, "audio")

    about = {"title": "Song", "performer": "Band", "duration": 60, "file_name": "Song.mp3"}
    assert song["audio"].items() >= about.items()
    assert labels(song) == []
    await until(lambda: [fact for fact in shop.told if isinstance(fact, DownloadSucceeded)])


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("label", "kind", "name"),
    [("🎬 720p", "video", "Song.mp4"), ("💬 German", "document", "Song.de.srt")],
)
async def test_films_and_subtitles_come_as_what_they_are(
    driver: Driver, ann: int, label: str, kind: str, name: str
) -> None:
    message = await picked(driver, ann, label)

    file = await becomes(driver, message, kind)

    assert file[kind]["file_name"] == name
    assert message_text(file).startswith("Song")


@pytest.mark.usefixtures("shop")
async def test_a_text_becomes_a_file_as_well(shop: Shop, driver: Driver, ann: int) -> None:
    shop.shelf.media = replace(SONG, thumbnail=None)

    message = await picked(driver, ann)

    assert await becomes(driver, message, "audio")


async def test_a_press_says_the_place_in_the_queue(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()
    shop.plan = PLANS.plan[1]
    first = await picked(driver, ann)
    await becomes(driver, first, "Downloading")

    second, third = await picked(driver, ann), await picked(driver, ann)

    assert "You are next." in message_text(await now(driver, second))
    assert "1 download is before yours" in message_text(await now(driver, third))


async def test_a_bar_shows_how_far_it_is(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()

    shown = await becomes(driver, await picked(driver, ann), "█")

    assert "█████░░░░░ 50%\n1 byte of 2 byte" in message_text(shown)
    assert labels(shown) == ["Cancel"]


async def test_a_second_press_queues_nothing_more(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()
    message = await picked(driver, ann)

    data = f"download:pick:{number_of(message)}:mp3:192k"
    again = await driver.press(ann, message, data=data, forged=True)

    assert again
    assert again["text"] == "This is in the queue already."
    assert len([fact for fact in shop.told if isinstance(fact, DownloadQueued)]) == 1


def number_of(message: Json) -> int:
    """The number that an offer's buttons carry."""
    first = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    return int(first.split(":")[2])


@pytest.mark.usefixtures("shop")
async def test_the_same_again_comes_at_once_without_a_download(
    shop: Shop, driver: Driver, ann: int
) -> None:
    await becomes(driver, await picked(driver, ann), "audio")

    message = await offered(driver, ann)
    answer = await driver.press(ann, message, "🎵 mp3 192k · 1.5 MB")
    song = await becomes(driver, message, "audio")

    assert answer
    assert "I have this file already" in answer["text"]
    assert song["audio"]["title"] == "Song"
    assert len(shop.site.begun) == 1


@pytest.mark.parametrize("data", ["exe:1", "mp3:999k", "::", "srt:../../etc"])
async def test_a_forged_choice_queues_nothing(
    shop: Shop, driver: Driver, ann: int, data: str
) -> None:
    message = await offered(driver, ann)
    forged = f"download:pick:{number_of(message)}:{data}"

    answer = await driver.press(ann, message, data=forged, forged=True)

    assert answer
    assert not [fact for fact in shop.told if isinstance(fact, DownloadQueued)]
    assert await now(driver, message) == message


@pytest.mark.parametrize("step", ["pick", "cancel"])
async def test_other_people_s_offers_are_not_to_be_pressed(
    shop: Shop, driver: Driver, ann: int, step: str
) -> None:
    bob = await driver.person("Bob", language_code="en")
    group = await driver.group(ann, bob)
    message = await offered(driver, ann, f"/download {LINK}", chat=group)
    data = f"download:{step}:{number_of(message)}:mp3:192k"

    answer = await driver.press(bob, message, data=data, forged=True)

    assert answer
    assert "Only whoever asked for this can press here" in answer["text"]
    assert await now(driver, message) == message
    assert not [fact for fact in shop.told if isinstance(fact, DownloadQueued)]


@pytest.mark.usefixtures("shop")
async def test_an_offer_that_is_gone_asks_for_the_link(driver: Driver, ann: int) -> None:
    message = await offered(driver, ann)

    answer = await driver.press(ann, message, data="download:pick:999:mp3:192k", forged=True)

    assert answer
    assert answer["text"] == "This is over. Please send me the link again."


async def test_the_plan_s_figures_are_told(shop: Shop, driver: Driver, ann: int) -> None:
    shop.site.gate.clear()
    shop.plan = allowing(PLANS.free, waiting=1)
    await picked(driver, ann)
    message = await offered(driver, ann)

    answer = await driver.press(ann, message, "🎵 mp3 192k · 1.5 MB")

    assert answer
    assert "Your plan Free has 1 download at a time" in answer["text"]
    assert answer["show_alert"]


async def test_a_day_that_is_full_says_when_there_is_room(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.plan = allowing(PLANS.free, a_day=1)
    await becomes(driver, await picked(driver, ann), "audio")
    message = await offered(driver, ann)

    answer = await driver.press(ann, message, "🎬 720p")

    assert answer
    assert "has 1 download in 24 hours. The next is possible in" in answer["text"]
    assert "/plan" in answer["text"]


async def test_a_failure_is_told_with_the_limit_of_the_plan(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.problems = [DownloadError(Trouble.too_large, "20")]

    shown = await becomes(driver, await picked(driver, ann), "✖️")

    assert "larger than 20 MB, the most on your plan Free" in message_text(shown)
    assert labels(shown) == []


async def test_a_failure_that_may_pass_is_tried_again_and_offers_another_try(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.problems = [DownloadError(Trouble.site), DownloadError(Trouble.site)]

    failed = await becomes(driver, await picked(driver, ann), "✖️")
    await driver.press(ann, failed, "Try again")

    assert "The site has a fault now" in message_text(failed)
    assert await becomes(driver, failed, "What would you like?")
    assert len(shop.site.begun) == 2


async def test_a_message_that_was_deleted_gets_no_file(
    sandbox: Sandbox, shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    message = await picked(driver, ann)
    await until(lambda: shop.site.begun)
    del sandbox.world.chats[ann].messages[message["message_id"]]

    shop.site.gate.set()
    await until(lambda: [fact for fact in shop.told if isinstance(fact, DownloadFailed)])

    assert files(await driver.messages(ann)) == []


async def test_telegram_s_429_holds_progress_back_and_the_file_comes_once(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    message = await offered(driver, ann)
    await driver.fault("editMessageCaption", "status", status=429, retry_after=1, times=2)
    await driver.press(ann, message, "🎵 mp3 192k · 1.5 MB")
    await until(lambda: shop.site.begun)
    shop.site.gate.set()

    await becomes(driver, message, "audio")

    assert files(await driver.messages(ann)) == ["audio"]


async def test_a_broken_upload_is_repeated_in_place(shop: Shop, driver: Driver, ann: int) -> None:
    message = await offered(driver, ann)
    await driver.fault("editMessageMedia", "status", status=502, times=1)
    await driver.press(ann, message, "🎵 mp3 192k · 1.5 MB")

    await becomes(driver, message, "audio")

    assert files(await driver.messages(ann)) == ["audio"]
    assert len(shop.site.begun) == 1


async def test_whoever_is_overtaken_reads_the_new_place(
    shop: Shop, sqlite: Database, driver: Driver, ann: int
) -> None:
    shop.site.gate.clear()
    clara, ben = [await driver.person(name, language_code="en") for name in ("Clara", "Ben")]
    await becomes(driver, await picked(driver, ann), "Downloading")
    hers = await becomes(driver, await picked(driver, clara), "You are next.")
    shop.plan = PLANS.plan[2]
    await becomes(driver, await picked(driver, ben), "You are next.")

    await Standing(sqlite, shop.courier).refresh()

    assert "1 download is before yours" in message_text(await now(driver, hers))


async def test_a_known_file_over_the_plan_s_limit_is_refused_though_the_site_tells_no_size(
    shop: Shop, sqlite: Database, driver: Driver, ann: int
) -> None:
    await becomes(driver, await picked(driver, ann, "🎬 720p"), "video")
    async with sqlite.write("test") as connection:
        await connection.execute(update(sent_files).values(size_bytes=30_000_000))
    message = await offered(driver, ann)

    answer = await driver.press(ann, message, "🎬 720p")

    assert answer
    assert "larger than 20 MB, the most on your plan Free" in answer["text"]
    assert "video" not in await now(driver, message)
