"""Pictures: how wide and high an image is, read from its first bytes."""

from __future__ import annotations

from collections.abc import Callable

PNG = b"\x89PNG\r\n\x1a\n"
MARKER = 0xFF  # begins every part of a JPEG
JPEG = b"\xff\xd8"
GIF = (b"GIF87a", b"GIF89a")
# The frames of a JPEG that carry its size; C4, C8 and CC lie between them and do not.
JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Bytes up to the end of the size, in each format that has it in a fixed place.
PNG_BYTES, GIF_BYTES, WEBP_BYTES = 24, 10, 30
Size = tuple[int, int]


def picture_size(content: bytes) -> Size | None:
    """Width and height in pixels, or None for anything but a sound PNG, JPEG, GIF or WebP."""
    read = _reader(content)
    size = read(content) if read else None
    return size if size and min(size) > 0 else None


def _reader(content: bytes) -> Callable[[bytes], Size | None] | None:
    if content.startswith(PNG):
        return _png
    if content.startswith(JPEG):
        return _jpeg
    if content.startswith(GIF):
        return _gif
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp
    return None


def _png(content: bytes) -> Size | None:
    if content[12:16] != b"IHDR" or len(content) < PNG_BYTES:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg(content: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(content) and content[at] == MARKER:
        if content[at + 1] in JPEG_SIZES:
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _gif(content: bytes) -> Size | None:
    if len(content) < GIF_BYTES:
        return None
    return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")


def _webp(content: bytes) -> Size | None:
    if len(content) < WEBP_BYTES:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = content[24:27], content[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        packed = int.from_bytes(content[21:25], "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    width, height = content[26:28], content[28:30]
    return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
