"""Without the extra the error says what to install; texts fit the font."""

from __future__ import annotations

import pytest

from bot.analytics.render.sheet_chart_frame import glyphs
from bot.analytics.render.sheet_drawing import DrawingError, needing_libraries, plain


@pytest.mark.parametrize("name", ["matplotlib", "reportlab.platypus", "numpy"])
def test_without_the_extra_the_error_says_what_to_install(name: str) -> None:
    with (
        pytest.raises(DrawingError, match=r"pip install 'telegauge\[charts\]'"),
        needing_libraries(),
    ):
        raise ModuleNotFoundError(name=name)


def test_another_missing_module_is_no_missing_extra() -> None:
    with pytest.raises(ModuleNotFoundError), needing_libraries():
        raise ModuleNotFoundError(name="bot.nothing")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Жук", "Жук"),
        ("12 ⭐", "12 ★"),
        ("Ann 🚀🤍", "Ann"),
        ("👩‍👩‍👧 Ann", "Ann"),
        ("東京", "□□"),
        ("a\nb", "a b"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_picture_shows_what_its_font_has(text: str, shown: str) -> None:
    assert plain(text, glyphs()) == shown
