"""Files out and in: photos, songs, films, albums, downloads, and what Telegram refuses."""

from __future__ import annotations

import io
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import InputMediaDocument, InputMediaPhoto, InputMediaVideo, MediaUnion

from tests.driver import Driver
from tests.sandbox.samples import attachment, file, heard, png

MB = 2**20


async def test_a_photo_comes_back_with_its_size(bot: Bot, ann: int) -> None:
    message = await bot.send_photo(ann, file(png(320, 240)), caption="<b>a</b> picture")

    assert message.photo is not None
    assert [(one.width, one.height) for one in message.photo] == [(320, 240)]
    assert message.html_text == "<b>a</b> picture"


async def test_a_photo_can_be_hidden_below_its_caption(bot: Bot, ann: int) -> None:
    photo = file(png(9, 9))

    message = await bot.send_photo(ann, photo, has_spoiler=True, show_caption_above_media=True)

    assert (message.has_media_spoiler, message.show_caption_above_media) == (True, True)


async def test_a_song_keeps_who_sings_what(bot: Bot, ann: int) -> None:
    song = file(b"song", "song.mp3")

    message = await bot.send_audio(
        ann, song, duration=183, performer="Ann", title="Rain", thumbnail=file(png(90, 90))
    )

    assert message.audio is not None and message.audio.thumbnail is not None
    assert (message.audio.duration, message.audio.performer) == (183, "Ann")
    assert (message.audio.title, message.audio.file_name) == ("Rain", "song.mp3")
    assert message.audio.thumbnail.width == 90


async def test_a_film_keeps_its_length_and_size(bot: Bot, ann: int) -> None:
    message = await bot.send_video(ann, file(b"film", "f.mp4"), duration=5, width=640, height=360)

    assert message.video is not None
    assert (message.video.duration, message.video.width, message.video.height) == (5, 640, 360)


async def test_a_voice_note_is_a_voice_note(bot: Bot, ann: int) -> None:
    message = await bot.send_voice(ann, file(b"hum", "v.ogg"), duration=2)

    assert message.voice is not None and message.voice.duration == 2


async def test_an_animation_is_a_document_too(bot: Bot, ann: int) -> None:
    message = await bot.send_animation(ann, file(b"GIF89a\x40\x01\xf0\x00\x00\x00\x00", "a.gif"))

    assert message.animation is not None and message.document is not None
    assert message.animation.width == 320
    assert message.document.file_id == message.animation.file_id


async def test_a_sticker_has_its_emoji(bot: Bot, ann: int) -> None:
    message = await bot.send_sticker(ann, file(png(512, 400), "s.png"), emoji="🔥")

    assert message.sticker is not None
    assert (message.sticker.emoji, message.sticker.height) == ("🔥", 400)


async def test_a_video_note_is_round(bot: Bot, ann: int) -> None:
    message = await bot.send_video_note(ann, file(b"film", "n.mp4"), duration=3, length=240)

    assert message.video_note is not None
    assert (message.video_note.length, message.video_note.duration) == (240, 3)


async def test_a_file_id_sends_the_same_file_again(bot: Bot, ann: int) -> None:
    first = await bot.send_video(ann, file(b"film", "f.mp4"), duration=5)
    assert first.video is not None

    again = await bot.send_video(ann, first.video.file_id)

    assert again.video == first.video


async def test_equal_bytes_have_equal_unique_ids(bot: Bot, ann: int) -> None:
    first = await bot.send_document(ann, file(b"same"))
    second = await bot.send_document(ann, file(b"same"))

    assert first.document is not None and second.document is not None
    assert first.document.file_id != second.document.file_id
    assert first.document.file_unique_id == second.document.file_unique_id


async def test_a_sent_file_can_be_downloaded(bot: Bot, ann: int) -> None:
    message = await bot.send_document(ann, file(b"the bytes", "a.txt"))
    assert message.document is not None

    got = await bot.download(message.document, io.BytesIO())

    assert got is not None and got.read() == b"the bytes"


async def test_a_file_of_a_person_can_be_downloaded(bot: Bot, driver: Driver, ann: int) -> None:
    await driver.attach(ann, photo=attachment(png(8, 8), "p.png"), caption="look")
    photo = (await heard(bot, "message"))[-1].photo

    got = await bot.download(photo[-1], io.BytesIO())

    assert got is not None and got.read() == png(8, 8)


@pytest.mark.parametrize(
    "kind", ["video", "audio", "voice", "document", "sticker", "animation", "video_note"]
)
async def test_people_send_every_kind_of_file(
    bot: Bot, driver: Driver, ann: int, kind: str
) -> None:
    await driver.attach(ann, None, **{kind: attachment(b"bytes", "file")})

    message = (await heard(bot, "message"))[-1]
    assert message.content_type == kind
    assert getattr(message, kind).file_size == 5


