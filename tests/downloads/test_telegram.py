"""Files over a Bot API server: each comes once, whatever Telegram says meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.methods import EditMessageMedia

from bot.analytics.render.words import Words
from bot.downloads.courier import DeliveryError, Sent
from bot.downloads.media import Choice
from bot.downloads.messages.telegram import Messages
from bot.downloads.telegram import TelegramCourier
from bot.downloads.trouble import DownloadError, Trouble
from tests.downloads.courier_scene import Desk
from tests.downloads.queue_scene import SRT
from tests.driver import Json, message_text
from tests.fakes import Outbox

FILM = Choice(format="mp4", quality="720p")


async def test_a_song_has_title_performer_duration_and_picture(desk: Desk) -> None:
    sent = await desk.courier.deliver(desk.download, desk.fetched())

    audio = (await desk.shown())["audio"]
    assert (audio["title"], audio["performer"], audio["duration"]) == ("Rain", "Band", 61)
    assert (audio["file_name"], audio["thumbnail"]["width"]) == ("Rain.mp3", 90)
    assert (sent.file_id, sent.kind, sent.size_bytes) == (audio["file_id"], "audio", 4)


async def test_a_film_has_its_size_and_can_be_streamed(desk: Desk) -> None:
    await desk.courier.deliver(replace(desk.download, choice=FILM), desk.fetched())

    shown = await desk.shown()
    call = (await desk.driver.calls("editMessageMedia"))[-1]
    video = shown["video"]
    assert (video["width"], video["height"], video["duration"]) == (1280, 720, 61)
    assert message_text(shown) == "Rain"
    assert "supports_streaming" in str(call)


async def test_subtitles_are_a_document_with_their_language(desk: Desk) -> None:
    sent = await desk.courier.deliver(replace(desk.download, choice=SRT), desk.fetched())

    shown = await desk.shown()
    assert shown["document"]["file_name"] == "Rain.de.srt"
    assert message_text(shown) == "Rain\nGerman"
    assert sent.kind == "document"


async def test_a_delivery_that_is_repeated_brings_no_second_file(desk: Desk) -> None:
    await desk.courier.deliver(desk.download, desk.fetched())
    before = len(await desk.driver.messages(desk.download.chat_id))

    await desk.another().deliver(replace(desk.download, attempts=2), desk.fetched())

    assert len(await desk.driver.messages(desk.download.chat_id)) == before
    assert "audio" in await desk.shown()


@pytest.mark.parametrize(
    ("fault", "is_passing", "retry_after"),
    [
        ({"kind": "status", "status": 429, "retry_after": 3600}, True, 3600),
        ({"kind": "status", "status": 502}, True, 0),
        ({"kind": "drop"}, True, 0),
        ({"kind": "status", "status": 403, "description": "bot was blocked"}, False, 0),
        ({"kind": "status", "status": 400, "description": "chat not found"}, False, 0),
    ],
)
async def test_a_refused_delivery_says_whether_to_try_again(
    desk: Desk, fault: Json, *, is_passing: bool, retry_after: int
) -> None:
    await desk.driver.fault("editMessageMedia", **fault)

    with pytest.raises(DeliveryError) as refused:
        await desk.courier.deliver(desk.download, desk.fetched())

    assert (refused.value.is_passing, refused.value.retry_after) == (is_passing, retry_after)


async def test_a_file_that_telegram_finds_too_large_is_too_large(desk: Desk) -> None:
    await desk.driver.fault("editMessageMedia", "status", status=413)

    with pytest.raises(DownloadError) as refused:
        await desk.courier.deliver(desk.download, desk.fetched())

    assert (refused.value.trouble, refused.value.limit) == (Trouble.too_large, "50")


async def test_an_answer_that_nobody_can_read_is_a_delivery_without_an_id(desk: Desk) -> None:
    outbox = Outbox()
    outbox.unreadable = {EditMessageMedia}
    messages = Messages(Bot("42:TEST", session=outbox))
    courier = TelegramCourier(
        messages, lambda _: Words(), megabytes=50, has_shop=True, clock=desk.clock
    )

    sent = await courier.deliver(desk.download, desk.fetched())

    assert (sent.file_id, len(outbox.sent)) == ("", 1)


async def test_a_file_that_telegram_has_is_sent_again(desk: Desk) -> None:
    sent = await desk.courier.deliver(desk.download, desk.fetched())
    await desk.begin()

    assert await desk.courier.resend(desk.download, sent)

    assert (await desk.shown())["audio"]["title"] == "Rain"


@pytest.mark.parametrize("file_id", ["AgACAgIAAxkBAAIB", ""])
async def test_a_file_that_telegram_has_no_more_is_not(desk: Desk, file_id: str) -> None:
    sent = Sent(
        file_id=file_id,
        kind="audio",
        title="Rain",
        performer=None,
        duration_seconds=None,
        size_bytes=None,
    )

    assert not await desk.courier.resend(desk.download, sent)


async def test_a_passing_fault_of_telegram_does_not_lose_a_known_file(desk: Desk) -> None:
    sent = await desk.courier.deliver(desk.download, desk.fetched())
    await desk.driver.fault("editMessageMedia", "status", status=502)

    with pytest.raises(DeliveryError):
        await desk.courier.resend(desk.download, sent)


@pytest.mark.parametrize(("seconds", "attempts", "rings"), [(59, 1, 0), (61, 1, 1), (61, 2, 0)])
async def test_a_phone_rings_after_a_long_wait_and_never_twice(
    desk: Desk, seconds: int, attempts: int, rings: int
) -> None:
    desk.now += timedelta(seconds=seconds)

    await desk.courier.deliver(replace(desk.download, attempts=attempts), desk.fetched())

    after = await desk.driver.messages(desk.download.chat_id, desk.download.message_id)
    assert [message_text(one) for one in after] == ["Your file is ready ⬆"] * rings


async def test_a_bell_that_does_not_ring_costs_nobody_the_file(desk: Desk) -> None:
    desk.now += timedelta(seconds=61)
    await desk.driver.fault("sendMessage", "status", status=403)

    assert (await desk.courier.deliver(desk.download, desk.fetched())).file_id
