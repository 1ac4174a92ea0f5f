"""How wide and high a picture is."""

from __future__ import annotations

import pytest

from bot.sandbox.pictures import picture_size
from tests.sandbox.samples import jpeg, png

GIF = b"GIF89a\x40\x01\xf0\x00\x00\x00\x00"
WEBP_EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x3f\x01\x00\xef\x00\x00"
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x3f\xc1\x3b\x00" + bytes(5)
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + b"\x40\x01\xf0\x00"


@pytest.mark.parametrize(
    "content",
    [png(320, 240), jpeg(320, 240), GIF, WEBP_EXTENDED, WEBP_LOSSLESS, WEBP_LOSSY],
    ids=["png", "jpeg", "gif", "webp extended", "webp lossless", "webp lossy"],
)
def test_a_picture_tells_its_size(content: bytes) -> None:
    assert picture_size(content) == (320, 240)


@pytest.mark.parametrize(
    "content",
    [b"", b"plain text", png(1, 1)[:20], jpeg(1, 1)[:22], b"\xff\xd8\xff\xd9", GIF[:8], b"RIFF"],
)
def test_what_is_no_whole_picture_has_no_size(content: bytes) -> None:
    assert picture_size(content) is None


def test_a_picture_without_height_has_no_size() -> None:
    assert picture_size(jpeg(320, 0)) is None
