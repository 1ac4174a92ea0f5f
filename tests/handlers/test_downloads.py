"""/download and bare links: which link is meant, who may ask, and what stops a look."""

from __future__ import annotations

import pytest

from bot.analytics.features.downloads import LinkRefused
from bot.downloads.trouble import DownloadError, Trouble
from tests.driver import Driver, message_text
from tests.handlers.shop import LINK, Shop, becomes, labels, now, offered
from tests.waiting import until


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

    await driver.say(ann, question, "a link, by itself")

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


@pytest.mark.parametrize("command", ["", "/download "])
async def test_a_link_that_is_too_long_is_told_so(
    shop: Shop, driver: Driver, ann: int, command: str
) -> None:
    answer = await driver.say(ann, f"{command}{LINK}/{'x' * 3900}")

    assert "too long: I follow links of up to 2,000 characters" in message_text(answer)
    assert [one.error for one in shop.told if isinstance(one, LinkRefused)] == ["unsupported"]


@pytest.mark.usefixtures("shop")
async def test_an_anonymous_admin_is_asked_for_a_name(driver: Driver, ann: int) -> None:
    group = await driver.group(ann)

    answer = await driver.say(ann, f"/download {LINK}", chat=group, anonymous=True)

    assert "under your own name" in message_text(answer)


async def test_a_passing_trouble_can_be_tried_again_with_a_button(
    shop: Shop, driver: Driver, ann: int
) -> None:
    shop.shelf.problem = DownloadError(Trouble.network)
    failed = await driver.say(ann, LINK, "cannot be reached")
    shop.shelf.problem = None

    await driver.press(ann, failed, "Try again")
    message = await becomes(driver, failed, "What would you like?")

    assert labels(message)[0] == "🎵 mp3 192k · 1.5 MB"


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
