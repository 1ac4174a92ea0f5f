"""Colours of charts, for light and dark chats; told apart without red and green."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """series: in the order of use; heat: from little to much; before: what is drawn behind."""

    ground: str
    text: str
    muted: str
    rule: str
    before: str
    warning: str
    series: tuple[str, ...]
    heat: tuple[str, ...]


# Matplotlib's own words for where something is.
POINTS_OFF = "offset points"
OF_AXES = "axes fraction"
CORNER: Final = "upper left"

LIGHT = Palette(
    ground="#ffffff",
    text="#18212b",
    muted="#667280",
    rule="#e7eaee",
    before="#b3bcc7",
    warning="#b45309",
    series=("#2f6fde", "#ea8a1f", "#109a8b", "#b8478f", "#7c8794", "#c4a70b"),
    heat=("#eef4fd", "#bcd5f8", "#7fb0f0", "#3f82df", "#1b4fa8"),
)
# The ground of Telegram's own night theme.
DARK = Palette(
    ground="#17212b",
    text="#f1f4f7",
    muted="#93a1af",
    rule="#263442",
    before="#5b6a79",
    warning="#fbbf60",
    series=("#6ba6ff", "#ffb054", "#3fd1bd", "#ee86c5", "#9aa7b4", "#e9d25f"),
    heat=("#1f2e3c", "#234a73", "#2f6db0", "#5a9eea", "#b5d6ff"),
)
