"""What pictures and documents need: libraries of an extra, and texts that their font can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator
from contextlib import contextmanager

from bot.analytics.render.values import one_line
from bot.errors import BotError

# What the extra "charts" brings, directly or not.
LIBRARIES = {"matplotlib", "numpy", "PIL", "reportlab"}
EMOJI = {"So", "Sk", "Cf", "Mn", "Me", "Cn"}
# They choose between black and coloured emoji.
SELECTORS = "\ufe0e\ufe0f"
INSTALL = "pip install 'telegauge[charts]'"
BOX = "□"
FIRST_PLANE = 0xFFFF
# In the font, and close to what it stands for.
TWINS = str.maketrans({"⭐": "★", "\u202f": " ", "\u00a0": " "})


class DrawingError(BotError):
    """Pictures and documents cannot be made; the text says what to install."""


@contextmanager
def needing_libraries() -> Iterator[None]:
    """Around imports of what draws; DrawingError without the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in LIBRARIES:
            raise
        raise DrawingError(f"charts and PDF files need: {INSTALL}") from error


def plain(text: str, glyphs: Container[int], length: int = 80) -> str:
    """*text* as a font of these *glyphs* shows it: emoji go, unknown letters become boxes."""
    seen = "".join(_shown(one, glyphs) for one in text.translate(TWINS))
    line = one_line(seen)
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _shown(character: str, glyphs: Container[int]) -> str:
    if character.isspace():
        return " "
    kind = unicodedata.category(character)
    # The font has a few faces in black and white; half of a name's emoji would be worse than none.
    if kind == "Cf" or (kind == "So" and ord(character) > FIRST_PLANE):
        return ""
    if ord(character) in glyphs and character not in SELECTORS:
        return character
    return "" if kind in EMOJI else BOX