async def test_an_address_is_not_fetched(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await bot.send_photo(ann, "https://example.org/a.png")


async def test_an_unknown_file_id_is_refused(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_document(ann, "AgACAgIAAxkBAAIB")


async def test_a_document_cannot_become_a_photo(bot: Bot, ann: int) -> None:
    message = await bot.send_document(ann, file(png(8, 8), "p.png"))
    assert message.document is not None

    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(ann, message.document.file_id)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_bad_photo_is_refused(bot: Bot, ann: int, content: bytes, problem: str) -> None:
    with pytest.raises(TelegramBadRequest, match=problem):
        await bot.send_photo(ann, file(content))


async def test_a_caption_of_1024_characters_passes_and_one_more_does_not(
    bot: Bot, ann: int
) -> None:
    await bot.send_document(ann, file(b"x"), caption="a" * 1024)

    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(ann, file(b"x"), caption="a" * 1025)


async def test_more_than_50_mb_are_too_much(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramEntityTooLarge, match="Request Entity Too Large"):
        await bot.send_document(ann, file(bytes(50 * MB + 1)))


async def test_bots_download_no_more_than_20_mb(bot: Bot, ann: int) -> None:
    message = await bot.send_document(ann, file(bytes(20 * MB + 1)))
    assert message.document is not None

    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(message.document.file_id)


async def test_an_unknown_file_cannot_be_downloaded(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("nothing")


async def test_an_album_shares_its_number_and_keeps_its_order(bot: Bot, ann: int) -> None:
    items: list[MediaUnion] = [
        InputMediaPhoto(media=file(png(9, 9)), caption="<i>one</i>"),
        InputMediaVideo(media=file(b"film", "f.mp4"), duration=4),
    ]

    photo, video = await bot.send_media_group(ann, items)

    assert photo.media_group_id and photo.media_group_id == video.media_group_id
    assert photo.html_text == "<i>one</i>"
    assert video.video is not None and video.video.duration == 4


async def test_documents_do_not_mix_with_photos(bot: Bot, ann: int) -> None:
    items: list[Any] = [
        InputMediaPhoto(media=file(png(9, 9))),
        InputMediaDocument(media=file(b"paper")),
    ]

    with pytest.raises(TelegramBadRequest, match="document can't be mixed"):
        await bot.send_media_group(ann, items)


@pytest.mark.parametrize(
    ("count", "problem"), [(0, "no messages to send"), (11, "too many messages to send")]
)
async def test_an_album_has_a_limit(bot: Bot, ann: int, count: int, problem: str) -> None:
    items: list[Any] = [InputMediaDocument(media=file(b"paper")) for _ in range(count)]

    with pytest.raises(TelegramBadRequest, match=problem):
        await bot.send_media_group(ann, items)


async def test_a_broken_album_leaves_nothing_behind(bot: Bot, driver: Driver, ann: int) -> None:
    items: list[Any] = [InputMediaDocument(media=file(b"paper")), InputMediaDocument(media="?")]

    with pytest.raises(TelegramBadRequest):
        await bot.send_media_group(ann, items)

    assert [one["text"] for one in await driver.messages(ann)] == ["/start"]


async def test_a_text_can_become_a_photo(bot: Bot, driver: Driver, ann: int) -> None:
    message = await bot.send_message(ann, "drawing …")

    await message.edit_media(InputMediaPhoto(media=file(png(9, 9)), caption="done"))

    shown = (await driver.messages(ann))[-1]
    assert (shown["caption"], "text" in shown, "edit_date" in shown) == ("done", False, True)


async def test_the_same_media_again_is_no_change(bot: Bot, ann: int) -> None:
    message = await bot.send_photo(ann, file(png(9, 9)), caption="same")
    assert message.photo is not None
    same = InputMediaPhoto(media=message.photo[-1].file_id, caption="same")

    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await message.edit_media(same)


async def test_a_voice_note_cannot_become_something_else(bot: Bot, ann: int) -> None:
    message = await bot.send_voice(ann, file(b"hum"))

    with pytest.raises(TelegramBadRequest, match="message media can't be edited"):
        await message.edit_media(InputMediaPhoto(media=file(png(9, 9))))


async def test_nobody_has_profile_photos(bot: Bot, ann: int) -> None:
    photos = await bot.get_user_profile_photos(ann)

    assert (photos.total_count, photos.photos) == (0, [])


async def test_a_stranger_has_no_profile(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await bot.get_user_profile_photos(99)
