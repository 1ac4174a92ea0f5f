"""Subtitles of the sandbox's film, in the languages it has."""

from __future__ import annotations

LANGUAGES = {"en": "English", "de": "Deutsch"}
CUE_SECONDS = 3
_LINES = {
    "en": (
        "This film was made by a program.",
        "Nobody plays in it, and nothing happens.",
        "Its colours move so that you can see it run.",
        "And that is already the end.",
    ),
    "de": (
        "Diesen Film hat ein Programm gemacht.",
        "Niemand spielt mit, und nichts geschieht.",
        "Seine Farben wandern, damit man sieht, dass er läuft.",
        "Und das ist auch schon der Schluss.",
    ),
}


def subtitles(language: str) -> str | None:
    """The film's subtitles as WebVTT; None for a language that it has not."""
    lines = _LINES.get(language)
    if lines is None:
        return None
    cues = [f"{_moment(n)} --> {_moment(n + 1)}\n{line}\n" for n, line in enumerate(lines)]
    return "\n".join(("WEBVTT\n", *cues))


def _moment(cue: int) -> str:
    return f"00:00:{cue * CUE_SECONDS:02d}.000"
