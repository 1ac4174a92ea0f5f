"""What the courier says over a Bot API server: progress, places, excuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.analytics.render.words import Words
from bot.downloads.media import Progress
from bot.downloads.records import Waiting
from bot.downloads.trouble import DownloadError, Trouble
from tests.downloads.courier_scene import Desk
from tests.downloads.queue_scene import FREE, MP3
from tests.driver import message_text

HALF = Progress(stage="downloading", done_bytes=1_000_000, total_bytes=2_000_000)


@pytest.mark.parametrize("has_picture", [True, False])
async def test_progress_finds_the_text_or_caption_after_a_restart(
    desk: Desk, *, has_picture: bool
) -> None:
    await desk.begin(has_picture=has_picture)

    await desk.another().show(desk.download, HALF)

    shown = await desk.shown()
    assert "50%\n1 MB of 2 MB" in message_text(shown)
    assert ("photo" in shown) == has_picture


async def test_the_same_progress_again_is_no_fault(desk: Desk) -> None:
    await desk.courier.show(desk.download, HALF)

    await desk.another().show(desk.download, HALF)

    assert "50%" in message_text(await desk.shown())


async def test_what_comes_too_early_is_left_out(desk: Desk) -> None:
    await desk.courier.show(desk.download, HALF)
    await desk.courier.show(desk.download, replace(HALF, done_bytes=1_500_000))

    assert "50%" in message_text(await desk.shown())


async def test_a_long_429_silences_progress_and_is_no_error(desk: Desk) -> None:
    fault = {"status": 429, "retry_after": 3600, "times": 5}
    await desk.driver.fault("editMessageCaption", "status", **fault)
    await desk.courier.show(desk.download, HALF)
    await desk.driver.clear_faults()

    await desk.courier.show(desk.download, Progress(stage="converting"))

    assert message_text(await desk.shown()) == "…"


async def test_any_other_refusal_of_progress_is_forgotten(desk: Desk) -> None:
    await desk.driver.fault("editMessageCaption", "status", status=500, times=1)

    await desk.courier.show(desk.download, HALF)

    assert message_text(await desk.shown()) == "…"


async def test_a_message_that_is_gone_counts_as_cancelled(desk: Desk) -> None:
    desk.delete()

    for said in (
        desk.courier.show(desk.download, HALF),
        desk.courier.deliver(desk.download, desk.fetched()),
        desk.courier.fail(desk.download, DownloadError(Trouble.site), FREE),
    ):
        with pytest.raises(DownloadError) as refused:
            await said
        assert refused.value.trouble is Trouble.cancelled


async def test_the_place_in_the_queue_is_told_only_before_all_else(desk: Desk) -> None:
    where = desk.download.chat_id, desk.download.message_id
    await desk.courier.place(desk.download.id, where, "Song", MP3, 1, Words())
    early = message_text(await desk.shown())
    await desk.courier.deliver(desk.download, desk.fetched())

    await desk.courier.place(desk.download.id, where, "Song", MP3, 1, Words())

    assert "You are next." in early
    assert message_text(await desk.shown()) == ""


async def test_another_attempt_is_announced_with_its_reason(desk: Desk) -> None:
    await desk.courier.retry(desk.download, DownloadError(Trouble.network), 90)

    text = message_text(await desk.shown())
    assert "cannot be reached now" in text
    assert "I try again in 1 min 30 sec." in text


async def test_the_language_of_the_download_is_spoken(desk: Desk) -> None:
    await desk.courier.show(
        replace(desk.download, language="de"), replace(HALF, total_bytes=1_500_000)
    )

    assert "1,5 MB" in message_text(await desk.shown())


def at_place(desk: Desk, place: int) -> Waiting:
    return Waiting(download=desk.download, place=place)


async def test_a_new_place_replaces_the_old_one(desk: Desk) -> None:
    where = desk.download.chat_id, desk.download.message_id
    await desk.courier.place(desk.download.id, where, "Song", MP3, 1, Words())
    news = [desk.courier.is_news(at_place(desk, place)) for place in (1, 2)]

    await desk.courier.stand(at_place(desk, 2))

    assert news == [False, True]
    assert "1 download is before yours" in message_text(await desk.shown())


async def test_a_place_that_comes_after_other_news_is_kept_back(desk: Desk) -> None:
    assert desk.courier.is_news(at_place(desk, 1))
    await desk.courier.fail(desk.download, DownloadError(Trouble.cancelled), FREE)

    await desk.courier.stand(at_place(desk, 1))

    assert message_text(await desk.shown()).endswith("✖️ Cancelled.")


async def test_a_place_that_telegram_refused_is_news_again_when_it_is_ready(desk: Desk) -> None:
    await desk.driver.fault("editMessageCaption", "status", status=429, retry_after=3600)
    assert desk.courier.is_news(at_place(desk, 1))
    await desk.courier.stand(at_place(desk, 1))

    is_early = desk.courier.is_news(at_place(desk, 1))
    desk.watch += 3600

    assert not is_early
    assert desk.courier.is_news(at_place(desk, 1))
