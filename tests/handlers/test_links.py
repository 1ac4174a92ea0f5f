"""What a link becomes: an offer with its picture and locks, or a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.analytics.features.downloads import LinkRefused
from bot.downloads.media import Choice, Offer
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan
from tests.driver import Driver, message_text
from tests.handlers.shop import LINK, MP4, PLANS, SONG, Shop, becomes, labels, offered


@pytest.mark.usefixtures("shop")
async def test_a_link_becomes_an_offer_with_its_picture(driver: Driver, ann: int) -> None:
    message = await offered(driver, ann)

    assert message_text(message).startswith("Song\nBand · Site · 1 min")
    assert message["photo"][0]["width"] == 320
    assert labels(message) == ["🎵 mp3 192k · 1.5 MB", "🎬 720p", "💬 German", "Cancel"]


@pytest.mark.parametrize("picture", [None, b"no picture"])
async def test_without_a_good_picture_the_offer_is_a_text(
    shop: Shop, driver: Driver, ann: int, picture: bytes | None
) -> None:
    shop.shelf.media = replace(SONG, thumbnail=picture)

    message = await offered(driver, ann)

    assert "photo" not in message
    assert message["text"].startswith("Song\n")


@pytest.mark.usefixtures("shop")
async def test_an_offer_is_shown_when_telegram_is_back(driver: Driver, ann: int) -> None:
    await driver.fault("editMessageMedia", "status", status=502, times=2)

    message = await offered(driver, ann)

    assert labels(message)[0] == "🎵 mp3 192k · 1.5 MB"


@pytest.mark.usefixtures("shop")
async def test_an_offer_that_cannot_be_shown_is_told_and_can_be_tried_again(
    driver: Driver, ann: int
) -> None:
    await driver.fault("editMessageMedia", "status", status=502, times=3)

    failed = await driver.say(ann, LINK, "went wrong on our side")
    await driver.press(ann, failed, "Try again")

    assert await becomes(driver, failed, "What would you like?")


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_every_trouble_with_a_link_is_one_sentence_and_a_fact(
    shop: Shop, driver: Driver, ann: int, trouble: Trouble
) -> None:
    shop.shelf.problem = DownloadError(trouble)

    answer = await driver.say(ann, LINK, "✖️")

    assert message_text(answer).endswith((".", "offer."))
    assert [one.error for one in shop.told if isinstance(one, LinkRefused)] == [trouble]


async def test_what_offers_nothing_is_unsupported(shop: Shop, driver: Driver, ann: int) -> None:
    shop.shelf.media = replace(SONG, offers=())

    await driver.say(ann, LINK, "I find nothing to hear or see")

    assert [one.error for one in shop.told if isinstance(one, LinkRefused)] == ["unsupported"]


async def test_a_bug_is_told_and_counted_and_the_next_link_works(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.shelf.problem = ZeroDivisionError()
    await driver.say(ann, LINK, "went wrong on our side")
    shop.shelf.problem = None

    await offered(driver, ann)

    assert "ErrorRaised" in [type(fact).__name__ for fact in shop.told]


@pytest.mark.parametrize(
    ("media", "told"),
    [
        ({"duration_seconds": 7200}, "longer than 15 min, the most on your plan Free"),
        (
            {"offers": (Offer(choice=MP4, size_bytes=30_000_000),)},
            "larger than 20 MB, the most on your plan Free",
        ),
    ],
)
async def test_a_lock_tells_the_limit_of_the_plan_and_the_way_out(
    shop: Shop, driver: Driver, ann: int, media: dict[str, Any], told: str
) -> None:
    shop.shelf.media = replace(SONG, **media)
    message = await offered(driver, ann)

    answer = await driver.press(ann, message, labels(message)[0])

    assert labels(message)[0].startswith("🔒")
    assert "🔒 is over a limit; press it" in message_text(message)
    assert answer
    assert told in answer["text"]
    assert answer["text"].endswith("/plan shows what other plans offer.")


async def test_a_lock_opens_with_a_better_plan(shop: Shop, driver: Driver, ann: int) -> None:
    shop.shelf.media = replace(SONG, offers=(Offer(choice=MP4, size_bytes=30_000_000),))
    message = await offered(driver, ann)
    better: Plan = PLANS.plan[1]
    shop.plan = better

    await driver.press(ann, message, labels(message)[0])

    assert await becomes(driver, message, "video")


async def test_a_hostile_title_is_shown_as_it_is_and_cut(
    shop: Shop, driver: Driver, ann: int
) -> None:
    title = "<b>&lt;\u202egnp.exe\n\x00" + "x" * 5000
    tag = "<i>" + "y" * 17
    offers = (Offer(choice=Choice(format="srt", quality="x-y")),)
    shop.shelf.media = replace(SONG, title=title, performer=tag * 99, site=tag, offers=offers)

    message = await offered(driver, ann)

    first, second, *_ = message_text(message).splitlines()
    assert first.startswith("<b>&lt;gnp.exe xxx")
    assert len(first) == 150
    assert len(second) < 150


async def test_germans_are_answered_in_german_numbers(shop: Shop, driver: Driver) -> None:
    eva = await driver.person("Eva", language_code="de")
    shop.shelf.media = replace(SONG, duration_seconds=90)

    await driver.write(eva, LINK)
    message = await driver.wait_for(eva, "1 Min. 30 Sek.")

    assert labels(message)[0] == "🎵 mp3 192k · 1,5 MB"
    assert labels(message)[2] == "💬 Deutsch"
