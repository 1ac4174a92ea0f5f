"""Samples: pictures of any size, a bot's updates of one kind."""

from __future__ import annotations

import base64
import io
import struct
import wave
import zlib
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile

Json = dict[str, Any]
EVERYTHING = [
    "message",
    "edited_message",
    "channel_post",
    "my_chat_member",
    "chat_member",
    "message_reaction",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "pre_checkout_query",
]


def png(width: int, height: int) -> bytes:
    """A black picture."""
    rows = (b"\0" + bytes(width)) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    whole = name + data
    return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))


def jpeg(width: int, height: int) -> bytes:
    """The head of a JPEG: an APP0 part, then the frame with the size."""
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xe0\x00\x10" + bytes(14) + b"\xff\xc0\x00\x11" + frame


def silence(seconds: int) -> bytes:
    """A WAV file without a sound."""
    whole = io.BytesIO()
    with wave.open(whole, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * (8000 * seconds))
    return whole.getvalue()


def file(content: bytes, name: str = "file.bin") -> BufferedInputFile:
    """An upload."""
    return BufferedInputFile(content, name)


def attachment(content: bytes, name: str) -> Json:
    """A file as the driving interface takes it."""
    return {"name": name, "base64": base64.b64encode(content).decode()}


async def heard(bot: Bot, kind: str) -> list[Any]:
    """What waits for the bot of that kind of update, oldest first."""
    updates = await bot.get_updates()
    return [found for found in (getattr(update, kind) for update in updates) if found]
