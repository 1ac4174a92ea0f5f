"""Which calls carried a file to Telegram, and how large it was."""

from __future__ import annotations

from pathlib import Path

from aiogram.types import BufferedInputFile, FSInputFile, InputFile

from bot.telegram.answers import Method

# The method's field with the file has the name of the content type.
FIELDS = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendDocument": "document",
    "sendAnimation": "animation",
    "sendSticker": "sticker",
}


def uploaded(method: Method) -> tuple[str, int | None] | None:
    """The content type and bytes of the file that *method* uploaded.

    The size is None when only the stream knew it; all is None when no file went up, as with one
    that Telegram has already.
    """
    name = FIELDS.get(method.__api_method__)
    if name is None:
        return None
    file = getattr(method, name)
    return (name, _size(file)) if isinstance(file, InputFile) else None


def _size(file: InputFile) -> int | None:
    if isinstance(file, BufferedInputFile):
        return len(file.data)
    if isinstance(file, FSInputFile):
        try:
            return Path(file.path).stat().st_size
        except OSError:  # removed since it was sent
            return None
    return None
