"""The courier over a Bot API server: the file comes once, whatever Telegram says meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.methods import EditMessageMedia

from bot.analytics.bus import Bus
from bot.analytics.render.words import Words
from bot.downloads.courier import DeliveryError, Sent
from bot.downloads.media import Choice, Fetched, Progress
from bot.downloads.messages.telegram import Messages
from bot.downloads.rhythm import Rhythm
from bot.downloads.telegram import TelegramCourier
from bot.downloads.trouble import DownloadError, Trouble
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.downloads.queue_scene import FREE, MP3, NOON, SRT
from tests.downloads.test_wording import DOWNLOAD
from tests.driver import Driver, Json, message_text
from tests.fakes import Outbox, Recorder
from tests.sandbox.samples import file, jpeg

HALF = Progress(stage="downloading", done_bytes=1_000_000, total_bytes=2_000_000)
FILM = Choice(format="mp4", quality="720p")


class Desk:
    """A courier, one person, and the message about one download; now: what the clock says."""

    def __init__(self, sandbox: Sandbox, driver: Driver, folder: Path) -> None:
        self.sandbox, self.driver, self._folder = sandbox, driver, folder
        self.now = NOON
        self.bot = build_bot(sandbox.token, sandbox.url, Bus(Recorder()), seconds=5)
        self.messages = Messages(self.bot)
        self.rhythm = Rhythm()
        self.courier = self.another()
        self.download = DOWNLOAD

    async def begin(self, *, has_picture: bool = False) -> None:
        """The person writes, the bot answers."""
        ann = await self.driver.person("Ann")
        await self.driver.write(ann, "/start")
        picture = file(jpeg(320, 180), "cover.jpg")
        message = await (
            self.bot.send_photo(ann, picture) if has_picture else self.bot.send_message(ann, "…")
        )
        self.download = replace(DOWNLOAD, user_id=ann, chat_id=ann, message_id=message.message_id)

    def another(self) -> TelegramCourier:
        """A courier who remembers nothing, as after a restart."""
        return TelegramCourier(
            Messages(self.bot),
            lambda language: Words(locale=language or "en"),
            megabytes=50,
            has_shop=True,
            rhythm=Rhythm(),
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def fetched(self, size: int = 4) -> Fetched:
        """A file of so many bytes, with a picture."""
        path, picture = self._folder / "file", self._folder / "picture.jpg"
        path.write_bytes(bytes(size))
        picture.write_bytes(jpeg(90, 90))
        return Fetched(
            path=path,
            size_bytes=size,
            title="Rain\n",
            performer="Band",
            duration_seconds=61,
            width=1280,
            height=720,
            thumbnail=picture,
        )

    async def shown(self) -> Json:
        """The message as it is now."""
        number = self.download.message_id
        found = await self.driver.messages(self.download.chat_id)
        return next(one for one in found if one["message_id"] == number)

    def delete(self) -> None:
        """The person deletes the message."""
        del self.sandbox.world.chats[self.download.chat_id].messages[self.download.message_id]


@pytest.fixture
async def desk(sandbox: Sandbox, driver: Driver, tmp_path: Path) -> AsyncIterator[Desk]:
    one = Desk(sandbox, driver, tmp_path)
    await one.begin()
    yield one
    await one.bot.session.close()


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


@pytest.mark.parametrize("has_picture", [True, False])
async def test_progress_finds_the_text_or_caption_after_a_restart(
    desk: Desk, *, has_picture: bool
) -> None:
    await desk.begin(has_picture=has_picture)

    await desk.another().show(desk.download, HALF)

    shown = await desk.shown()
    assert "50% · 1 MB of 2 MB" in message_text(shown)
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
