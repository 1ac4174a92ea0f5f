"""/download and bare links: what is looked at, what is offered, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.analytics.features.downloads import LinkRefused
from bot.database.engine import Database
from bot.downloads.media import Choice, Offer
from bot.downloads.trouble import DownloadError, Trouble
from bot.plans import Plan
from bot.sandbox.server import Sandbox
from tests.driver import Driver, message_text
from tests.handlers.shop import LINK, MP4, PLANS, SONG, Shop, becomes, labels, now, offered
from tests.waiting import until


@pytest.fixture
async def shop(sandbox: Sandbox, sqlite: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    one = Shop(sandbox, sqlite, tmp_path)
    async with one.open():
        yield one


@pytest.fixture
async def ann(driver: Driver) -> int:
    return await driver.person("Ann", language_code="en")


@pytest.mark.usefixtures("shop")
async def test_a_link_becomes_an_offer_with_its_picture(driver: Driver, ann: int) -> None:
    message = await offered(driver, ann)

    assert message_text(message).startswith("Song\nBand · Site · 1 min")
    assert message["photo"][0]["width"] == 320
    assert labels(message) == ["🎵 192k · 1.5 MB", "🎬 720p", "💬 German", "Cancel"]


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

    assert labels(message)[0] == "🎵 192k · 1.5 MB"


@pytest.mark.usefixtures("shop")
async def test_an_offer_that_cannot_be_shown_is_told_and_can_be_tried_again(
    driver: Driver, ann: int
) -> None:
    await driver.fault("editMessageMedia", "status", status=502, times=3)

    failed = await driver.say(ann, LINK, "went wrong on our side")
    await driver.press(ann, failed, "Try again")

    assert await becomes(driver, failed, "What would you like?")


@pytest.mark.parametrize(
    "text", [f"/download {LINK}", f"/DOWNLOAD {LINK} please", f"listen: {LINK}"]
)
async def test_links_are_found_in_many_forms(
    shop: Shop, driver: Driver, ann: int, text: str
) -> None:
    await offered(driver, ann, text)

    assert shop.shelf.looked == [LINK]


async def test_a_question_about_a_link_is_left_to_others(
    shop: Shop, driver: Driver, ann: int
) -> None:
    question = f"What do you think about this, and is it any good at all? {LINK}"

    await driver.say(ann, question, "I only understand commands")

    assert shop.shelf.looked == []


async def test_groups_have_to_say_download(shop: Shop, driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    await driver.write(ann, LINK, chat=group)
    await offered(driver, ann, f"/download {LINK}", chat=group)

    assert shop.shelf.looked == [LINK]


@pytest.mark.usefixtures("shop")
async def test_download_in_answer_to_a_link_takes_that_link(driver: Driver, ann: int) -> None:
    bob = await driver.person("Bob")
    group = await driver.group(ann, bob)
    written = await driver.write(bob, f"nice: {LINK}", chat=group)

    message = await offered(driver, ann, "/download", chat=group, reply_to=written["message_id"])

    assert "Song" in message_text(message)


@pytest.mark.usefixtures("shop")
async def test_download_alone_says_how_to_use_it(driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    private = await driver.say(ann, "/download")
    public = await driver.say(ann, "/download", chat=group)

    assert "Send me a link" in message_text(private)
    assert "Write the link behind /download" in message_text(public)


@pytest.mark.parametrize("text", ["rain", "ftp://site.example/1", "file:///etc/passwd"])
async def test_what_is_no_link_is_told_what_a_link_is(
    shop: Shop, driver: Driver, ann: int, text: str
) -> None:
    answer = await driver.say(ann, f"/download {text}")

    assert "should begin with https://" in message_text(answer)
    assert [one.error for one in shop.told if isinstance(one, LinkRefused)] == ["unsupported"]


@pytest.mark.usefixtures("shop")
async def test_an_anonymous_admin_is_asked_for_a_name(driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    answer = await driver.say(ann, f"/download {LINK}", chat=group, anonymous=True)

    assert "under your own name" in message_text(answer)


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


async def test_a_passing_trouble_can_be_tried_again_with_a_button(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.shelf.problem = DownloadError(Trouble.network)
    failed = await driver.say(ann, LINK, "cannot be reached")
    shop.shelf.problem = None

    await driver.press(ann, failed, "Try again")
    message = await becomes(driver, failed, "What would you like?")

    assert labels(message)[0] == "🎵 192k · 1.5 MB"


async def test_only_whoever_asked_can_try_again(shop: Shop, driver: Driver, ann: int) -> None:
    bob = await driver.person("Bob", language_code="en")
    group = await driver.group(ann, bob)
    shop.shelf.problem = DownloadError(Trouble.network)
    failed = await driver.say(ann, f"/download {LINK}", "cannot be reached", chat=group)

    answer = await driver.press(bob, failed, "Try again")

    assert answer
    assert answer["text"] == "Only whoever asked for this can press here."


async def test_while_one_link_is_looked_at_the_bot_answers_all_else(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.shelf.gate.clear()
    bob = await driver.person("Bob", language_code="en")
    await driver.say(ann, LINK, "Looking at the link")

    await driver.say(ann, "/queue", "no downloads")
    second = await driver.say(ann, LINK, "still looking")
    other = await driver.say(bob, LINK, "Looking at the link")

    assert "Wait for it, or cancel it" in message_text(second)
    assert labels(other) == ["Cancel"]


async def test_a_look_can_be_stopped_and_only_by_whoever_asked(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.shelf.gate.clear()
    bob = await driver.person("Bob", language_code="en")
    group = await driver.group(ann, bob)
    looking = await driver.say(ann, f"/download {LINK}", "Looking", chat=group)

    theirs = await driver.press(bob, looking, "Cancel")
    await driver.press(ann, looking, "Cancel")
    stopped = await becomes(driver, looking, "✖️ Cancelled.")

    assert theirs
    assert "Only whoever asked" in theirs["text"]
    assert labels(stopped) == []


async def test_an_old_stop_button_does_nothing(shop: Shop, driver: Driver, ann: int) -> None:
    message = await offered(driver, ann)

    answer = await driver.press(ann, message, data="download:stop:0::", forged=True)

    assert answer
    assert answer["text"] == "This is over already."
    assert await now(driver, message) == message
    assert shop.shelf.looked == [LINK]


async def test_a_stop_of_the_bot_is_told_to_whoever_waits(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.shelf.gate.clear()
    looking = await driver.say(ann, LINK, "Looking")
    await until(lambda: shop.shelf.looked)

    await shop.looks.close()

    assert "send me the link again" in message_text(await now(driver, looking))


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

    assert labels(message)[0] == "🎵 192k · 1,5 MB"
    assert labels(message)[2] == "💬 Deutsch"
