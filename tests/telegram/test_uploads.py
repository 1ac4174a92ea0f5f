"""Tests: bot/telegram/uploads.py, and the fact that the session makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiogram import Bot, methods
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendDocument, SendVoice
from aiogram.types import BufferedInputFile, FSInputFile, URLInputFile

from bot.analytics.events import FileUploaded
from bot.telegram.uploads import FIELDS, uploaded
from tests.driver import Driver
from tests.telegram.rig import Recorder, friend

NOTE = BufferedInputFile(b"content", "note.txt")


def uploads(facts: Recorder) -> list[tuple[str, int | None]]:
    return [(fact.content_type, fact.size) for fact in facts.of(FileUploaded)]


async def test_a_file_that_went_up_is_a_fact(bot: Bot, driver: Driver, facts: Recorder) -> None:
    ann = await friend(driver)

    await bot.send_document(ann, NOTE)

    assert uploads(facts) == [("document", 7)]


async def test_a_file_that_telegram_has_already_is_none(
    bot: Bot, driver: Driver, facts: Recorder
) -> None:
    ann = await friend(driver)
    sent = await bot.send_document(ann, NOTE)
    assert sent.document

    await bot.send_document(ann, sent.document.file_id)
    await bot.send_message(ann, "no file")

    assert len(uploads(facts)) == 1


async def test_a_file_that_was_refused_is_none(bot: Bot, facts: Recorder) -> None:
    with pytest.raises(TelegramBadRequest):
        await bot.send_document(404, NOTE)

    assert uploads(facts) == []


def test_a_file_on_disk_has_its_size(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"12345")

    assert uploaded(SendDocument(chat_id=1, document=FSInputFile(path))) == ("document", 5)


def test_a_file_that_is_gone_by_now_has_no_size(tmp_path: Path) -> None:
    gone = FSInputFile(tmp_path / "gone.txt")

    assert uploaded(SendDocument(chat_id=1, document=gone)) == ("document", None)


def test_a_file_that_is_streamed_has_no_size() -> None:
    stream = URLInputFile("http://127.0.0.1:9/voice.ogg", filename="voice.ogg")

    assert uploaded(SendVoice(chat_id=1, voice=stream)) == ("voice", None)


@pytest.mark.parametrize(("method", "field"), FIELDS.items())
def test_each_method_has_the_field(method: str, field: str) -> None:
    kind = getattr(methods, method[0].upper() + method[1:])

    assert kind.__api_method__ == method
    assert field in kind.model_fields
